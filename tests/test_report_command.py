"""`bihuan report`: what is due, made, written; bad input in one line."""

import json
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from bihuan.cli import main
from bihuan.kernel.models import ReportVersion
from bihuan.kernel.tests.world import build, seed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _world(db: None) -> None:
    seed()
    build()


def told(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert main(["report", *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_report_is_made_once_listed_and_written(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    made = told(capsys, "make", "work.quarter", "JZ", "2025-Q3")
    assert (made["version"], made["fresh"], made["state"]) == (1, True, "assembled")
    assert told(capsys, "make", "work.quarter", "JZ", "2025-Q3")["fresh"] is False
    assert ReportVersion.objects.count() == 1
    (listed,) = told(capsys, "list", "--unit", "JZ")["items"]
    assert (listed["report"], listed["period"], listed["version"]) == ("work.quarter", "2025-Q3", 1)
    path = tmp_path / "q3.xlsx"
    told(capsys, "export", "work.quarter", "JZ", "2025-Q3", str(path))
    assert CalamineWorkbook.from_path(str(path)).sheet_names[0] == "报告"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["make", "work.year", "JZ", "2025-Q3"], "there are: work.month"),
        (["make", "work.month", "JZ", "2025-Q3"], "is about a month"),
        (["make", "work.month", "XX", "2025-09"], "no unit with code 'XX'"),
        (["make", "work.month", "JZ", "Sept"], "neither a month"),
        (["make", "work.month", "JZ", "2999-09"], "not over"),
        (["export", "work.month", "JZ", "2025-09", "a.xlsx"], "no such version"),
        (["export", "work.month", "JZ", "2025-09", "a.pdf"], "must end in .xlsx"),
    ],
)
def test_bad_input_is_one_line_and_code_two(
    capsys: pytest.CaptureFixture[str], words: list[str], why: str
) -> None:
    assert main(["report", *words]) == 2
    assert why in capsys.readouterr().err
