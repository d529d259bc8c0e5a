import pytest

from tools import css

SHEET = (
    ".btn{color:red}.ribbon,.card .ribbon-top{top:0}.card:not(.ribbon){margin:0}"
    "@media print{.ribbon{top:1px}}"
)


def test_families_leave_the_sheet_whole() -> None:
    assert css.without(SHEET, ["ribbon"]) == ".btn{color:red}.card:not(.ribbon){margin:0}"


def test_nothing_named_nothing_changed() -> None:
    assert css.without(SHEET, []) == SHEET
    assert css.without(SHEET, ["avatar"]) == SHEET


@pytest.mark.parametrize(
    ("sheet", "expected"),
    [
        (".tag{a:b}.tags{a:b}", ".tags{a:b}"),
        (".a,.tag-x,.b{a:b}", ".a,.b{a:b}"),
        ('.q::after{content:"}.tag{"}', '.q::after{content:"}.tag{"}'),
        ("@keyframes tag{0%{a:b}}", "@keyframes tag{0%{a:b}}"),
        ('@charset "UTF-8";/*! .tag{} */.tag{a:b}', '@charset "UTF-8";/*! .tag{} */'),
        (":is(.tag,.b) p{a:b}", ":is(.tag,.b) p{a:b}"),
    ],
)
def test_only_selectors_that_need_the_class_go(sheet: str, expected: str) -> None:
    assert css.without(sheet, ["tag"]) == expected
