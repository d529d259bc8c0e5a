"""What is read off from a curve is what the formula says; exact values from mpmath with 40 digits."""

from typing import Any

import numpy as np
import pytest

from bihuan.systems.equity.rules import bgnbd, curves, paretonbd, scoring, tail
from bihuan.systems.equity.rules.fitting import Fit
from bihuan.systems.equity.rules.purchases import Purchases, grouped
from bihuan.systems.equity.tests.cdnow import customers

POINTS = (  # m, s, kappa, s h = s/m 2F1(1, m-s; m+1; 1-kappa)
    (0.1, 0.01, 0.0001, 0.17792175311850042),
    (0.1, 0.01, 10000.0, 0.044299136286339618),
    (0.5, 0.1, 0.1, 0.333046420718958),
    (1.2, 1.0, 1.1, 0.82602764359653681),
    (1.2, 0.6, 0.98, 0.50275488786268042),
    (3.7, 2.5, 0.0001, 0.9999200341486542),
    (3.7, 2.5, 10000.0, 0.00096098798243725784),
    (12.3, 8.0, 100.0, 0.02335568799653965),
    (12.3, 0.1, 0.01, 0.16927106186495719),
    (50.1, 20.0, 0.0001, 0.99984160631383851),
    (300.0, 2.5, 0.5, 0.016475704618792658),
    (2000.0, 0.6, 0.0001, 0.54633094346531774),
    (2000.0, 20.0, 10.0, 0.0010095396681113814),
)
ROWS = (  # x, last, age, r, alpha, s, beta, ln(there + ended) by quadrature
    (0, 0.0, 38.86, 0.55, 10.58, 0.61, 11.67, -3.3132392176661863),
    (2, 30.43, 38.86, 0.55, 10.58, 0.61, 11.67, -12.198613257797147),
    (26, 30.86, 31.0, 0.55, 10.58, 0.61, 11.67, -101.25582744295099),
    (7, 12.5, 38.86, 0.55, 5.0, 0.61, 5.0, -25.942259908970494),
    (3, 2.0, 156.0, 1.5, 0.5, 0.3, 50.0, -10.824098486603446),
    (5, 4.0, 156.0, 0.2, 50.0, 2.0, 0.5, -24.020925283283893),
    (1000, 3.0, 150.0, 0.8, 2.0, 0.5, 30.0, -1621.9617161186742),
    (60, 59.9, 60.0, 2.0, 0.7, 3.0, 0.9, -266.89101829979613),
    (1, 0.01, 200.0, 0.05, 30.0, 0.05, 1.0, -4.9942141868939144),
)
NOBODY = (None, None, None, None)


@pytest.mark.parametrize(("m", "s", "kappa", "exact"), POINTS)
@pytest.mark.parametrize("side", [-1.0, -0.31, 0.77])
def test_the_integral_of_pareto_nbd_is_right_to_ten_digits(
    m: float, s: float, kappa: float, exact: float, side: float
) -> None:
    """At a place inside an interval of ln kappa that is 4 wide, as a fit may have it."""
    at = np.log(kappa)
    values = np.array([m - s, 1.0, s, 1.0])
    known = tail.table(np.zeros(1), values, at - 2 - 2 * side, at + 2 - 2 * side)
    found = tail.read_off(known, np.zeros(1, dtype=np.int64), np.array([at]), True)
    assert found[0, 0] == pytest.approx(exact, abs=1e-10)


@pytest.mark.parametrize("row", ROWS)
def test_the_likelihood_of_a_row_is_right_to_ten_digits(row: tuple[float, ...]) -> None:
    x, last, age, *values, exact = row
    model = paretonbd._Likelihood(grouped([x], [last], [age]))
    rows, at = model.rows, np.array(values)
    found, _slope = paretonbd._slopes(rows.pieces[0], rows.curves(at), at)
    assert found[0] == pytest.approx(exact, abs=1e-10)


@pytest.mark.parametrize("at", [(0.3, 5.0, 0.7, 20.0), (1.2, 20.0, 3.0, 2.0), (0.5, 7.0, 0.6, 7.0)])
def test_the_gradient_of_pareto_nbd_is_that_of_its_likelihood(at: tuple[float, ...]) -> None:
    model, values = paretonbd._Likelihood(customers()), np.array(at)
    _, slope = model(values)
    for k, step in enumerate(values * 1e-6):
        up, down = values.copy(), values.copy()
        up[k] += step
        down[k] -= step
        assert (model(up)[0] - model(down)[0]) / (2 * step) == pytest.approx(slope[k], rel=1e-6, abs=1e-4)


