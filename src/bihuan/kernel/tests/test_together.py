"""Writes of several threads in one commit: each fails alone, and nothing is told before it is stored."""

from collections.abc import Sequence

import pytest
from django.db import connection, transaction

from bihuan.kernel import together
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Unit
from bihuan.kernel.together import Together

pytestmark = pytest.mark.django_db


def put(codes: Sequence[str]) -> list[str]:
    """Each code becomes a unit; a blank one is refused after its unit was written."""
    for code in codes:
        Unit.objects.create(name=code, code=code or "half")
        if not code:
            raise Refused("no")
    return [f"{code}!" for code in codes]


def waiting(codes: str | list[str]) -> list[together._Wanted[str, str]]:
    return [together._Wanted(code) for code in codes]


def test_a_write_that_fails_takes_back_its_own_and_leaves_the_others() -> None:
    batch = waiting(["a", "", "b"])
    Together(put)._commit(batch)
    assert [batch[0].outcome(), batch[2].outcome()] == ["a!", "b!"]
    with pytest.raises(Refused):
        batch[1].outcome()
    assert set(Unit.objects.values_list("code", flat=True)) == {"a", "b"}


def test_a_commit_that_fails_is_told_to_everybody() -> None:
    def full(codes: Sequence[str]) -> list[str]:
        raise OSError("disk full")

    batch = waiting("ab")
    Together(full)._commit(batch)
    for wanted in batch:
        with pytest.raises(OSError, match="full"):
            wanted.outcome()


def test_inside_a_transaction_it_is_part_of_it() -> None:
    with transaction.atomic():
        assert Together(put).write("a") == "a!"
        transaction.set_rollback(True)
    assert not Unit.objects.exists()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_who_waits_is_served_in_one_turn_and_a_note_leaves_the_connection_careful() -> None:
    turns: list[int] = []

    def counted(codes: Sequence[str]) -> list[str]:
        turns.append(len(codes))
        return put(codes)

    gate, others = Together(counted), waiting("abc")
    gate._queue.extend(others)
    assert gate.write("d") == "d!"
    assert (turns, [wanted.outcome() for wanted in others]) == ([4], ["a!", "b!", "c!"])
    with pytest.raises(Refused):
        gate.write("")
    together.note(lambda: put(["e"]))
    assert Unit.objects.count() == 5
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA synchronous").fetchone() == (2,)
