"""What a file is shows in its content; what cannot be used is refused in one sentence."""

import zipfile
from pathlib import Path

import pytest

from bihuan.kernel.act.refusal import Refused
from bihuan.web.listing.transfer import sheet
from bihuan.web.listing.transfer.sheet import read
from bihuan.web.tests.sheets import text, xlsx


def lines(path: Path) -> list[tuple[int, list[object]]]:
    return list(read(path))


def test_a_sheet_that_begins_lower_down_keeps_its_row_numbers(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", [], [], ["工号"], ["S001"], [], ["S002"])
    assert lines(path) == [(3, ["工号"]), (4, ["S001"]), (6, ["S002"])]


def test_text_of_excel_in_chinese_is_read(tmp_path: Path) -> None:
    path = text(tmp_path / "a.csv", ["工号", "姓名"], ["S001", "张三"], encoding="gb18030")
    assert lines(path)[1] == (2, ["S001", "张三"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_text_is_read(tmp_path: Path, encoding: str) -> None:
    path = text(tmp_path / "a.csv", ["工号"], ["张三"], encoding=encoding)
    assert lines(path) == [(1, ["工号"]), (2, ["张三"])]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_the_delimiter_shows_in_the_first_line(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"工号{delimiter}姓名\nS001{delimiter}张三, 李四\n", encoding="utf-8")
    assert lines(path)[1] == (2, ["S001", "张三, 李四"])


def test_a_formula_is_its_stored_value_and_is_not_run(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", ["工号", "姓名"], ["S001", '=HYPERLINK("http://bad","x")'])
    assert lines(path)[1] == (2, ["S001", 0.0])


@pytest.mark.parametrize(
    "content", [b"", b"   ", b"\x89PNG\r\n\x1a\n\0\0\0", b"PK\x03\x04broken", b"\xff\xff\xfe,1"]
)
def test_what_is_no_spreadsheet_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "photo.xlsx"
    path.write_bytes(content)
    with pytest.raises(Refused):
        lines(path)


def test_a_zip_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(Refused):
        lines(path)


def test_one_cell_at_the_far_corner_does_not_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    xlsx(path, ["工号"])
    far = tmp_path / "far.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(far, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                data = data.replace(
                    b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
                )
            new.writestr(name, data)
    with pytest.raises(Refused, match=r"200"):
        lines(far)


def test_a_repeated_cell_of_an_open_document_does_not_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    row = b'<table:table-row table:number-rows-repeated="900000"><table:table-cell office:value="1">'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", row + b"<text:p>1</text:p></table:table-cell></table:table-row>")
    with pytest.raises(Refused, match=r"200"):
        lines(path)


def test_too_many_rows_are_refused(tmp_path: Path) -> None:
    for path in (
        text(tmp_path / "a.csv", ["a"], ["1"], ["2"], ["3"]),
        xlsx(tmp_path / "a.xlsx", ["a"], [1], [2], [3]),
    ):
        assert len(list(read(path, 3))) == 4
        with pytest.raises(Refused):
            list(read(path, 2))


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "LARGEST", 10)
    with pytest.raises(Refused):
        lines(text(tmp_path / "a.csv", ["工号", "姓名"], ["S001", "张三"]))
