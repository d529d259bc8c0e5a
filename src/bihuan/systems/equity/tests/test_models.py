"""The models against published estimates, against lifetimes, and against their own data."""

import warnings
from typing import Any

import numpy as np
import pytest

from bihuan.systems.equity.rules import bgnbd, bootstrap, contract, gammagamma, paretonbd, worth
from bihuan.systems.equity.rules.fitting import Fit
from bihuan.systems.equity.rules.purchases import Unfit, grouped
from bihuan.systems.equity.tests.cdnow import CDNOW, DONATIONS, customers, table

PUBLISHED = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
ONE = grouped([2], [30.43], [38.86])
REGULAR = (1000, 631, 468, 382, 326, 289, 262, 241)
HIGH_END = (1000, 869, 743, 653, 593, 551, 517, 491)


@pytest.fixture(scope="module")
def bg() -> Fit:
    return bgnbd.fit(customers())


@pytest.fixture(scope="module")
def spending() -> Any:
    return table(CDNOW)


def test_v1_bg_nbd_of_cdnow(bg: Fit) -> None:
    assert bg.values == pytest.approx((0.242593, 4.413532, 0.792886, 2.425752), abs=2e-6)
    assert bg.likelihood == pytest.approx(-9582.4256, abs=1e-4)
    assert (bg.converged, bg.customers) == (True, 2357)
    assert all(bg.se)


@pytest.mark.parametrize(
    ("ahead", "expected"),
    [(0.1429, 0.0078), (1, 0.0532), (3, 0.1506), (31.8571, 1.0405), (32, 1.0437), (39, 1.1950), (78, 1.8580)],
)
def test_purchases_expected_of_a_new_customer(bg: Fit, ahead: float, expected: float) -> None:
    assert bgnbd.expected_of_new(bg.as_dict(), ahead) == pytest.approx(expected, abs=6e-5)


def test_v2_a_customer_of_the_paper() -> None:
    assert bgnbd.expected(PUBLISHED, ONE, 39)[0] == pytest.approx(1.226, abs=5e-4)
    assert bgnbd.alive(PUBLISHED, ONE)[0] == pytest.approx(0.7266, abs=1e-4)
    assert bgnbd.chance_of(PUBLISHED, 0, 39) == pytest.approx(0.573786, abs=1e-6)
    assert bgnbd.chance_of(PUBLISHED, 11, 30) == pytest.approx(0.0019995, abs=1e-7)


def test_sums_over_cdnow(bg: Fit, spending: Any) -> None:
    data, found = customers(), bg.as_dict()
    assert data.back(bgnbd.expected(found, data, 39)).sum() == pytest.approx(1653.42, abs=0.01)
    assert data.back(bgnbd.alive(found, data)).mean() == pytest.approx(0.813439, abs=1e-6)
    value = gammagamma.fit(spending["frequency"], spending["monetary_value"]).as_dict()
    a_year = worth.discounted(
        lambda ahead: data.back(bgnbd.expected(found, data, ahead)),
        gammagamma.expected(value, spending["frequency"], spending["monetary_value"]),
        months=12,
        month=worth.MONTH_WEEKS,
        rate=0.01,
    )
    assert a_year.sum() == pytest.approx(71_509.90, abs=0.01)


def test_modified_bg_nbd() -> None:
    found = bgnbd.fit(customers(), modified=True)
    assert found.values == pytest.approx((0.524838, 6.182988, 0.891356, 1.614000), abs=1e-5)
    assert found.likelihood == pytest.approx(-9582.133, abs=1e-3)


def test_the_modified_form_agrees_with_lifetimes() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from lifetimes import ModifiedBetaGeoFitter

        oracle = ModifiedBetaGeoFitter()
        oracle.params_ = dict(zip(("r", "alpha", "a", "b"), (0.5, 6.2, 0.9, 1.6), strict=True))
        few = grouped([0, 2, 9], [0, 20, 30], [30, 38, 35])
        theirs = [
            oracle.conditional_expected_number_of_purchases_up_to_time(39, x, last, age)
            for x, last, age in zip(few.x, few.last, few.age, strict=True)
        ]
    ours = bgnbd.expected({"r": 0.5, "alpha": 6.2, "a": 0.9, "b": 1.6}, few, 39, modified=True)
    assert ours == pytest.approx([float(np.squeeze(each)) for each in theirs], rel=1e-9)
    assert bgnbd.alive({"r": 0.5, "alpha": 6.2, "a": 0.9, "b": 1.6}, few, modified=True)[0] < 1


