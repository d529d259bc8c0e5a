"""What the projector, the pages and the transcripts read."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bihuan.kernel.intake.log import BETWEEN, IntakeLog, IntakeRow
from bihuan.kernel.intake.sqlite import SqliteStore
from bihuan.kernel.intake.store import LogRow


def row(at_us: int, terminal: str = "DNA01", gateway: str = "east") -> LogRow:
    return (gateway, at_us, 7, "10.0.0.9", 2, terminal, "0008075634", b"raw", "", 20, 1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with closing(SqliteStore(tmp_path / "intake.sqlite3")) as made:
        yield made


@pytest.fixture
def log(tmp_path: Path) -> Iterator[IntakeLog]:
    with closing(IntakeLog(tmp_path)) as made:
        yield made


def test_log_of_a_gateway_that_never_ran_is_empty(log: IntakeLog) -> None:
    assert log.rows_after("east", 0, 10) == []
    assert not log.gateways()
    assert not log.seen()
    assert log.newest("east") is None
    assert log.prune(10**18) == 0


def test_rows_come_in_order_after_a_position(store: SqliteStore, log: IntakeLog) -> None:
    store.append([row(at) for at in range(10)])
    assert [one.seq for one in log.rows_after("east", 4, 3)] == [5, 6, 7]


def test_row_is_complete(store: SqliteStore, log: IntakeLog) -> None:
    store.append([row(5)])
    [found] = log.rows_after("east", 0, 1)
    assert found == IntakeRow(
        1, "east", 5, 7, "10.0.0.9", 2, "DNA01", "0008075634", b"raw", "", 20, truncated=True
    )


def test_gateways_do_not_mix(store: SqliteStore, log: IntakeLog) -> None:
    store.append([row(1), row(2, gateway="west"), row(3)])
    assert [one.at_us for one in log.rows_after("east", 0, 10)] == [1, 3]
    oldest, newest = log.oldest("east"), log.newest("west")
    assert oldest is not None
    assert newest is not None
    assert (oldest.at_us, newest.at_us) == (1, 2)


def test_transcript_of_one_terminal_in_whatever_case(store: SqliteStore, log: IntakeLog) -> None:
    store.append([row(1), row(2, "PCR02"), row(3, "dna01"), row(9)])
    assert [one.at_us for one in log.raw(1, 9, "Dna01")] == [1, 3]
    assert [one.at_us for one in log.raw(2, 10)] == [2, 3, 9]


def test_a_clock_that_was_stepped_back_loses_no_row_of_a_time(store: SqliteStore, log: IntakeLog) -> None:
    store.append([row(at) for at in (1, 5, 9, 3, 4, 20)])
    assert [one.at_us for one in log.raw(3, 6)] == [5, 3, 4], "in commit order"
    assert list(log.raw(6, 9)) == []


def test_a_time_is_found_by_its_index(store: SqliteStore, log: IntakeLog) -> None:
    store.append([row(at) for at in range(10)])
    [(*_, plan)] = store.db.execute(f"EXPLAIN QUERY PLAN {BETWEEN}", (3, 6))
    assert "COVERING INDEX intake_log_at" in plan


def test_prune_keeps_what_is_young_and_numbers_are_not_reused(store: SqliteStore, log: IntakeLog) -> None:
    store.append([row(at) for at in range(10)])
    assert log.prune(10, chunk=3) == 10
    store.append([row(11)])
    assert [one.seq for one in log.rows_after("east", 0, 10)] == [11]


def test_beat_of_the_gateway(store: SqliteStore, log: IntakeLog) -> None:
    store.beat("east", 1, 2, '{"rows": 3}')
    store.beat("east", 1, 5, '{"rows": 4}')
    [beat] = log.gateways()
    assert (beat.at_us, beat.counters) == (5, {"rows": 4})
    assert store.last_beat_us("east") == 5


def test_last_sight_keeps_the_first(store: SqliteStore, log: IntakeLog) -> None:
    store.flush_seen([("dna01", "DNA01", 10, 10, "10.0.0.9", 1, b"o")])
    store.flush_seen([("dna01", "dna01", 20, 20, "10.0.0.8", 2, b"oo")])
    seen = log.seen_of("DNA01")
    assert seen is not None
    assert (seen.code, seen.at_us, seen.first_us, seen.ring) == ("dna01", 20, 10, "oo")


def test_forgotten_terminal_is_gone(store: SqliteStore, log: IntakeLog) -> None:
    store.flush_seen([("xx99", "XX99", 10, 10, "10.0.0.9", 1, b"o")])
    store.forget_seen(["xx99"])
    assert log.seen() == []


def test_write_ahead_file_does_not_grow_for_ever(store: SqliteStore, tmp_path: Path) -> None:
    for _ in range(12):
        store.append([row(at) for at in range(5000)])
        store.tidy()
    assert (tmp_path / "intake.sqlite3-wal").stat().st_size < 16 << 20
