"""Many rows at once say what the ORM would say of them one by one."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.kernel.bulk import CHUNK, Table, among, fetch, instant, stored, these
from bihuan.kernel.models import IntakePosition, LiveChange, ProcessBeat

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 12, 0, 0, 250_000, tzinfo=UTC)
BEATS = Table(ProcessBeat, "name", "at", "started_at", "detail")


@pytest.mark.parametrize("count", [1, CHUNK - 1, CHUNK, 2 * CHUNK + 3])
def test_rows_get_their_keys_in_order_whatever_their_number(count: int) -> None:
    keys = Table(LiveChange, "topic", "key", "rev").insert([("t", f"k{n}", n) for n in range(count)])

    found = LiveChange.objects.order_by("pk").values_list("pk", "key")
    assert list(found) == [(key, f"k{n}") for n, key in enumerate(keys)]


@pytest.mark.parametrize("count", [0, 1, 2 * CHUNK + 3])
def test_columns_become_rows_whatever_their_number(count: int) -> None:
    names, details = [f"p{n}" for n in range(count)], [{"n": n} if n else [] for n in range(count)]
    Table(ProcessBeat, "name", "at", "started_at", "detail").load(
        [names, [NOON] * count, [NOON] * count, details]
    )

    found = ProcessBeat.objects.order_by("pk").values_list("name", "at", "detail")
    assert list(found) == [(name, NOON, detail) for name, detail in zip(names, details, strict=True)]


def test_columns_of_different_lengths_are_no_rows() -> None:
    with pytest.raises(ValueError, match="shorter"):
        Table(LiveChange, "topic", "key", "rev").load([["t", "t"], ["k"], [1, 2]])


def test_instants_and_json_come_back_as_they_went() -> None:
    elsewhere = NOON.astimezone(timezone(timedelta(hours=8)))

    BEATS.insert([("a", NOON, elsewhere, {"applied": 1}), ("b", NOON, NOON, []), ("c", NOON, NOON, {})])

    assert ProcessBeat.objects.get(name="a").started_at == NOON
    assert list(ProcessBeat.objects.order_by("pk").values_list("detail", flat=True)) == [
        {"applied": 1},
        [],
        {},
    ]


def test_a_change_names_only_the_columns_that_differ() -> None:
    before: list[tuple[object, ...]] = [("a", NOON, NOON, []), ("b", NOON, NOON, []), ("c", NOON, NOON, [])]
    keys = BEATS.insert(before)
    later = NOON + timedelta(seconds=1)
    after = [("a", later, NOON, []), ("b", NOON, NOON, []), ("c", later, NOON, ["x"])]

    with CaptureQueriesContext(connection) as asked:
        BEATS.change(zip(keys, before, after, strict=True))

    assert [query["sql"].count("started_at") for query in asked.captured_queries] == [0, 0]
    assert list(ProcessBeat.objects.order_by("pk").values_list("at", "detail")) == [
        (later, []),
        (NOON, []),
        (later, ["x"]),
    ]


def test_what_somebody_else_wrote_meanwhile_stays_where_nothing_of_ours_changed() -> None:
    (key,) = BEATS.insert([("a", NOON, NOON, [])])
    ProcessBeat.objects.filter(pk=key).update(detail={"theirs": 1})

    BEATS.change([(key, ("a", NOON, NOON, []), ("a", NOON + timedelta(seconds=1), NOON, []))])

    assert ProcessBeat.objects.get(pk=key).detail == {"theirs": 1}


def test_an_upsert_of_many_writes_over_those_that_are_there() -> None:
    changes = Table(LiveChange, "topic", "key", "rev")
    changes.upsert([("t", f"k{n}", n) for n in range(CHUNK)], unique=("topic", "key"))

    changes.upsert([("t", f"k{n}", n + 1_000) for n in range(CHUNK + 2)], unique=("topic", "key"))

    assert list(LiveChange.objects.order_by("rev").values_list("rev", flat=True)) == list(
        range(1_000, 1_000 + CHUNK + 2)
    )


def test_a_fetch_finds_the_named_rows_and_compares_instants() -> None:
    for number, gateway in enumerate(("g1", "g2", "g3")):
        IntakePosition.objects.create(gateway=gateway, at=NOON + timedelta(seconds=number))

    table = IntakePosition._meta.db_table
    sql = f"SELECT gateway, at FROM {table} WHERE {among('gateway')} AND at >= %s"
    found = fetch(sql, these(["g1", "g2"]), stored(NOON + timedelta(seconds=1)))

    assert [(gateway, instant(at)) for gateway, at in found] == [("g2", NOON + timedelta(seconds=1))]


def test_one_row_gets_its_key_and_is_not_there_twice() -> None:
    changes = Table(LiveChange, "topic", "key", "rev")

    key = changes.add(("t", "k", 1))
    again = changes.add(("t", "k", 2), unless_there=True)

    assert again is None
    assert list(LiveChange.objects.values_list("pk", "rev")) == [(key, 1)]