@pytest.mark.parametrize(("last", "s"), [(1.0, 1e9), (49.0, 1e-9)])
def test_a_search_that_runs_away_stays_bounded(last: float, s: float) -> None:
    """Everybody gone within a week, or nobody ever: no finite estimate, and no point without a likelihood."""
    data = grouped([3] * 40 + [0] * 5, [last] * 40 + [0] * 5, [50.0] * 45)
    value, slope = paretonbd._Likelihood(data)(np.array([0.5, 2.0, s, 1e-3]))
    assert np.isfinite(value)
    assert np.isfinite(slope).all()
    found = paretonbd.fit(data)
    assert np.isfinite(found.likelihood)
    assert not found.converged


def test_pieces_of_one_x_and_mixed_pieces_say_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.array([0.5, 10.0, 0.6, 12.0])
    mixed = paretonbd._Likelihood(customers())(values)
    monkeypatch.setattr(paretonbd, "MIXED", 5)
    monkeypatch.setattr(paretonbd, "PIECE", 64)
    pure = paretonbd._Likelihood(customers())(values)
    assert pure[0] == pytest.approx(mixed[0], rel=1e-13)
    assert pure[1] == pytest.approx(mixed[1], rel=1e-9)


FITS = {
    "bg-nbd": Fit(("r", "alpha", "a", "b"), (0.24, 4.4, 0.8, 2.4), NOBODY, 0.0, 9000, True, 1, ""),
    "mbg-nbd": Fit(("r", "alpha", "a", "b"), (0.52, 6.2, 0.9, 1.6), NOBODY, 0.0, 9000, True, 1, ""),
    "pareto-nbd": Fit(("r", "alpha", "s", "beta"), (0.55, 10.6, 0.6, 11.7), NOBODY, 0.0, 9000, True, 1, ""),
}


def spread(data: Purchases) -> list[Any]:
    return [data.back(each) for each in (data.x, data.last, data.age)]


def apart(n: int = 3000) -> Purchases:
    """Continuous times from a week to ten years, so that no two customers are alike."""
    rng = np.random.default_rng(2)
    x = rng.integers(0, 3, n).astype(float)
    age = rng.uniform(1, 520, n)
    return grouped(x, np.where(x > 0, age * rng.uniform(0.01, 1, n), 0), age)


@pytest.mark.parametrize("model", FITS)
def test_many_rows_are_valued_as_each_of_them_would_be(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    many = scoring.if_alive(model, FITS[model], apart(), months=12, rate=0.01)
    monkeypatch.setattr(curves, "SIZES", ())
    each = scoring.if_alive(model, FITS[model], apart(), months=12, rate=0.01)
    for one, other in zip(many, each, strict=True):
        assert one == pytest.approx(other, rel=1e-11)


def test_a_kink_is_computed_and_not_read_off() -> None:
    places = np.linspace(-1, 1, 400)
    assert (curves.read_off(lambda at: np.abs(at)[None], places)[0] == np.abs(places)).all()


@pytest.mark.parametrize("model", FITS)
def test_where_most_ages_differ_each_customer_keeps_a_row(model: str) -> None:
    """Rows that are equal all the same count twice, as one row of two does."""
    data = apart(400)
    assert len(data.x) == 400
    people = spread(data)
    twice = grouped(*(np.append(each, each[:9]) for each in people))
    assert (len(twice.x), twice.customers, twice.count.sum()) == (409, 409, 409)
    for one, other in zip(spread(twice), people, strict=True):
        assert (one[:400] == other).all()
    chance = twice.back(scoring.alive(model, FITS[model], twice))
    assert (chance[400:] == chance[:9]).all()


@pytest.mark.parametrize("model", FITS)
def test_a_fit_that_finds_its_way_on_a_sample_ends_where_all_rows_say(
    model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = customers()
    whole = scoring.fit_purchases(model, data)
    for module in (bgnbd, paretonbd):
        monkeypatch.setattr(module, "MANY", 500)
        monkeypatch.setattr(module, "FEW", 300)
    found = scoring.fit_purchases(model, data)
    assert found.values == pytest.approx(whole.values, rel=2e-6)
    assert found.se == pytest.approx(whole.se, rel=1e-4)
    assert found.likelihood == pytest.approx(whole.likelihood, abs=1e-6)
    assert found.customers == whole.customers
    assert found.steps < whole.steps


def test_a_sample_that_leads_nowhere_leaves_the_usual_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody in the sample has bought twice."""
    data = customers()
    monkeypatch.setattr(bgnbd, "MANY", 500)
    monkeypatch.setattr(bgnbd, "sampled", lambda data, rows: grouped([0] * 9, [0] * 9, range(10, 19)))
    found = bgnbd.fit(data)
    assert found.converged
    assert found.values == pytest.approx((0.242593, 4.413532, 0.792886, 2.425752), abs=2e-6)
