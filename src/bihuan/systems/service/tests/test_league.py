"""Fair ranking: bands, ties, small samples, missing items, changes beyond chance, funnel."""

from decimal import Decimal

from bihuan.kernel.rules.measures.shrinkage import Rate
from bihuan.systems.service.rules.evaluation import Indicator, Part, composite, of_share
from bihuan.systems.service.rules.league import (
    by_index,
    by_item,
    changes,
    funnel_of,
    index_change,
    item_change,
)

COUNTS = {"a": (19, 20), "b": (17, 20), "c": (95, 100), "d": (160, 200), "e": (38, 40), "f": (12, 20)}
LIMIT = Decimal("0.25")


def shares(counts: dict[str, tuple[int, int]]) -> dict[str, Indicator]:
    return {key: found for key, each in counts.items() if (found := of_share(*each))}


def test_nineteen_of_twenty_stand_behind_ninety_five_of_a_hundred() -> None:
    found = {row.key: row for row in by_item(shares(COUNTS), least=1)}
    assert [found[key].rank for key in "cea"] == [1, 2, 3]
    assert round(found["c"].shrunk, 2) == 94.02
    assert (found["a"].best, found["a"].worst) == (1, 5)


def test_a_unit_below_the_smallest_sample_is_listed_without_a_rank() -> None:
    found = by_item(shares(COUNTS), least=30)
    assert [row.key for row in found if row.rank is None] == ["a", "b", "f"]
    assert [row.rank for row in found if row.rank] == [1, 2, 3]


def test_equal_figures_share_a_rank() -> None:
    found = by_item(shares({"a": (90, 100), "b": (90, 100), "c": (60, 100)}), least=30)
    assert [(row.key, row.rank) for row in found] == [("a", 1), ("b", 1), ("c", 3)]


def test_a_mean_of_unknown_spread_is_ranked_with_a_wide_band() -> None:
    found = {
        row.key: row
        for row in by_item(
            {
                key: Indicator(80 + n, 60, None if n == 3 else 0.0 if n == 2 else 14.0)
                for n, key in enumerate("abcd")
            },
            least=30,
        )
    }
    assert all(row.rank for row in found.values())


def part(key: str, weight: str, points: float | None, n: int = 400) -> Part:
    return Part(key, Decimal(weight), True, None if points is None else Indicator(points, n, 12.0))


def test_who_lacks_an_item_is_ranked_with_a_wider_band() -> None:
    units = {
        key: [part("hall", ".8", level), part("complaint", ".2", other)]
        for key, level, other in (("a", 90, 70), ("b", 86, 95), ("c", 82, 60), ("d", 78, 88))
    }
    whole = {row.key: row for row in by_index(units, LIMIT, 30)}
    units["b"] = [part("hall", ".8", 86), part("complaint", ".2", None)]
    found = {row.key: row for row in by_index(units, LIMIT, 30)}

    def width(row: object) -> int:
        return row.worst - row.best  # type: ignore[attr-defined, no-any-return]

    assert found["b"].rank
    assert width(found["b"]) > width(whole["b"])


def test_who_has_no_index_is_in_no_ranking() -> None:
    units = {"a": [part("hall", ".5", 90), part("meter", ".5", None)], "b": [part("hall", ".5", 80)] * 2}
    assert [row.key for row in by_index(units, LIMIT, 30)] == ["b"]


def test_only_changes_that_stand_together_are_told() -> None:
    before, now = of_share(300, 400), of_share(360, 400)
    moved = {"a": item_change(before, now), "none": item_change(None, now)}
    moved |= {f"q{n}": item_change(of_share(30, 40), of_share(33, 40)) for n in range(20)}
    found = {row.key: row for row in changes(moved)}
    assert found["a"].detected
    assert found["a"].difference is not None
    assert round(found["a"].difference.value, 1) == 14.9
    assert not any(row.detected for key, row in found.items() if key != "a")
    assert found["none"].adjusted is None


def test_one_small_p_among_forty_is_chance() -> None:
    one = item_change(of_share(60, 80), of_share(70, 80))
    assert one is not None
    assert one.p < 0.05
    many = {"a": one} | {f"q{n}": item_change(of_share(60, 80), of_share(61, 80)) for n in range(39)}
    assert not any(row.detected for row in changes(many))


def test_means_are_compared_by_welch() -> None:
    found = item_change(Indicator(Decimal("79.12"), 400, 20.0), Indicator(Decimal("79.58"), 400, 20.0))
    assert found is not None
    assert round(found.statistic, 2) == 0.33
    assert item_change(Indicator(80), Indicator(90, 400, 20.0)) is None
    assert item_change(Indicator(80, 9, 1.0), Indicator(90, 400, 20.0)) is None


def test_indices_of_different_mixtures_are_not_compared() -> None:
    both = composite([part("hall", ".8", 80), part("complaint", ".2", 60)], LIMIT)
    less = composite([part("hall", ".8", 80), part("complaint", ".2", None)], LIMIT)
    later = composite([part("hall", ".8", 84), part("complaint", ".2", 66)], LIMIT)
    assert index_change(both, less) is None
    found = index_change(both, later)
    assert found is not None
    assert round(found.value, 1) == 4.4
    assert found.detected


def test_the_funnel_shows_who_lies_outside() -> None:
    found = funnel_of([Rate("a", 85, 100), Rate("b", 90, 100), Rate("c", 50, 100), Rate("empty", 0, 0)])
    assert found is not None
    assert {dot.key: dot.side for dot in found.dots} == {"a": 1, "b": 1, "c": -1}
    assert next(dot for dot in found.dots if dot.key == "c").alarmed
    assert found.curve[0][0] < 100 < found.curve[-1][0]


def test_there_is_no_funnel_of_one_or_of_perfection() -> None:
    assert funnel_of([Rate("a", 85, 100)]) is None
    assert funnel_of([Rate("a", 20, 20), Rate("b", 30, 30)]) is None


def test_limits_widen_where_many_units_differ_by_more_than_chance() -> None:
    found = funnel_of([Rate(f"u{n:02d}", 60 + 3 * n, 100) for n in range(13)])
    assert found is not None
    assert found.widened
