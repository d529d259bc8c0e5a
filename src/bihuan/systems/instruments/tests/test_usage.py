"""Running time by local day: cut at midnight, and every sum the same."""

import itertools
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bihuan.systems.instruments.rules.usage import by_day, by_month, cut, length, merged, midnight, shared

from .world import SHANGHAI

HOUR = timedelta(hours=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_a_session_over_midnight_belongs_to_both_days_and_counts_once() -> None:
    days = by_day(
        [(at("2026-09-01 23:00"), at("2026-09-02 02:30"))], date(2026, 9, 1), date(2026, 9, 3), SHANGHAI
    )
    assert [day.ran / HOUR for day in days] == [1, 2.5, 0]
    assert [day.runs for day in days] == [1, 0, 0]


def test_what_began_before_the_period_counts_on_its_first_day() -> None:
    days = by_day(
        [(at("2026-08-31 22:00"), at("2026-09-01 01:00"))], date(2026, 9, 1), date(2026, 9, 2), SHANGHAI
    )
    assert [(day.ran / HOUR, day.runs) for day in days] == [(1, 1), (0, 0)]


def test_what_only_touches_the_period_from_outside_is_not_of_it() -> None:
    spans = [
        (at("2026-08-31 22:00"), at("2026-09-01 00:00")),
        (at("2026-09-02 00:00"), at("2026-09-02 01:00")),
    ]
    days = by_day(spans, date(2026, 9, 1), date(2026, 9, 1), SHANGHAI)
    assert (days[0].ran, days[0].runs) == (timedelta(0), 0)


def test_a_session_without_length_still_counts() -> None:
    days = by_day([(at("2026-09-01 09:00"),) * 2], date(2026, 9, 1), date(2026, 9, 1), SHANGHAI)
    assert days[0].runs == 1


def test_months_add_up_their_days() -> None:
    spans = [(at("2026-09-30 23:00"), at("2026-10-01 01:00"))]
    months = by_month(by_day(spans, date(2026, 9, 1), date(2026, 10, 31), SHANGHAI))
    assert [(month.on.month, month.ran / HOUR) for month in months] == [(9, 1), (10, 1)]


def test_time_that_overlaps_is_shared_once() -> None:
    spans = [
        (at("2026-09-01 08:00"), at("2026-09-01 10:00")),
        (at("2026-09-01 09:00"), at("2026-09-01 12:00")),
    ]
    opened = [
        (at("2026-09-01 08:30"), at("2026-09-01 11:30")),
        (at("2026-09-01 13:30"), at("2026-09-01 17:00")),
    ]
    assert shared(spans, opened) == 3 * HOUR


INSTANTS = st.datetimes(datetime(2026, 8, 30), datetime(2026, 9, 12), timezones=st.just(UTC))
SPANS = st.lists(
    st.tuples(INSTANTS, st.integers(0, 200_000)).map(
        lambda pair: (pair[0], pair[0] + timedelta(seconds=pair[1]))
    )
)


@given(SPANS)
def test_days_sum_up_to_the_runs_that_touch_the_period(spans: list[tuple[datetime, datetime]]) -> None:
    first, last = date(2026, 9, 1), date(2026, 9, 7)
    period = (midnight(first, SHANGHAI), midnight(last + timedelta(days=1), SHANGHAI))
    days = by_day(spans, first, last, SHANGHAI)
    touching = [s for s in spans if s[0] < period[1] and (s[1] > period[0] or s[0] >= period[0])]
    assert sum((day.ran for day in days), timedelta(0)) == sum((cut(s, period) for s in spans), timedelta(0))
    assert sum(day.runs for day in days) == len(touching)
    assert all(day.ran <= timedelta(days=1) * max(len(spans), 1) for day in days)


@given(SPANS)
def test_merging_neither_loses_nor_doubles_time(spans: list[tuple[datetime, datetime]]) -> None:
    found = merged(spans)
    assert all(a[1] < b[0] for a, b in itertools.pairwise(found))
    whole = [(datetime(2026, 8, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC))]
    assert shared(spans, whole) == length(found)
