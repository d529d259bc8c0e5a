"""Which tests go to one worker together, and in which order files are handed out."""

from tools.proc import ROOT
from tools.spread import LONG_FIRST, OF_THE_HOUSE, place, together


def test_what_plays_in_one_house_goes_to_one_worker() -> None:
    scopes = {together(f"{path}::test_one") for path in OF_THE_HOUSE}
    assert len(scopes) == 1
    assert together("tests/test_doctor.py::test_one") == "tests/test_doctor.py"
    assert together("src/bihuan/web/tests/test_lists.py::TestCases::test_a[x::y]").endswith("test_lists.py")


def test_long_files_do_not_wait_for_the_end() -> None:
    files = ["tools/tests/test_css.py", LONG_FIRST[1], OF_THE_HOUSE[1], "edge/tests/test_x.py", LONG_FIRST[0]]
    assert sorted(files, key=place) == [OF_THE_HOUSE[1], *LONG_FIRST[:2], files[0], files[3]]


def test_whoever_asks_for_the_house_is_named() -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in (ROOT / "tests").glob("test_*.py")}
    guests = {
        f"tests/{path.name}"
        for path, text in texts.items()
        if "home: House" in text and "def home(" not in text
    }
    assert guests == {*OF_THE_HOUSE, "tests/test_browser.py"}


def test_every_named_file_is_there() -> None:
    assert [path for path in (*OF_THE_HOUSE, *LONG_FIRST) if not (ROOT / path).exists()] == []
