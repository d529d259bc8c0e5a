from itertools import permutations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.kernel.rules.measures.ranking import Ranked, band, rank_chances, rank_levels, rank_rates
from bihuan.kernel.rules.measures.shrinkage import Level, Rate
from bihuan.kernel.rules.measures.tests.test_shrinkage import HALLS, RATES, SCHOOLS


def by_key(ranked: list[Ranked]) -> dict[str, Ranked]:
    return {each.key: each for each in ranked}


def test_six_halls_get_the_bands_of_two_hundred_thousand_draws() -> None:
    found = by_key(rank_rates(HALLS, least=20))
    bands = [(found[key].best, found[key].worst) for key in "ABCDEF"]
    assert bands == [(1, 5), (1, 6), (1, 4), (4, 6), (1, 4), (4, 6)]


def test_nineteen_of_twenty_is_third_among_three_of_95_per_cent() -> None:
    found = by_key(rank_rates(HALLS, least=20))
    assert {found[key].raw for key in "ACE"} == {0.95}
    assert (found["C"].rank, found["E"].rank, found["A"].rank) == (1, 2, 3)


def test_small_halls_are_listed_without_a_rank() -> None:
    found = rank_rates(HALLS)
    assert [(each.key, each.rank) for each in found] == [
        *(("C", 1), ("E", 2), ("D", 3)),
        *(("A", None), ("B", None), ("F", None)),
    ]
    assert found[-1].best is None
    assert found[-1].shrunk == pytest.approx(0.6905, abs=0.00005)


def test_a_district_with_22_orders_all_well_is_not_first() -> None:
    """After Panjin 2023, where 22 orders and 100 % were published as the best district."""
    districts = [
        Rate("few", 22, 22),
        Rate("many", 4200, 4226),
        Rate("most", 6471, 6530),
        Rate("some", 900, 930),
    ]
    found = by_key(rank_rates(districts, least=20))
    assert found["many"].rank == 1
    assert found["few"].rank == 2
    assert found["few"].worst == 4


def test_lowest_first_turns_the_order_round() -> None:
    up, down = rank_rates(HALLS, least=20), rank_rates(HALLS, least=20, lowest_first=True)
    assert [each.key for each in down] == [each.key for each in up][::-1]
    assert by_key(down)["F"].best == 1
    assert by_key(down)["C"].worst == 6


def test_halls_with_the_same_figures_share_a_rank() -> None:
    found = rank_rates([Rate("a", 40, 50), Rate("b", 40, 50), Rate("c", 49, 50), Rate("d", 20, 50)])
    assert [(each.key, each.rank) for each in found] == [("c", 1), ("a", 2), ("b", 2), ("d", 4)]


def test_halls_that_do_not_differ_are_all_first() -> None:
    found = rank_rates([Rate("a", 45, 50), Rate("b", 46, 50), Rate("c", 44, 50)])
    assert {(each.rank, each.best, each.worst) for each in found} == {(1, 1, 3)}


def test_nothing_is_ranked_when_nobody_was_asked() -> None:
    assert rank_rates([]) == rank_rates([Rate("a", 0, 0)]) == rank_levels([]) == []


def test_scores_are_ranked_by_their_own_errors() -> None:
    scores = [
        Level("north", 62, 3, 200),
        Level("south", 40, 3, 200),
        Level("west", 66, 15, 31),
        Level("new", 90, 30, 8),
    ]
    found = rank_levels(scores)
    assert [(each.key, each.rank) for each in found] == [
        ("north", 1),
        ("west", 2),
        ("south", 3),
        ("new", None),
    ]
    assert found[2].best == 2


def test_eight_schools_cannot_be_told_apart() -> None:
    assert {(each.rank, each.best, each.worst) for each in rank_levels(SCHOOLS)} == {(1, 1, 8)}


def test_the_order_of_halls_changes_nothing() -> None:
    expected = rank_rates(HALLS, least=20)
    assert all(rank_rates(list(order), least=20) == expected for order in list(permutations(HALLS))[::120])


@settings(max_examples=10)
@given(RATES)
def test_ranks_lie_within_their_bands_and_bands_within_the_list(rates: list[Rate]) -> None:
    found = rank_rates(rates, least=1)
    assert len(found) == sum(rate.n > 0 for rate in rates)
    for each in found:
        assert each.rank is not None
        assert each.best is not None
        assert each.worst is not None
        assert 1 <= each.best <= each.worst <= len(found)
    assert [each.shrunk for each in found] == sorted((each.shrunk for each in found), reverse=True)


def test_chances_of_ranks_are_those_of_a_simulation() -> None:
    stream, grid = Random(3), 60
    cells = [[stream.random() ** 3 for _ in range(grid)] for _ in range(4)]
    cells = [[weight / sum(row) for weight in row] for row in cells]
    exact, draws, held = rank_chances(cells), 4000, [[0] * 4 for _ in range(4)]
    for _ in range(draws):
        drawn = [stream.choices(range(grid), row)[0] + stream.random() for row in cells]
        for rank, unit in enumerate(sorted(range(4), key=lambda at: -drawn[at])):
            held[unit][rank] += 1
    for row, counts in zip(exact, held, strict=True):
        assert row == pytest.approx([count / draws for count in counts], abs=0.03)


@settings(max_examples=15)
@given(st.lists(st.lists(st.floats(0.01, 1), min_size=9, max_size=9), min_size=1, max_size=6))
def test_every_unit_holds_some_rank(rows: list[list[float]]) -> None:
    cells = [[weight / sum(row) for weight in row] for row in rows]
    for chances in (rank_chances(cells), rank_chances(cells, lowest_first=True)):
        assert [sum(row) for row in chances] == pytest.approx([1] * len(rows))
        assert min(map(min, chances)) >= -1e-9


def test_a_band_cuts_off_the_same_on_either_side() -> None:
    assert band([0.02, 0.1, 0.8, 0.07, 0.01]) == (2, 4)
    assert band([0.5, 0.5]) == (1, 2)
    assert band([0.02, 0.96, 0.02]) == (2, 2)
    with pytest.raises(ValueError, match="no ranks"):
        band([])
