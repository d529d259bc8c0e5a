"""What must hold of every customer's figures, whoever the customers are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.systems.equity.rules import gammagamma, scoring
from bihuan.systems.equity.rules.fitting import Fit
from bihuan.systems.equity.rules.purchases import Floats, grouped
from bihuan.systems.equity.tests.cdnow import CDNOW, customers, table
from bihuan.systems.equity.tests.test_curves import FITS

MODELS = sorted(FITS)
VALUE = Fit(("p", "q", "v"), (6.25, 3.74, 15.44), (None,) * 3, 0.0, 946, True, 1, "")


def valued(
    model: str, x: Floats, last: Floats, age: Floats, mean: Floats, *, rate: float = 0.01
) -> scoring.Values:
    data = grouped(x, last, age)
    return scoring.values(model, FITS[model], VALUE, data, x, mean, months=12, rate=rate)


@st.composite
def people(draw: st.DrawFn) -> tuple[Floats, Floats, Floats, Floats]:
    """Up to 30 customers, in whole days or at any time."""
    n, daily = draw(st.integers(1, 30)), draw(st.booleans())
    rng = np.random.default_rng(draw(st.integers(0, 2**31)))
    x = rng.poisson(rng.gamma(0.5, 6, n)).astype(float)
    age = rng.uniform(2, 150, n)
    last = np.where(x > 0, age * rng.uniform(0.05, 1, n), 0.0)
    if daily:
        age = np.ceil(age * 7) / 7
        last = np.where(x > 0, np.minimum(np.maximum(np.floor(last * 7), 1) / 7, age), 0.0)
    return x, last, age, rng.gamma(3, 20, n) + 0.01


@settings(max_examples=12, deadline=None)
@given(given_people=people(), model=st.sampled_from(MODELS), seed=st.integers(0, 99))
def test_figures_do_not_depend_on_the_order_or_company_of_rows(
    given_people: tuple[Floats, Floats, Floats, Floats], model: str, seed: int
) -> None:
    whole = valued(model, *given_people)
    order = np.random.default_rng(seed).permutation(len(given_people[0]))
    turned = valued(model, *(each[order] for each in given_people))
    again = valued(model, *(np.tile(each, 3) for each in given_people))
    alone = valued(model, *(each[:1] for each in given_people))
    for name in ("alive", "expected", "each", "worth"):
        of = getattr(whole, name)
        assert getattr(turned, name) == pytest.approx(of[order], rel=1e-9)
        assert getattr(again, name) == pytest.approx(np.tile(of, 3), rel=1e-9)
        assert getattr(alone, name)[0] == pytest.approx(of[0], rel=1e-9)


@settings(max_examples=12, deadline=None)
@given(given_people=people(), model=st.sampled_from(MODELS))
def test_what_the_models_imply_of_more_and_later(
    given_people: tuple[Floats, Floats, Floats, Floats], model: str
) -> None:
    x, last, age, mean = given_people
    now = valued(model, x, last, age, mean)
    assert ((now.alive >= 0) & (now.alive <= 1) & (now.expected >= 0) & (now.worth >= 0)).all()
    later = valued(model, x, np.where(x > 0, (last + age) / 2, 0.0), age, mean)
    assert (later.alive >= now.alive - 1e-12).all(), "seen later and yet more likely gone"
    silent = valued(model, x, last, age + 20, mean)
    assert (silent.alive <= now.alive + 1e-12).all(), "silent for longer and yet more likely there"
    assert (silent.expected <= now.expected * (1 + 1e-9)).all()
    richer = valued(model, x, last, age, mean * 2)
    again = x > 0
    assert (richer.worth[again] >= now.worth[again]).all()
    dearer = valued(model, x, last, age, mean, rate=0.05)
    assert (dearer.worth <= now.worth + 1e-12).all(), "discounted by more and yet worth more"
    ahead = scoring.ahead(model, FITS[model], grouped(x, last, age))
    assert (ahead(20.0) >= ahead(10.0) - 1e-12).all(), "fewer purchases in a longer time"


@pytest.mark.parametrize("model", MODELS)
def test_estimates_do_not_depend_on_the_order_of_customers(model: str) -> None:
    data = customers()
    rows = [data.back(each) for each in (data.x, data.last, data.age)]
    order = np.random.default_rng(3).permutation(data.customers)
    straight = scoring.fit_purchases(model, data)
    turned = scoring.fit_purchases(model, grouped(*(each[order] for each in rows)))
    assert turned.values == pytest.approx(straight.values, rel=1e-9)


def test_the_value_of_a_purchase_does_not_depend_on_the_currency() -> None:
    known = table(CDNOW)
    x, mean = np.asarray(known["frequency"], dtype=float), np.asarray(known["monetary_value"], dtype=float)
    one, hundred = gammagamma.fit(x, mean), gammagamma.fit(x, mean * 100)
    assert hundred["p"] == pytest.approx(one["p"], rel=1e-6)
    assert hundred["v"] == pytest.approx(one["v"] * 100, rel=1e-6)
