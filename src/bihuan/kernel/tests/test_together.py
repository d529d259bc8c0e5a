"""Writes of several threads in one commit: each fails alone, and nothing is told before it is stored."""

from collections.abc import Iterator, Sequence
from threading import Thread

import pytest
from django.db import Error as DatabaseError
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


def waiting(gate: Together[str, str], codes: str | list[str]) -> list[together._Wanted[str, str]]:
    found: list[together._Wanted[str, str]] = [together._Wanted(code) for code in codes]
    gate._queue.extend(found)
    return found


def committed(gate: Together[str, str], codes: str | list[str]) -> list[together._Wanted[str, str]]:
    found = waiting(gate, codes)
    gate.commit()
    return found


@pytest.fixture
def writer() -> Iterator[together.Writer]:
    """Ended before the rows are deleted: its connection is one more."""
    yield together.WRITER
    together.WRITER.stop()


def test_a_write_that_fails_takes_back_its_own_and_leaves_the_others() -> None:
    batch = committed(Together(put), ["a", "", "b"])
    assert [batch[0].outcome(), batch[2].outcome()] == ["a!", "b!"]
    with pytest.raises(Refused):
        batch[1].outcome()
    assert set(Unit.objects.values_list("code", flat=True)) == {"a", "b"}


def test_a_commit_that_fails_is_told_to_everybody() -> None:
    def full(codes: Sequence[str]) -> list[str]:
        raise OSError("disk full")

    for wanted in committed(Together(full), "ab"):
        with pytest.raises(OSError, match="full"):
            wanted.outcome()


def test_inside_a_transaction_it_is_part_of_it() -> None:
    with transaction.atomic():
        assert Together(put).write("a") == "a!"
        transaction.set_rollback(True)
    assert not Unit.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_who_waits_is_served_in_one_turn_and_a_note_leaves_the_connection_careful(
    writer: together.Writer,
) -> None:
    turns: list[int] = []

    def counted(codes: Sequence[str]) -> list[str]:
        turns.append(len(codes))
        return put(codes)

    gate = Together(counted)
    others = waiting(gate, "abc")
    assert gate.write("d") == "d!"
    assert (turns, [wanted.outcome() for wanted in others]) == ([4], ["a!", "b!", "c!"])
    with pytest.raises(Refused):
        gate.write("")
    together.note(lambda: put(["e"]))
    assert Unit.objects.count() == 5
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA synchronous").fetchone() == (2,)


@pytest.mark.django_db(transaction=True)
def test_the_thread_ends_when_nobody_asks_and_comes_back(
    writer: together.Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(together, "IDLE_S", 0.01)
    gate = Together(put)
    assert gate.write("a") == "a!"
    thread = writer._of[1]
    if thread is not None:
        thread.join(5)
    assert writer._of == (0, None)
    assert gate.write("b") == "b!"


@pytest.mark.django_db(transaction=True)
def test_many_threads_at_once_are_all_written_and_each_gets_its_own_answer(writer: together.Writer) -> None:
    gate, told = Together(put), {}

    def one(code: str) -> None:
        told[code] = gate.write(code)

    threads = [Thread(target=one, args=[f"T{n}"]) for n in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert told == {f"T{n}": f"T{n}!" for n in range(40)}
    assert Unit.objects.count() == 40


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_broke_is_made_anew_for_who_asks_next(writer: together.Writer) -> None:
    def broken(codes: Sequence[str]) -> list[str]:
        if "break" in codes:
            transaction.on_commit(connection.connection.close)
        return put(codes)

    gate = Together(broken)
    assert gate.write("break") == "break!"
    with pytest.raises(DatabaseError):
        gate.write("lost")
    assert gate.write("a") == "a!"
    assert set(Unit.objects.values_list("code", flat=True)) == {"break", "a"}
