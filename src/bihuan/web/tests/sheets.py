"""Small spreadsheets for tests."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

PEOPLE = ("工号", "姓名", "单位", "卡号")


def xlsx(path: Path, *rows: Sequence[Any]) -> Path:
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path


def text(path: Path, *rows: Sequence[str], encoding: str = "utf-8") -> Path:
    path.write_bytes("\r\n".join(",".join(row) for row in rows).encode(encoding))
    return path
