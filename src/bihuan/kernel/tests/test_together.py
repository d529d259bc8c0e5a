"""Writes of several threads in one commit: each fails alone, and nothing is told before it is stored."""

import pytest
from django.db import connection, transaction

from bihuan.kernel import together
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Unit

pytestmark = pytest.mark.django_db


def unit(code: str) -> Unit:
    return Unit.objects.create(name=code, code=code)


def refuse() -> None:
    unit("half")
    raise Refused("no")


def test_a_write_that_fails_takes_back_its_own_and_leaves_the_others() -> None:
    batch = [together._Wanted(job) for job in (lambda: unit("a").code, refuse, lambda: unit("b").code)]
    together._commit(batch)
    assert [batch[0].outcome(), batch[2].outcome()] == ["a", "b"]
    with pytest.raises(Refused):
        batch[1].outcome()
    assert set(Unit.objects.values_list("code", flat=True)) == {"a", "b"}


def test_a_commit_that_fails_is_told_to_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(wanted: object, *, alone: bool) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(together, "_run", full)
    batch = [together._Wanted(lambda code=code: unit(code)) for code in "ab"]  # type: ignore[misc]
    together._commit(batch)
    for wanted in batch:
        with pytest.raises(OSError, match="full"):
            wanted.outcome()


def test_write_returns_what_the_job_returned_and_raises_what_it_raised() -> None:
    assert together.write(lambda: unit("a").code) == "a"
    with pytest.raises(Refused):
        together.write(refuse)
    assert not Unit.objects.filter(code="half").exists()


def test_inside_a_transaction_it_is_part_of_it() -> None:
    with transaction.atomic():
        together.write(lambda: unit("a"))
        transaction.set_rollback(True)
    assert not Unit.objects.exists()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_who_waits_is_served_in_one_turn_and_a_note_leaves_the_connection_careful() -> None:
    seen: list[int] = []
    waiting = [together._Wanted(lambda n=n: seen.append(n)) for n in range(3)]  # type: ignore[misc]
    if connection.vendor == "sqlite":
        together._QUEUE.extend(waiting)
        together.write(lambda: seen.append(3))
        assert (seen, all(wanted.done for wanted in waiting)) == ([0, 1, 2, 3], True)
    together.note(lambda: unit("a"))
    assert Unit.objects.count() == 1
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA synchronous").fetchone() == (2,)
