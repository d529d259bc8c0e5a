import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.rules.measures.proportions import (
    adjusted_wald,
    chance_of_seeing,
    difference,
    draws_to_see,
    needed,
    needed_to_compare,
    share,
)
from bihuan.kernel.rules.measures.tests.quick import COUNTS, QUICK


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (17, 20, 0.6396, 0.9476),
        (20, 20, 0.8389, 1),
    ],
)
def test_a_share_has_the_published_wilson_interval(successes: int, n: int, low: float, high: float) -> None:
    estimate = share(successes, n)
    assert estimate.value == successes / n
    assert estimate.interval == pytest.approx((low, high), abs=0.0001)


def test_seventeen_of_eighteen_call_backs_in_time() -> None:
    """Twenty complaints, two customers who asked for none, one call-back late."""
    estimate = share(17, 20 - 2)
    assert estimate.value == pytest.approx(0.944, abs=0.0005)
    assert estimate.interval == pytest.approx((0.742, 0.990), abs=0.0005)


def test_agresti_and_coull_reproduce_newcombes_table() -> None:
    assert adjusted_wald(81, 263).interval == pytest.approx((0.2552, 0.3662), abs=0.0001)
    assert adjusted_wald(0, 20).interval == pytest.approx((0, 0.1898), abs=0.001)


@QUICK
@given(COUNTS, COUNTS)
def test_both_intervals_cover_the_share_and_stay_on_the_scale(successes: int, failures: int) -> None:
    n = successes + failures + 1
    for estimate in (share(successes, n), adjusted_wald(successes, n)):
        assert 0 <= estimate.interval.low <= successes / n <= estimate.interval.high <= 1


@QUICK
@given(COUNTS, COUNTS)
def test_the_failures_have_the_mirrored_interval(successes: int, failures: int) -> None:
    n = successes + failures + 1
    low, high = adjusted_wald(successes, n).interval
    assert adjusted_wald(n - successes, n).interval == pytest.approx((1 - high, 1 - low), abs=1e-12)


@QUICK
@given(COUNTS, st.integers(1, 400), st.integers(2, 9))
def test_more_of_the_same_narrows_the_interval(successes: int, failures: int, times: int) -> None:
    few = share(successes, successes + failures)
    many = share(successes * times, (successes + failures) * times)
    assert many.interval.half < few.interval.half


@pytest.mark.parametrize(("successes", "n"), [(3, 2), (-1, 2)])
def test_impossible_shares_are_refused(successes: int, n: int) -> None:
    with pytest.raises(ValueError, match="not a proportion"):
        adjusted_wald(successes, n)
    with pytest.raises(ValueError, match="not a proportion"):
        difference((successes, n), (1, 2))
    with pytest.raises(ValueError, match="nothing"):
        share(0, 0)


def test_two_shares_compared_with_one_success_and_one_failure_added() -> None:
    """48 of 80 against 56 of 70 (Newcombe 1998; Agresti & Caffo 2000)."""
    test = difference((48, 80), (56, 70))
    assert test.interval == pytest.approx((0.0525, 0.3358), abs=0.0001)
    assert test.detected
    assert difference((48, 80), (56, 70), adjusted=False).value == pytest.approx(0.2)


def test_two_empty_shares_do_not_differ() -> None:
    assert not difference((0, 3), (0, 4)).detected
    assert not difference((0, 3), (0, 4), adjusted=False).detected


@QUICK
@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_the_other_way_round_only_the_sign_changes(a: int, b: int, c: int, d: int) -> None:
    there, back = difference((a, a + b), (c, c + d)), difference((c, c + d), (a, a + b))
    assert there.value == pytest.approx(-back.value)
    assert there.p == pytest.approx(back.p)


@pytest.mark.parametrize(("margin", "p", "n"), [(0.05, 0.5, 385), (0.03, 0.5, 1068), (0.05, 0, 1)])
def test_sample_size_for_a_margin(margin: float, p: float, n: int) -> None:
    assert needed(margin, p) == n


def test_sample_size_to_tell_two_shares_apart() -> None:
    assert needed_to_compare(0.6, 0.5) == 385
    assert needed_to_compare(0.5, 0.6) == needed_to_compare(0.6, 0.5)
    assert needed_to_compare(0.9, 0.8) == 197


@pytest.mark.parametrize(("p1", "p2"), [(0.5, 0.5), (1.1, 0.5), (0.5, -0.1)])
def test_no_sample_tells_the_same_apart(p1: float, p2: float) -> None:
    with pytest.raises(ValueError, match="no sample size"):
        needed_to_compare(p1, p2)


def test_no_sample_has_no_margin() -> None:
    with pytest.raises(ValueError, match="no sample size"):
        needed(0)


@pytest.mark.parametrize(("k", "chance"), [(5, 0.41), (10, 0.65), (20, 0.88)])
def test_few_random_calls_often_miss_the_bad_ones(k: int, chance: float) -> None:
    assert chance_of_seeing(0.1, k) == pytest.approx(chance, abs=0.005)


@pytest.mark.parametrize(("p", "draws"), [(0.1, 29), (0.01, 299), (0.5, 5)])
def test_draws_until_one_is_probably_seen(p: float, draws: int) -> None:
    assert draws_to_see(p) == draws
    assert chance_of_seeing(p, draws) >= 0.95 > chance_of_seeing(p, draws - 1)


def test_what_never_happens_is_never_seen() -> None:
    with pytest.raises(ValueError, match="no number of draws"):
        draws_to_see(0)
