"""Meter-reading areas: the published smoothing, two thirds by density, one third by chance, and the rule."""

from collections import Counter
from math import exp

import pytest

from bihuan.kernel.rules.draw import FrameError
from bihuan.kernel.rules.measures.stratified import effective_n
from bihuan.systems.service.rules.areas import Area, check, key, sessions, smoothed, substitute

# Homicides and population of 78 counties around St. Louis, 1979–84 (PySAL's example `stl`: HC7984, PO7984).
CASES = """4 19 3 2 2 28 61 3 7 3 4 0 1 12 0 2 6 6 3 4 0 2 9 2 23 5 2 2 0 2 10 4 95 8 31 0 407 5 10 1238
3 14 0 2 18 369 5 0 3 0 40 9 7 1 3 2 8 5 11 12 8 10 2 8 7 25 6 19 6 2 2 6 9 0 1 13 3 4"""
PEOPLE = """189087 425580 69649 88540 33697 774843 1056438 172182 224033 113497 218510 87628 36354 316661
53222 141872 103469 193449 295848 99013 34772 65947 155266 123387 612258 135365 133297 186877 68404 68779
192789 96686 1480530 92864 905683 93388 5863876 109086 265200 2658090 199528 347829 79838 72381 432159
1605518 110883 48352 121762 92348 891502 225007 113880 46260 108510 55620 213680 131792 109953 108864
205880 260154 90841 255875 253540 372227 100389 345641 87410 66694 64680 127071 107508 43056 61456 353841
47507 68218"""
COUNTIES = [
    Area(f"{number:02}", int(cases), int(people))
    for number, (cases, people) in enumerate(zip(CASES.split(), PEOPLE.split(), strict=True))
]
TWENTY = [Area(f"A{number:02}", number * number // 8, 1000) for number in range(20)]


def test_smoothed_rates_are_those_that_pysal_prints() -> None:
    rates = smoothed(COUNTIES)
    printed = [2.36718950, 4.54539167, 4.78114019, 2.76907146, 6.58989323]
    printed += [3.66494122, 5.79952721, 2.03064590, 3.31152999, 3.02748380]
    assert [rates[f"{number:02}"] * 1e5 for number in range(10)] == pytest.approx(printed, rel=1e-8)


def test_a_small_area_is_drawn_further_to_the_common_rate() -> None:
    rates = smoothed([Area("large", 300, 10_000), Area("small", 3, 100), Area("calm", 50, 10_000)])
    common = 353 / 20_100
    assert rates["large"] > rates["small"] > common > rates["calm"]


def test_rates_that_differ_by_chance_alone_are_all_the_common_one() -> None:
    rates = smoothed([Area("a", 1, 100), Area("b", 2, 100), Area("c", 1, 100)])
    assert set(rates.values()) == {4 / 300}


def test_an_area_without_readings_has_the_common_rate() -> None:
    rates = smoothed([Area("a", 30, 100), Area("b", 1, 100), Area("new", 0, 0)])
    assert rates["new"] == 31 / 200
    assert smoothed([Area("new", 0, 0)]) == {"new": 0.0}


@pytest.mark.parametrize(
    "area", [Area("x", 1, 0), Area("x", -1, 10), Area("x", 0, -1), Area("x", 0, float("nan"))]
)
def test_figures_that_cannot_be_are_refused_by_name(area: Area) -> None:
    with pytest.raises(FrameError, match="'x' has"):
        smoothed([area, Area("y", 1, 10)])


def test_the_order_of_the_areas_changes_nothing() -> None:
    assert smoothed(COUNTIES) == smoothed(reversed(COUNTIES))
    assert sessions("seed", "2026Q1", TWENTY) == sessions("seed", "2026Q1", list(reversed(TWENTY)))


def test_the_key_is_minus_the_logarithm_over_the_weight() -> None:
    one, two = key("seed", "x", "A", 1.0), key("seed", "x", "A", 2.0)
    assert 0 < exp(-float(one)) < 1
    assert float(one / two) == pytest.approx(2)
    assert key("seed", "x", "A", 0.0).is_infinite()


def test_the_first_by_density_comes_as_often_as_it_weighs() -> None:
    areas = [Area("one", 0, 1), Area("two", 0, 1), Area("five", 0, 1)]
    weights = {"one": 1.0, "two": 2.0, "five": 5.0}
    hits = Counter(
        min(areas, key=lambda area: key(f"s{seed}", "x", area.id, weights[area.id])).id for seed in range(800)
    )
    assert sum((hits[name] - 100 * w) ** 2 / (100 * w) for name, w in weights.items()) < 9.21  # 2 df, 1 %


def test_a_third_is_by_chance_and_no_area_comes_twice() -> None:
    found = sessions("seed", "2026Q1", TWENTY)
    assert Counter(each.arm for each in found) == {"chance": 5, "dense": 10}
    assert len({each.area for each in found}) == 15


def test_an_uneven_third_is_rounded_up() -> None:
    assert Counter(each.arm for each in sessions("seed", "2026Q1", TWENTY, 16))["chance"] == 6


def test_the_chance_part_reaches_quiet_areas_as_often_as_others() -> None:
    hits: Counter[str] = Counter()
    for seed in range(200):
        found = sessions(f"s{seed}", "2026Q1", TWENTY, 6)
        hits.update(each.area for each in found if each.arm == "chance")
    assert sum((hits[area.id] - 20) ** 2 / 20 for area in TWENTY) < 36.19  # chi-square, 19 df, 1 %


def test_the_dense_part_goes_where_the_cases_are() -> None:
    hits: Counter[str] = Counter()
    for seed in range(60):
        found = sessions(f"s{seed}", "2026Q1", TWENTY, 6)
        hits.update(each.area for each in found if each.arm == "dense")
    busy, quiet = (sum(hits[area.id] for area in part) for part in (TWENTY[10:], TWENTY[:10]))
    assert busy > 4 * quiet


def test_without_any_case_all_areas_weigh_the_same() -> None:
    calm = [Area(f"A{number}", 0, 100) for number in range(8)]
    assert len({each.area for each in sessions("seed", "2026Q1", calm, 6)}) == 6


def test_fewer_areas_than_sessions_are_visited_again_by_another_reader() -> None:
    areas = [Area(f"A{number}", number, 100, ("Li", "Wang", "Zhao")) for number in range(6)]
    found = sessions("seed", "2026Q1", areas)
    assert len(found) == 15
    visits = Counter(each.area for each in found)
    assert set(visits.values()) <= {2, 3}
    assert len({(each.area, each.reader) for each in found}) == 15
    assert len({(each.area, each.turn) for each in found}) == 15


def test_an_empty_frame_is_refused() -> None:
    with pytest.raises(FrameError, match="15 sessions cannot be drawn from 0 areas"):
        sessions("seed", "2026Q1", [])


def test_scenario_14_fourteen_sessions_are_not_enough() -> None:
    found = check([20] * 14)
    assert (found.met, found.missing, found.thin) == (False, 1, ())


def test_scenario_14_one_session_of_nineteen_is_not_enough() -> None:
    found = check([20] * 6 + [19] + [20] * 8)
    assert (found.met, found.missing, found.thin) == (False, 0, (6,))


def test_scenario_14_fifteen_of_twenty_are_met_and_worth_154() -> None:
    assert check([20] * 15).met
    assert round(effective_n([20] * 15, 0.05)) == 154
    assert round(effective_n([20] * 15, 0.10)) == 103


def test_a_session_that_falls_away_is_replaced_by_the_next_of_its_arm() -> None:
    plan = sessions("seed", "2026Q1", TWENTY, 6)
    gone = plan[0]
    taken = substitute("seed", "2026Q1", TWENTY, plan, gone, ())
    assert taken is not None
    assert (taken.arm, taken.turn) == ("chance", 1)
    assert taken.area not in {each.area for each in plan}
    longer = sessions("seed", "2026Q1", TWENTY, 9)
    drawn = [each.area for each in longer if each.arm == "chance"]
    assert drawn[:2] == [each.area for each in plan if each.arm == "chance"], "the order is one order"
    after = substitute("seed", "2026Q1", TWENTY, plan, gone, [taken.area])
    assert after is not None
    assert after.area not in {taken.area, *(each.area for each in plan)}


def test_nobody_comes_in_the_place_of_the_only_area() -> None:
    only = [Area("A", 1, 100)]
    plan = sessions("seed", "2026Q1", only, 2)
    assert [each.unit for each in plan] == ["A", "A#2"]
    assert substitute("seed", "2026Q1", only, plan, plan[0], ()) is None
