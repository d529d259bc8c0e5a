"""A draw that anybody can do again: same tickets everywhere, no order but theirs, every difference named."""

import subprocess
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.kernel.rules.draw import (
    FrameError,
    Mismatch,
    checked,
    draw,
    fraction,
    next_in_order,
    order,
    spread,
    ticket,
    verify_draw,
    whole,
)

SEED = "2026-demo-seed"
LABEL = "2026Q1|L3|new"
TEN = [f"H3-{number:02}" for number in range(1, 11)]
FEW = settings(max_examples=12)
FRAMES = st.sets(st.integers(0, 99), max_size=12).map(lambda numbers: [f"营业厅-{n}" for n in numbers])


def test_the_ticket_is_the_published_one() -> None:
    found = ticket(SEED, LABEL, "H3-01")
    assert (found[:8], found[-7:], len(found)) == ("f65c2ce5", "efa3336", 64)


def test_anybody_can_check_a_ticket_with_sha256sum() -> None:
    told = subprocess.run(
        ["sha256sum"], input=f"{SEED}|{LABEL}|营业厅-01".encode(), capture_output=True, check=True
    )
    assert told.stdout.split()[0].decode() == ticket(SEED, LABEL, "营业厅-01")


def test_the_smallest_tickets_win_in_their_order() -> None:
    assert draw(SEED, LABEL, TEN, 3) == ("H3-04", "H3-08", "H3-02")
    tickets = [each.ticket for each in order(SEED, LABEL, TEN)]
    assert tickets == sorted(tickets)


@FEW
@given(st.permutations(TEN), st.integers(0, 10))
def test_the_order_of_the_frame_changes_nothing(turned: list[str], k: int) -> None:
    assert draw(SEED, LABEL, turned, k) == draw(SEED, LABEL, TEN, k)


@FEW
@given(FRAMES, st.data())
def test_nobody_is_drawn_twice_and_everybody_is_of_the_frame(frame: list[str], data: st.DataObject) -> None:
    k = data.draw(st.integers(0, len(frame)))
    drawn = draw(SEED, LABEL, frame, k)
    assert len(drawn) == len(set(drawn)) == k
    assert set(drawn) <= set(frame)


@FEW
@given(FRAMES, st.data())
def test_a_smaller_draw_is_the_beginning_of_a_larger_one(frame: list[str], data: st.DataObject) -> None:
    k = data.draw(st.integers(0, len(frame)))
    assert draw(SEED, LABEL, frame, k) == draw(SEED, LABEL, frame, len(frame))[:k]


def test_who_joins_the_frame_changes_nobody_elses_ticket() -> None:
    before = {each.unit: each.ticket for each in order(SEED, LABEL, TEN)}
    after = {each.unit: each.ticket for each in order(SEED, LABEL, [*TEN, "H3-11"])}
    assert after.items() > before.items()


@pytest.mark.parametrize(
    ("units", "fault"),
    [
        (["H1", ""], "blank"),
        (["H1", "  "], "blank"),
        (["H1", "H1 "], "spaces"),
        (["H1", "H\n1"], "spaces"),
        (["H1", "L3|H1"], "mark"),
        (["H1", "e\u0301"], "form"),
        (["H1", "H2", "H1"], "twice"),
    ],
)
def test_a_frame_in_which_two_could_be_taken_for_one_is_refused(units: list[str], fault: str) -> None:
    with pytest.raises(FrameError) as refused:
        draw(SEED, LABEL, units, 1)
    assert refused.value.fault == fault


def test_the_unit_that_is_there_twice_is_named() -> None:
    with pytest.raises(FrameError, match="'H3-07' is in the frame twice"):
        checked([*TEN, "H3-07"])


def test_a_seed_that_could_pass_for_another_label_is_refused() -> None:
    with pytest.raises(FrameError):
        ticket("seed|2026Q1", "L3", "H1")


@pytest.mark.parametrize("k", [-1, 11])
def test_more_than_there_are_cannot_be_drawn(k: int) -> None:
    with pytest.raises(FrameError, match=f"{k} cannot be drawn from 10"):
        draw(SEED, LABEL, TEN, k)


def test_verifying_a_true_record_finds_nothing() -> None:
    assert verify_draw(SEED, LABEL, reversed(TEN), ["H3-04", "H3-08", "H3-02"], 3) is None


