"""Each row of the intake log counts exactly once, whatever fails in between."""

from collections.abc import Sequence
from types import SimpleNamespace

import pytest
from django.db import OperationalError

from bihuan.kernel import projector
from bihuan.kernel.intake.log import IntakeRow
from bihuan.kernel.models import IntakePosition, Quarantine, Unit

pytestmark = pytest.mark.django_db


def row(seq: int, text: str = "") -> IntakeRow:
    return IntakeRow(seq, "g1", seq * 1_000_000, 1, "127.0.0.1", 2, "DNA01", text, b"", "", 0, False)


class Log:
    """An intake log in memory."""

    def __init__(self, rows: list[IntakeRow]) -> None:
        self.rows = rows

    def gateways(self) -> list[SimpleNamespace]:
        return [SimpleNamespace(gateway="g1")]

    def rows_after(self, gateway: str, seq: int, limit: int) -> list[IntakeRow]:
        return [one for one in self.rows if one.seq > seq][:limit]


class Counter:
    """Applies a row by creating a unit that is named by it."""

    def apply(self, rows: Sequence[IntakeRow]) -> None:
        for one in rows:
            if one.text == "poison":
                raise ValueError("cannot be applied")
            if one.text == "locked":
                raise OperationalError("database is locked")
            Unit.objects.create(name=str(one.seq), code=f"u{one.seq}")


@pytest.fixture(autouse=True)
def counter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projector, "handlers", lambda: (Counter(),))


def applied() -> list[str]:
    return list(Unit.objects.order_by("pk").values_list("name", flat=True))


def step(log: Log, batch: int = 500) -> int:
    return projector.step(log, batch)  # type: ignore[arg-type]


def test_rows_are_applied_in_order_and_the_position_moves_with_them() -> None:
    assert step(Log([row(1), row(2), row(5)])) == 3

    assert applied() == ["1", "2", "5"]
    assert IntakePosition.objects.get().seq == 5


def test_a_second_look_applies_nothing_again() -> None:
    log = Log([row(1), row(2)])
    step(log)

    assert step(log) == 0
    assert applied() == ["1", "2"]


def test_a_row_that_cannot_be_applied_is_kept_aside_and_passed() -> None:
    step(Log([row(1), row(2, "poison"), row(3)]))

    assert applied() == ["1", "3"]
    assert Quarantine.objects.get().seq == 2
    assert IntakePosition.objects.get().seq == 3


def test_a_locked_database_leaves_everything_as_it_was() -> None:
    with pytest.raises(OperationalError):
        step(Log([row(1), row(2, "locked")]))

    assert applied() == []
    assert not Quarantine.objects.exists()


def test_a_batch_that_another_worker_has_applied_is_not_applied_again() -> None:
    rows = [row(1), row(2)]
    step(Log(rows))

    projector._apply("g1", rows)

    assert applied() == ["1", "2"]
