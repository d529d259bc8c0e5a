"""`bihuan import` and `bihuan export`: exit codes, row errors, and everything that leaves can come back."""

import json
from pathlib import Path
from typing import Any

import pytest

from bihuan.cli import main
from bihuan.kernel.models import Card, Customer, Person, Place, Unit
from bihuan.kernel.registry import everything
from bihuan.kernel.tests.world import build, seed
from bihuan.web.listing.kinds import listing_of

pytestmark = pytest.mark.django_db
KINDS = [kind for system in everything() for kind, _listing in system.transfers if system.name == "kernel"]
IMPORTED = [kind for kind in KINDS if listing_of(kind).transfer]


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def test_a_dry_run_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build()
    path = tmp_path / "people.csv"
    path.write_text("number,name,unit\nS100,赵六,SKL\n", encoding="utf-8")
    assert main(["import", "people", str(path), "--dry-run", "--json"]) == 0
    assert told(capsys)["created"] == 1
    assert not Person.objects.filter(number="S100").exists()
    assert main(["import", "people", str(path), "--json"]) == 0
    assert told(capsys)["applied"]
    assert Person.objects.filter(number="S100").exists()


def test_row_errors_come_as_data_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build()
    path = tmp_path / "people.csv"
    path.write_text("number,name,unit\nS100,赵六,SKL\nS101,钱七,XXX\n", encoding="gb18030")
    assert main(["import", "people", str(path), "--json"]) == 2
    [error] = told(capsys)["errors"]
    assert (error["row"], error["column"], error["value"]) == (3, "unit", "XXX")
    assert set(error) == {"row", "column", "value", "message"}
    assert not Person.objects.filter(number="S100").exists()


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("import nothing x.csv", "people"),
        ("import cases x.csv", "cases"),
        ("import people missing.xlsx", "missing.xlsx"),
        ("export people x.pdf", ".xlsx"),
        ("export places x.csv --from 2026-01-01", "--from"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(
    line: str, word: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(line.split()) == 2
    [said] = capsys.readouterr().err.splitlines()
    assert word in said


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_every_kind_leaves_and_what_may_come_in_comes_back(
    kind: str, suffix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seed()
    build()
    path = tmp_path / f"out{suffix}"
    assert main(["export", kind, str(path), "--json"]) == 0
    rows = told(capsys)["rows"]
    if kind not in IMPORTED or not rows:
        return
    assert main(["import", kind, str(path), "--json"]) == 0
    again = told(capsys)
    assert (again["unchanged"], again["wrong"]) == (rows, 0)


def test_a_house_moves_by_files_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build()
    for kind in IMPORTED:
        assert main(["export", kind, str(tmp_path / f"{kind}.xlsx")]) == 0
    for model in (Card, Person, Place, Customer):
        model.objects.all().delete()
    for kind in IMPORTED:
        assert main(["import", kind, str(tmp_path / f"{kind}.xlsx")]) == 0, capsys.readouterr()
    assert set(Card.objects.values_list("number", "person__name", "person__unit__name")) == {
        ("0008075634", "张三", "生科楼"),
        ("0008075635", "李四", "生科楼"),
        ("0008075636", "王五", "生科楼"),
    }
    assert Unit.objects.count() == 4