def test_one_letter_of_the_seed_is_a_mismatch_and_its_place_is_said() -> None:
    found = verify_draw("2026-demo-seeD", LABEL, TEN, ["H3-04", "H3-08", "H3-02"], 3)
    assert found is not None
    assert found.what == LABEL
    assert found.expected != found.found


@pytest.mark.parametrize(
    ("found", "mismatch"),
    [
        (["H3-04", "H3-01", "H3-02"], Mismatch(LABEL, 2, "H3-08", "H3-01")),
        (["H3-04", "H3-08"], Mismatch(LABEL, 3, "H3-02", "")),
        (["H3-04", "H3-08", "H3-02", "H3-01"], Mismatch(LABEL, 4, "", "H3-01")),
    ],
)
def test_a_swapped_a_missing_and_an_added_unit_are_each_found(found: list[str], mismatch: Mismatch) -> None:
    assert verify_draw(SEED, LABEL, TEN, found, 3) == mismatch


def test_who_goes_is_replaced_by_the_next_ticket() -> None:
    fourth = draw(SEED, LABEL, TEN, 4)[3]
    assert next_in_order(SEED, LABEL, TEN, ["H3-04", "H3-08", "H3-02"]) == fourth
    assert draw(SEED, LABEL, TEN, 3, gone=["H3-08"]) == ("H3-04", "H3-02", fourth)


@FEW
@given(FRAMES, st.data())
def test_substitutes_one_by_one_are_the_draw_without_those_who_went(
    frame: list[str], data: st.DataObject
) -> None:
    k = data.draw(st.integers(0, len(frame)))
    drawn, gone = list(draw(SEED, LABEL, frame, k)), list[str]()
    for _ in range(data.draw(st.integers(0, len(frame) - k))):
        if not drawn:
            break
        gone.append(drawn.pop(data.draw(st.integers(0, len(drawn) - 1))))
        taken = next_in_order(SEED, LABEL, frame, [*drawn, *gone])
        assert taken is not None
        drawn.append(taken)
    assert tuple(drawn) == draw(SEED, LABEL, frame, k, gone)


def test_when_nobody_is_left_there_is_no_substitute() -> None:
    assert next_in_order(SEED, LABEL, TEN, TEN) is None


def test_a_unit_that_was_never_in_the_frame_cannot_go() -> None:
    with pytest.raises(FrameError, match="'H9' is not in the frame"):
        draw(SEED, LABEL, TEN, 3, gone=["H9"])


def test_every_unit_is_drawn_as_often_as_any_other() -> None:
    """The published check: χ² = 2.84 with 9 degrees of freedom over the seeds s0 … s4999."""
    hits = Counter(unit for seed in range(5000) for unit in draw(f"s{seed}", LABEL, TEN, 3))
    assert sum((hits[unit] - 1500) ** 2 / 1500 for unit in TEN) == pytest.approx(2.84, abs=0.005)


def test_whole_numbers_are_uniform_and_stay_below() -> None:
    hits = Counter(whole(SEED, "n", str(number), 7) for number in range(1400))
    assert set(hits) == set(range(7))
    assert sum((count - 200) ** 2 / 200 for count in hits.values()) < 16.81  # 6 df, 1 %
    with pytest.raises(ValueError, match="no whole number"):
        whole(SEED, "n", "1", 0)


def test_a_fraction_is_never_nought_nor_one() -> None:
    for unit in TEN:
        above, below = fraction(SEED, LABEL, unit)
        assert 0 < above < below
    assert fraction(SEED, LABEL, "H3-01")[0] * 4 // fraction(SEED, LABEL, "H3-01")[1] == 3  # f65c… lies high


SIZES = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 30), max_size=8)


@FEW
@given(SIZES, st.text("0123456789abcdef", min_size=1, max_size=8), st.data())
def test_strata_get_their_share_rounded_down_or_up(
    sizes: dict[str, int], seed: str, data: st.DataObject
) -> None:
    total = sum(sizes.values())
    k = data.draw(st.integers(0, total))
    given_ = spread(seed, "x", sizes, k)
    assert sum(given_.values()) == k
    for name, size in sizes.items():
        assert 0 <= given_[name] <= size
        assert not total or abs(given_[name] - k * size / total) < 1


def test_a_small_stratum_is_not_always_left_out() -> None:
    hits = sum(spread(f"s{seed}", "x", {"large": 95, "small": 5}, 5)["small"] for seed in range(400))
    assert 75 < hits < 125  # 5 · 5 ÷ 100 of each
