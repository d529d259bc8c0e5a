"""Instruments and permits from a file: all or nothing, and the gateway learns of it."""

from pathlib import Path
from typing import Any

import pytest

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import FieldTerminal, User
from bihuan.systems.instruments.lists.permits import PermitsListing, PermitsTransfer
from bihuan.systems.instruments.lists.register import InstrumentsListing, InstrumentsTransfer
from bihuan.systems.instruments.models import Authorisation, Instrument
from bihuan.web.listing.export import write_csv
from bihuan.web.listing.state import State
from bihuan.web.listing.transfer.apply import apply_plan
from bihuan.web.listing.transfer.plan import Plan, make_plan

from .lab import Lab, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab() -> Lab:
    return build()


def plan(tmp_path: Path, transfer: Any, text: str, known: tuple[str, ...] = ()) -> Plan:
    path = tmp_path / "rows.csv"
    path.write_text(text, encoding="utf-8")
    return make_plan(path, transfer, known)


def bring(tmp_path: Path, transfer: Any, text: str, known: tuple[str, ...] = ()) -> Plan:
    made = plan(tmp_path, transfer, text, known)
    apply_plan(plan=made, transfer=transfer, sha256="0" * 64)
    return made


def permits_of(lab: Lab, name: str) -> set[str]:
    rows = Authorisation.objects.filter(person__name=name)
    return set(rows.values_list("instrument__code", flat=True))


def faults(made: Plan) -> list[tuple[int, str]]:
    return [(error.row, error.column) for error in made.errors]


def test_new_instruments_are_armed_and_published(lab: Lab, tmp_path: Path) -> None:
    text = "仪器ID,仪器名,单位,楼层位置,静置（分钟）\nSEQ08,基因测序仪,SKL,SKL-301,20\n离心机9,离心机,SKL,,\n"
    made = bring(tmp_path, InstrumentsTransfer(lab.world.sun_qian), text)
    assert (made.created, made.wrong) == (2, 0)
    row = Instrument.objects.get(code="SEQ08")
    assert (row.folded, row.rest_minutes, row.place, row.unit) == (
        "seq08",
        20,
        lab.world.lab,
        lab.world.building,
    )
    assert row.next_at is not None
    assert FieldTerminal.objects.filter(terminal__in=["seq08", "离心机9"]).count() == 2


def test_a_known_identifier_in_any_case_is_that_instrument(lab: Lab, tmp_path: Path) -> None:
    made = bring(tmp_path, InstrumentsTransfer(lab.world.sun_qian), "ID,name,unit\ndna01,低速离心机,SKL\n")
    assert (made.created, made.updated) == (0, 1)
    row = Instrument.objects.get(folded="dna01")
    assert (row.code, row.name, row.rest_minutes) == ("DNA01", "低速离心机", 30)


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ("heartbeat,x,SKL,,", "ID"),
        ("a b,x,SKL,,", "ID"),
        ("alarms,x,SKL,,", "ID"),
        ("OK1,,SKL,,", "name"),
        ("OK1,x,NOWHERE,,", "unit"),
        ("OK1,x,BS,,", "unit"),
        ("OK1,x,SKL,-5,", "rest_minutes"),
        ("OK1,x,SKL,,here", "addresses"),
    ],
)
def test_a_wrong_cell_is_named_and_nothing_is_written(
    lab: Lab, tmp_path: Path, cells: str, column: str
) -> None:
    text = f"ID,name,unit,rest_minutes,addresses\nGOOD1,x,SKL,,\n{cells}\n"
    transfer = InstrumentsTransfer(lab.world.sun_qian)
    made = plan(tmp_path, transfer, text)
    assert faults(made) == [(3, column)]
    with pytest.raises(Refused):
        apply_plan(plan=made, transfer=transfer, sha256="0" * 64)
    assert not Instrument.objects.filter(code="GOOD1").exists()


def test_two_spellings_of_one_identifier_are_a_fault(lab: Lab, tmp_path: Path) -> None:
    text = "ID,name,unit\nNEW1,x,SKL\nnew1,y,SKL\n"
    assert faults(plan(tmp_path, InstrumentsTransfer(lab.world.sun_qian), text)) == [(3, "ID")]


def test_another_unit_s_instrument_is_not_overwritten(lab: Lab, tmp_path: Path) -> None:
    text = "ID,name,unit\nNMR13,mine now,SKL\n"
    made = plan(tmp_path, InstrumentsTransfer(lab.world.sun_qian), text)
    assert faults(made) == [(2, "ID")]


def exported(listing: Any) -> str:
    return b"".join(write_csv(listing, State(), full=True)).decode("utf-8-sig")


def test_what_is_exported_comes_back_unchanged(lab: Lab, tmp_path: Path) -> None:
    table = InstrumentsListing(lab.world.chen_jing)
    text = exported(table)
    known = tuple(str(column.label) for column in table.columns)
    made = plan(tmp_path, InstrumentsTransfer(lab.world.chen_jing), text, known)
    assert (made.count, made.unchanged, made.errors) == (3, 3, [])


def test_permits_are_what_the_file_says(lab: Lab, tmp_path: Path) -> None:
    text = "工号,可用仪器\nS001,PCR02\nS002,dna01 PCR02\nS003,—\n"
    made = bring(tmp_path, PermitsTransfer(lab.world.sun_qian), text)
    assert (made.updated, made.unchanged) == (2, 1)
    assert permits_of(lab, "张三") == {"PCR02"}
    assert permits_of(lab, "李四") == {"DNA01", "PCR02"}
    assert "李四" in FieldTerminal.objects.get(terminal="dna01").roster
    assert "张三" not in FieldTerminal.objects.get(terminal="dna01").roster


def test_permits_outside_the_reader_s_units_stay(lab: Lab, tmp_path: Path) -> None:
    Authorisation.objects.create(instrument=lab.nmr, person=lab.world.zhang_san)
    bring(tmp_path, PermitsTransfer(lab.world.sun_qian), "number,permits\nS001,—\n")
    assert permits_of(lab, "张三") == {"NMR13"}


@pytest.mark.parametrize("cells", ["S001,NMR13", "S001,GONE", "S999,DNA01"])
def test_permits_name_people_and_instruments_of_the_reader(lab: Lab, tmp_path: Path, cells: str) -> None:
    made = plan(tmp_path, PermitsTransfer(lab.world.sun_qian), f"number,permits\n{cells}\n")
    assert made.wrong == 1


def test_exported_permits_come_back_unchanged(lab: Lab, tmp_path: Path) -> None:
    user: User = lab.world.chen_jing
    table = PermitsListing(user)
    known = tuple(str(column.label) for column in table.columns)
    made = plan(tmp_path, PermitsTransfer(user), exported(table), known)
    assert (made.count, made.unchanged, made.errors) == (3, 3, [])
