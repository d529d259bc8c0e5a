"""The hall plan: the published vectors, every hall within the year, and a record that can be checked."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.kernel.rules.commitment import seal
from bihuan.kernel.rules.draw import FrameError
from bihuan.systems.service.rules.halls import (
    Hall,
    QuarterPlan,
    Rules,
    counts,
    frame_rows,
    params,
    quarter_plan,
    substitute,
    verify_plan,
    year_plan,
)

FEW = settings(max_examples=12)
SEED = "2026-demo-seed"
TEN = [Hall(f"H3-{number:02}", 3) for number in range(1, 11)]
MIXED = [*TEN, Hall("H1-01", 1), Hall("H2-01", 2), Hall("H2-02", 2), *(Hall(f"H4-{n}", 4) for n in range(5))]


def drawn(plan: QuarterPlan) -> dict[str, set[str]]:
    return {each.label: set(each.drawn) for each in plan.draws}


def year_of(n: int, share: Fraction = Fraction(3, 10)) -> list[tuple[int, int]]:
    """(new, again) of four quarters, every visit taking place."""
    found: list[tuple[int, int]] = []
    for left in (3, 2, 1, 0):
        found.append(counts(n, n - sum(new for new, _ in found), left, share))
    return found


def test_scenario_12_draws_exactly_these_halls() -> None:
    halls = [{hall[-2:] for hall in plan.halls} for plan in year_plan(SEED, 2026, TEN)]
    assert halls == [{"02", "04", "08"}, {"03", "05", "06"}, {"07", "08", "09"}, {"01", "06", "10"}]


def test_scenario_12_says_who_is_visited_again() -> None:
    *_, third, fourth = year_plan(SEED, 2026, TEN)
    assert drawn(third) == {"2026Q3|L3|new": {"H3-07", "H3-09"}, "2026Q3|L3|again": {"H3-08"}}
    assert drawn(fourth) == {"2026Q4|L3|new": {"H3-01", "H3-10"}, "2026Q4|L3|again": {"H3-06"}}


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        (100, [(30, 0), (24, 6), (23, 7), (23, 7)]),
        (10, [(3, 0), (3, 0), (2, 1), (2, 1)]),
        (4, [(2, 0), (1, 1), (1, 1), (0, 2)]),
    ],
)
def test_the_counts_are_the_published_ones(n: int, expected: list[tuple[int, int]]) -> None:
    assert year_of(n) == expected


def test_every_frame_of_1_to_400_halls_is_covered_with_exactly_30_per_cent_a_quarter() -> None:
    for n in range(1, 401):
        year = year_of(n)
        assert sum(new for new, _ in year) == n
        assert {new + again for new, again in year} == {-(-3 * n // 10)}
        assert all(new >= 0 <= again for new, again in year)


def test_30_per_cent_of_70_is_21_and_not_22() -> None:
    assert sum(counts(70, 70, 3)) == 21


@FEW
@given(st.integers(1, 400), st.fractions(Fraction(1, 100), 1))
def test_any_share_covers_the_year(n: int, share: Fraction) -> None:
    year = year_of(n, share)
    assert sum(new for new, _ in year) == n
    assert all(new + again >= share * n for new, again in year)


@FEW
@given(st.integers(1, 40), st.text("abcdef0123456789", min_size=4, max_size=8))
def test_real_draws_reach_every_hall_and_none_twice_in_a_quarter(n: int, seed: str) -> None:
    halls = [Hall(f"H{number}", 3) for number in range(n)]
    plans = year_plan(seed, 2026, halls)
    assert {hall for plan in plans for hall in plan.halls} == {hall.id for hall in halls}
    assert all(len(plan.halls) == len(set(plan.halls)) == -(-3 * n // 10) for plan in plans)


def test_visits_that_were_missed_raise_the_quarters_that_are_left() -> None:
    assert counts(10, 10, 2) == (4, 0)
    assert counts(10, 5, 0) == (5, 0)


@FEW
@given(st.integers(1, 40), st.lists(st.integers(0, 100), min_size=3, max_size=3), st.data())
def test_the_last_quarter_reaches_whoever_is_left_however_many_were_missed(
    n: int, kept: list[int], data: st.DataObject
) -> None:
    halls = [Hall(f"H{number}", 3) for number in range(n)]
    covered: set[str] = set()
    for quarter, percent in enumerate(kept, 1):
        plan = quarter_plan(SEED, 2026, quarter, halls, covered)
        covered |= set(plan.halls[: len(plan.halls) * percent // 100])
    assert covered | set(quarter_plan(SEED, 2026, 4, halls, covered).halls) == {hall.id for hall in halls}


def test_impossible_counts_are_refused() -> None:
    for n, uncovered, left in ((10, 11, 3), (10, -1, 3), (10, 5, 4)):
        with pytest.raises(ValueError, match="cannot be uncovered"):
            counts(n, uncovered, left)
    with pytest.raises(ValueError, match="no quarter 5"):
        quarter_plan(SEED, 2026, 5, TEN, ())


def test_reordering_the_frame_changes_nothing() -> None:
    assert year_plan(SEED, 2026, MIXED) == year_plan(SEED, 2026, list(reversed(MIXED)))


def test_every_level_2_hall_is_visited_every_quarter() -> None:
    for plan in year_plan(SEED, 2026, MIXED):
        assert drawn(plan)[f"2026Q{plan.quarter}|L2|all"] == {"H2-01", "H2-02"}


def test_other_levels_are_visited_once_a_year_in_the_wide_reading() -> None:
    visits = Counter(hall for plan in year_plan(SEED, 2026, MIXED) for hall in plan.halls)
    assert {visits[hall.id] for hall in MIXED if hall.level in {1, 4}} == {1}


def test_in_the_narrow_reading_other_levels_are_not_visited() -> None:
    plans = year_plan(SEED, 2026, MIXED, Rules(wide=False))
    assert {hall[:2] for plan in plans for hall in plan.halls} == {"H2", "H3"}


def test_a_hall_that_is_twice_or_without_name_is_refused() -> None:
    with pytest.raises(FrameError, match="twice"):
        quarter_plan(SEED, 2026, 1, [*TEN, Hall("H3-01", 2)], ())
    with pytest.raises(FrameError, match="blank"):
        quarter_plan(SEED, 2026, 1, [*TEN, Hall("", 3)], ())


def test_rules_that_contradict_themselves_are_refused() -> None:
    with pytest.raises(ValueError, match="share"):
        Rules(share=Fraction(0))
    with pytest.raises(ValueError, match="in full or by sample"):
        Rules(every_quarter=frozenset({2, 3}))


def test_second_visits_hit_every_hall_alike() -> None:
    hits: Counter[str] = Counter()
    for seed in range(300):
        for plan in year_plan(f"s{seed}", 2026, TEN)[2:]:
            hits.update(plan.draws[1].drawn)
    assert sum((hits[hall.id] - 60) ** 2 / 60 for hall in TEN) < 21.67  # chi-square, 9 df, 1 %


def test_a_hall_that_closes_after_the_draw_is_replaced_by_the_next_ticket() -> None:
    plan = quarter_plan(SEED, 2026, 1, TEN, ())
    fourth = quarter_plan(SEED, 2026, 1, TEN, (), Rules(share=Fraction(4, 10))).draws[0].drawn[3]
    after, done = substitute(SEED, plan, "H3-08", "water damage", "director Wang")
    assert (done.gone, done.taken, done.label) == ("H3-08", fourth, "2026Q1|L3|new")
    assert after.halls == tuple(sorted({"H3-02", "H3-04", fourth}))
    assert after.substitutions == (done,)


def test_a_substitute_that_closes_too_is_replaced_and_nobody_who_went_comes_back() -> None:
    plan = quarter_plan(SEED, 2026, 1, TEN, ())
    gone = ["H3-08"]
    for _ in range(7):
        plan, done = substitute(SEED, plan, gone[-1], "closed", "director Wang")
        gone.append(done.taken)
    assert len(set(gone)) == 8
    assert len(plan.halls) == 3
    last, done = substitute(SEED, plan, gone[-1], "closed", "director Wang")
    assert (done.taken, len(last.halls)) == ("", 2)


def test_when_all_new_halls_are_in_the_plan_a_covered_one_stands_in() -> None:
    covered = {hall.id for hall in TEN} - {"H3-01", "H3-10"}
    plan = quarter_plan(SEED, 2026, 4, TEN, covered)
    after, done = substitute(SEED, plan, "H3-10", "closed for good", "director Wang")
    assert done.label == "2026Q4|L3|again"
    assert done.taken in covered
    assert len(after.halls) == 3


def test_for_a_level_of_which_all_are_visited_nobody_is_left() -> None:
    plan = quarter_plan(SEED, 2026, 1, MIXED, ())
    after, done = substitute(SEED, plan, "H2-01", "rebuilt", "director Wang")
    assert done.taken == ""
    assert "H2-01" not in after.halls


def test_a_substitution_needs_a_reason_a_signature_and_a_hall_of_the_plan() -> None:
    plan = quarter_plan(SEED, 2026, 1, TEN, ())
    with pytest.raises(ValueError, match="reason"):
        substitute(SEED, plan, "H3-08", " ", "director Wang")
    with pytest.raises(ValueError, match="signature"):
        substitute(SEED, plan, "H3-08", "closed", "")
    with pytest.raises(FrameError, match="not in the plan"):
        substitute(SEED, plan, "H3-01", "closed", "director Wang")


def test_a_true_record_is_verified_with_its_substitutions() -> None:
    plan = quarter_plan(SEED, 2026, 1, MIXED, ())
    plan, _ = substitute(SEED, plan, "H3-08", "closed", "director Wang")
    plan, _ = substitute(SEED, plan, "H2-01", "rebuilt", "director Wang")
    assert verify_plan(SEED, plan, MIXED, ()) is None


def test_another_letter_of_the_seed_does_not_verify() -> None:
    plan = quarter_plan(SEED, 2026, 1, TEN, ())
    found = verify_plan("2026-demo-seeD", plan, TEN, ())
    assert found is not None
    assert found.what == "2026Q1|L3|new"


def test_a_convenient_hall_in_the_record_is_found() -> None:
    plan = quarter_plan(SEED, 2026, 1, TEN, ())
    first = replace(plan.draws[0], drawn=("H3-04", "H3-01", "H3-02"))
    found = verify_plan(SEED, replace(plan, draws=(first, plan.draws[1])), TEN, ())
    assert found is not None
    assert (found.position, found.expected, found.found) == (2, "H3-08", "H3-01")


def test_a_hall_left_out_of_the_frame_is_found() -> None:
    plan = quarter_plan(SEED, 2026, 1, [hall for hall in TEN if hall.id != "H3-04"], ())
    found = verify_plan(SEED, plan, TEN, ())
    assert found is not None
    assert found.expected == "H3-04"


def test_a_convenient_substitute_is_found() -> None:
    plan = quarter_plan(SEED, 2026, 1, TEN, ())
    plan, done = substitute(SEED, plan, "H3-08", "closed", "director Wang")
    wrong = next(hall.id for hall in TEN if hall.id not in {*plan.halls, "H3-08"})
    forged = replace(plan, substitutions=(replace(done, taken=wrong),))
    found = verify_plan(SEED, forged, TEN, ())
    assert found is not None
    assert (found.what, found.expected, found.found) == ("substitution", done.taken, wrong)


def test_a_substitution_for_a_hall_that_was_never_drawn_is_found() -> None:
    plan = quarter_plan(SEED, 2026, 1, TEN, ())
    swapped, done = substitute(SEED, plan, "H3-08", "closed", "director Wang")
    found = verify_plan(SEED, replace(swapped, substitutions=(replace(done, gone="H3-01"),)), TEN, ())
    assert found is not None
    assert (found.what, found.position, found.found) == ("substitution", 1, "H3-01")


def test_a_level_left_out_of_the_record_is_found() -> None:
    plan = quarter_plan(SEED, 2026, 1, MIXED, ())
    found = verify_plan(SEED, replace(plan, draws=plan.draws[1:]), MIXED, ())
    assert found is not None
    assert found.expected == "2026Q1|L1|yearly"


def test_frame_and_rules_can_be_committed_to() -> None:
    sealed = seal(frame_rows(TEN, {"H3-02"}), params(Rules()), "v1", ["a" * 64, "b" * 64])
    assert '{"covered":true,"id":"H3-02","level":3}' in sealed.text
    assert '"params":{"every_quarter":[2],"sampled":[3],"share":"3/10","wide":true}' in sealed.text