def test_v4_pareto_nbd_of_cdnow() -> None:
    found = paretonbd.fit(customers())
    assert found.values == pytest.approx((0.55328, 10.57761, 0.60621, 11.66796), rel=2e-5)
    assert found.likelihood == pytest.approx(-9594.974, abs=1e-3)
    busy = grouped([26], [30.86], [31.0])
    assert paretonbd.expected(found.as_dict(), busy, 52)[0] == pytest.approx(25.457, abs=2e-3)
    assert paretonbd.alive(found.as_dict(), busy)[0] == pytest.approx(0.9979, abs=1e-4)
    assert paretonbd.expected_of_new(found.as_dict(), 52) == pytest.approx(1.4734, abs=1e-4)


@pytest.mark.parametrize(
    "model", [bgnbd._Likelihood(customers(), False), bgnbd._Likelihood(customers(), True)]
)
@pytest.mark.parametrize("at", [(0.3, 5.0, 0.7, 2.0), (1.2, 2.0, 3.0, 0.6)])
def test_gradients_are_those_of_the_likelihood(model: Any, at: tuple[float, ...]) -> None:
    values = np.array(at)
    _, slope = model(values)
    for k, step in enumerate(values * 1e-6):
        up, down = values.copy(), values.copy()
        up[k] += step
        down[k] -= step
        assert (model(up)[0] - model(down)[0]) / (2 * step) == pytest.approx(slope[k], rel=1e-4, abs=1e-2)


def test_v3_gamma_gamma_of_repeaters(spending: Any) -> None:
    found = gammagamma.fit(spending["frequency"], spending["monetary_value"])
    assert found.values == pytest.approx((6.248802, 3.744589, 15.447749), abs=1e-4)
    assert found.customers == 946
    assert found.likelihood == pytest.approx(-4055.9232, abs=1e-3)
    rounded = {"p": 6.25, "q": 3.74, "v": 15.44}
    first = gammagamma.expected(rounded, spending["frequency"][:10], spending["monetary_value"][:10])
    assert first == pytest.approx(
        [24.66, 18.92, 35.22, 35.22, 35.22, 71.47, 18.92, 35.22, 27.29, 35.22], abs=0.06
    )
    assert gammagamma.expected(rounded, [7, 0], [73.74, 0]) == pytest.approx([71.47, 35.219], abs=5e-3)
    assert gammagamma.correlation(spending["frequency"], spending["monetary_value"]) == pytest.approx(
        0.1139, abs=1e-4
    )


@pytest.mark.parametrize(
    ("standing", "values", "likelihood", "twelfth", "start", "renewals"),
    [
        (
            REGULAR,
            (0.704077, 1.182043),
            -1680.265,
            0.17004,
            3.69491,
            (2.96440, 4.10314, 4.86980, 5.44206, 5.89410),
        ),
        (
            HIGH_END,
            (0.668088, 3.806095),
            -1611.158,
            0.37800,
            5.92225,
            (5.41448, 5.90138, 6.29389, 6.61992, 6.89671),
        ),
    ],
)
def test_v5_renewals(
    standing: tuple[int, ...],
    values: tuple[float, ...],
    likelihood: float,
    twelfth: float,
    start: float,
    renewals: tuple[float, ...],
) -> None:
    found = contract.fit_renewals(standing)
    assert found.values == pytest.approx(values, abs=1e-5)
    assert found.likelihood == pytest.approx(likelihood, abs=1e-3)
    known = found.as_dict()
    assert contract.survival(known, 12) == pytest.approx(twelfth, abs=5e-6)
    assert contract.value_from_start(known, 0.1) == pytest.approx(start, abs=2e-5)
    assert [contract.residual_value(known, n, 0.1) for n in range(1, 6)] == pytest.approx(renewals, abs=3e-5)


def test_four_renewals_of_the_note() -> None:
    found = contract.fit_renewals(REGULAR[:5])
    assert found.values == pytest.approx((0.763665, 1.295830), abs=1e-4)
    assert found.likelihood == pytest.approx(-1401.559, abs=1e-3)


