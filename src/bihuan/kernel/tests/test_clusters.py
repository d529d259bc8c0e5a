"""Which cases of one cause make a cluster, and whose it is."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.rules.clusters import Cluster, Occurrence, clusters, dense

START = datetime(2026, 9, 1, 9, tzinfo=UTC)
MONTH = timedelta(days=30)


def days(*numbers: float) -> list[datetime]:
    return [START + timedelta(days=number) for number in numbers]


@pytest.mark.parametrize(
    ("numbers", "places"),
    [
        ((0, 10, 20), [0, 1, 2]),
        ((0, 10), []),
        ((0, 20, 40), []),
        ((0, 15, 30), [0, 1, 2]),
        ((0, 15, 30.01), []),
        ((0, 40, 50, 60, 100), [1, 2, 3]),
        ((0, 10, 20, 45, 49), [0, 1, 2, 3, 4]),
    ],
)
def test_three_within_thirty_days_are_dense(numbers: tuple[float, ...], places: list[int]) -> None:
    assert dense(days(*numbers), 3, MONTH) == places


def at(path: str, *numbers: float, first: int = 1) -> list[Occurrence]:
    return [Occurrence(first + n, moment, path) for n, moment in enumerate(days(*numbers))]


def test_three_in_one_hall_are_the_halls() -> None:
    found = clusters([*at("/1/2/5/", 0, 1, 2), *at("/1/2/6/", 3, first=9)], 3, MONTH)
    assert found == [Cluster("/1/2/5/", (1, 2, 3))]


def test_three_in_three_halls_are_their_branchs_and_not_the_houses() -> None:
    told = [
        *at("/1/2/5/", 0),
        *at("/1/2/6/", 1, first=2),
        *at("/1/2/7/", 2, first=3),
        *at("/1/3/", 2, first=4),
    ]
    assert clusters(told, 3, MONTH) == [Cluster("/1/2/", (1, 2, 3))]


def test_a_case_is_in_one_cluster_only() -> None:
    told = [*at("/1/2/5/", 0, 1, 2), *at("/1/2/6/", 0, 1, 2, first=4), *at("/1/3/", 1, first=7)]
    assert [found.path for found in clusters(told, 3, MONTH)] == ["/1/2/5/", "/1/2/6/"]


def test_a_unit_is_not_below_one_whose_number_begins_alike() -> None:
    assert clusters([*at("/1/2/", 0, 1), *at("/1/22/", 2, first=3)], 3, MONTH)[0].path == "/1/"


@given(st.lists(st.integers(0, 400), max_size=30), st.integers(2, 5), st.integers(1, 60))
def test_who_is_dense_has_enough_within_reach(numbers: list[int], least: int, width: int) -> None:
    moments, within = days(*sorted(numbers)), timedelta(days=width)
    found = set(dense(moments, least, within))
    for place, moment in enumerate(moments):
        starts = [other for other in moments if moment - within <= other <= moment]
        best = max(sum(start <= each <= start + within for each in moments) for start in starts)
        assert (place in found) == (best >= least)


@given(
    st.lists(
        st.tuples(st.integers(0, 90), st.sampled_from(["/1/2/5/", "/1/2/6/", "/1/3/7/", "/1/3/"])),
        max_size=25,
    )
)
def test_clusters_share_no_case_and_are_never_too_small(told: list[tuple[int, str]]) -> None:
    occurrences = [Occurrence(n, days(day)[0], path) for n, (day, path) in enumerate(told)]
    paths = {one.key: one.path for one in occurrences}
    found = clusters(occurrences, 3, MONTH)
    keys = [key for each in found for key in each.keys]
    assert len(keys) == len(set(keys))
    assert all(len(each.keys) >= 3 for each in found)
    assert all(paths[key].startswith(each.path) for each in found for key in each.keys)