def test_donations_as_chances() -> None:
    rows = table(DONATIONS)
    found = contract.fit_chances(rows["frequency"], rows["recency"], rows["periods"], rows["weights"])
    assert found.values == pytest.approx((1.203522, 0.749716, 0.656718, 2.783442), abs=1e-4)
    assert found.customers == 11_104
    assert found.likelihood == pytest.approx(-33_225.58, abs=0.01)
    first = [contract.expected_at(found.as_dict(), x, last, 6, 5) for x, last in ((0, 0), (1, 1), (1, 2))]
    assert first == pytest.approx([0.0729, 0.0857, 0.3142], abs=1e-4)
    assert (
        0
        < contract.alive_at_next(found.as_dict(), 0, 0, 6)
        < contract.alive_at_next(found.as_dict(), 1, 6, 6)
    )


def test_v9_rows_and_counts_give_the_same(bg: Fit) -> None:
    data = customers()
    apart = grouped(
        data.back(data.x), data.back(data.last) + 1e-7 * (data.back(data.x) > 0), data.back(data.age) + 1e-7
    )
    assert len(apart.x) == len(data.x)
    twice = bgnbd.fit(grouped(*(np.tile(data.back(each), 2) for each in (data.x, data.last, data.age))))
    assert twice.values == pytest.approx(bg.values, rel=1e-6)
    assert twice.likelihood == pytest.approx(2 * bg.likelihood, rel=1e-9)


def test_v6_multiples_state_their_convention() -> None:
    assert 100 * worth.multiple(0.8, 0.1) == pytest.approx(266.67, abs=5e-3)
    assert 100 * worth.multiple(0.8, 0.1, "at once") == pytest.approx(366.67, abs=5e-3)
    assert 100 * worth.multiple(0.9, 0.12) == pytest.approx(409.09, abs=5e-3)
    with pytest.raises(ValueError, match="retention"):
        worth.multiple(1.2, 0.1)


@pytest.mark.parametrize(
    ("x", "last", "age", "why"),
    [
        ([], [], [], "no customers"),
        ([1.5], [3], [5], "whole numbers"),
        ([1], [6], [5], "after the end"),
        ([1], [0], [5], "age 0"),
        ([0], [3], [5], "without one"),
        ([1], [float("nan")], [5], "no number"),
    ],
)
def test_v11_what_no_customer_can_be_is_refused(
    x: list[float], last: list[float], age: list[float], why: str
) -> None:
    with pytest.raises(Unfit, match=why):
        grouped(x, last, age)


def test_v11_nobody_came_back_or_brought_nothing() -> None:
    once = grouped([0, 0, 0], [0, 0, 0], [5, 6, 7])
    for fit in (bgnbd.fit, paretonbd.fit):
        with pytest.raises(Unfit, match="bought twice"):
            fit(once)
    with pytest.raises(Unfit, match="bought twice"):
        gammagamma.fit([0, 0], [0, 0])
    for value in (0.0, -3.0):
        with pytest.raises(Unfit, match="above 0"):
            gammagamma.fit([2, 3], [10.0, value])
    for cohort in ([10], [0, 0], [5, 6], [5, 5]):
        with pytest.raises(Unfit):
            contract.fit_renewals(cohort)


def test_a_parameter_that_runs_away_is_said_and_has_no_error() -> None:
    """Everybody at the same rate and nobody ever gone: the spread of rates has no finite estimate."""
    same = grouped([10] * 40, [9.9] * 40, [10.0] * 40)
    found = bgnbd.fit(same)
    assert not found.converged
    assert "no finite estimate" in found.message
    assert found.se == (None,) * 4


def test_intervals_by_drawing_again_cover_the_estimate_and_repeat(bg: Fit) -> None:
    def total(found: Fit, data: Any, keep: Any) -> list[float]:
        assert keep.sum() == len(data.x)
        return [float(data.count @ bgnbd.expected(found.as_dict(), data, 39))]

    bounds, used = bootstrap.intervals(customers(), bgnbd.fit, total, draws=40, seed=3)
    again, _ = bootstrap.intervals(customers(), bgnbd.fit, total, draws=40, seed=3)
    assert used == 40
    assert bounds[0, 0] < 1653.42 < bounds[1, 0]
    assert (bounds == again).all()
