"""Contracts on the page: fits and values of the literature from imported tables, or why there are none."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.kernel.tests.world import World, build, seed
from bihuan.systems.equity.models import Cohort, Occasion, Renewal
from bihuan.systems.equity.read.contracts import Contract, contract
from bihuan.systems.equity.rules.contract import alive_at_next, expected_at
from bihuan.web.listing.furnish import bring_new

from .cdnow import DONATIONS, table
from .shop import NO_NUMBER

pytestmark = pytest.mark.django_db
REGULAR = (1000, 631, 468, 382, 326, 289, 262, 241)
HIGH_END = (1000, 869, 743, 653, 593, 551, 517, 491)


@pytest.fixture
def world() -> World:
    seed()
    return build()


def renewals(*counts: int, code: str = "R") -> Cohort:
    rows = [{"cohort": code, "unit": "JZ", "period": at, "retained": n} for at, n in enumerate(counts)]
    bring_new("renewals", rows)
    return Cohort.objects.get(code=code)


def told(found: Contract) -> Any:
    assert found.renewed, found.message
    return found.renewed


def test_regular_customers_of_the_literature(world: World) -> None:
    """V5 and (c): parameters, likelihood, twelve-year survival, payments still to come."""
    found = told(contract(renewals(*REGULAR)))
    assert found.fit["gamma"] == pytest.approx(0.704077, abs=1e-4)
    assert found.fit["delta"] == pytest.approx(1.182043, abs=1e-4)
    assert found.fit.likelihood == pytest.approx(-1680.265, abs=1e-3)
    assert found.fitted[12] == pytest.approx(0.17004, abs=1e-5)
    assert found.start == pytest.approx(3.69491, abs=1e-4)
    assert found.residual[:5] == pytest.approx([2.96440, 4.10314, 4.86980, 5.44206, 5.89410], abs=1e-4)


def test_high_end_customers_of_the_literature(world: World) -> None:
    found = told(contract(renewals(*HIGH_END)))
    assert (found.fit["gamma"], found.fit["delta"]) == pytest.approx((0.668088, 3.806095), abs=1e-4)
    assert found.fitted[12] == pytest.approx(0.37800, abs=1e-5)
    assert found.start == pytest.approx(5.92225, abs=1e-4)
    assert found.residual[:5] == pytest.approx([5.41448, 5.90138, 6.29389, 6.61992, 6.89671], abs=1e-4)


def test_four_renewals_of_the_note(world: World) -> None:
    found = told(contract(renewals(*REGULAR[:5])))
    assert (found.fit["gamma"], found.fit["delta"]) == pytest.approx((0.763665, 1.295830), abs=1e-4)


def test_donors_of_the_literature(world: World) -> None:
    """BG/BB of (c) from the table of histories."""
    data = table(DONATIONS)
    columns = zip(data["frequency"], data["recency"], data["periods"], data["weights"], strict=True)
    rows = [
        {"cohort": "D", "unit": "JZ", "x": x, "last": last, "chances": n, "customers": many}
        for x, last, n, many in columns
    ]
    bring_new("occasions", rows)
    found = contract(Cohort.objects.get(code="D")).chanced
    assert found
    assert found.customers == 11_104
    names = ("alpha", "beta", "gamma", "delta")
    wanted = (1.203522, 0.749716, 0.656718, 2.783442)
    assert [found.fit[name] for name in names] == pytest.approx(wanted, abs=1e-3)
    assert found.fit.likelihood == pytest.approx(-33225.58, abs=0.01)
    assert found.low < found.total < found.high
    each = {(row.x, row.last): row for row in found.rows}
    told = found.fit.as_dict()
    for x, last in ((0, 0), (3, 5), (6, 6)):
        assert each[x, last].alive == pytest.approx(alive_at_next(told, x, last, 6))
        assert each[x, last].expected == pytest.approx(expected_at(told, x, last, 6, found.ahead))
    faithful = next(row for row in found.rows if (row.x, row.last) == (6, 6))
    gone = next(row for row in found.rows if row.x == 0)
    assert faithful.alive > 0.9 > gone.alive


def test_the_interval_holds_the_estimate_and_fewer_customers_are_less_sure(world: World) -> None:
    many = told(contract(renewals(*REGULAR)))
    few = told(contract(renewals(*(n // 10 for n in REGULAR), code="F")))
    assert many.still_low < many.still < many.still_high
    assert few.still_high - few.still_low > 2 * (many.still_high - many.still_low)
    assert all(low <= at <= high for low, at, high in zip(many.low, many.fitted, many.high, strict=True))


def test_the_value_is_of_those_who_are_left_at_the_next_renewal(world: World) -> None:
    found = contract(renewals(*REGULAR), 0.1, 10_000)
    assert found.worth
    assert found.worth[0] == pytest.approx(241 * told(found).still * 10_000)
    assert found.worth[1] < found.worth[0] < found.worth[2]


@pytest.mark.parametrize(
    ("counts", "why"),
    [
        ((100, 100, 100), "nobody has left"),
        ((100, 90, 95), "never grows"),
        ((0, 0), "begins above 0"),
        ((100,), "begins above 0"),
    ],
)
def test_what_carries_no_model_says_why(world: World, counts: tuple[int, ...], why: str) -> None:
    found = contract(renewals(*counts))
    assert found.renewed is None
    assert why in found.message


def test_a_renewal_that_is_missing_is_not_bridged(world: World) -> None:
    cohort = renewals(*REGULAR)
    Renewal.objects.filter(cohort=cohort, period=3).delete()
    assert "missing" in contract(cohort).message


def test_a_file_finds_its_rows_again_and_faults_are_named(world: World) -> None:
    cohort = renewals(*REGULAR)
    bring_new("renewals", [{"cohort": "R", "unit": "JZ", "period": 7, "retained": 240}], over=True)
    assert list(cohort.renewals.values_list("retained", flat=True))[-1] == 240
    assert Renewal.objects.count() == 8
    row = {"cohort": "D", "unit": "JZ", "x": 2, "last": 3, "chances": 6, "customers": 5}
    for wrong in ({"last": 7}, {"x": 4}, {"x": 0}, {"chances": 0}, {"customers": 0}):
        with pytest.raises(ValueError, match="occasions"):
            bring_new("occasions", [{**row, **wrong}])
    assert not Occasion.objects.exists()


def page(client: Client, world: World, cohort: Cohort, **asked: str) -> Any:
    client.force_login(world.sun_qian)
    return client.get(reverse("equity:cohort", args=[cohort.pk]), asked)


def test_the_page_shows_curve_value_and_convention(world: World, client: Client) -> None:
    shown = page(client, world, renewals(*REGULAR), payment="100", discount="0.1").content.decode()
    for text in ("0.7041", "1.1820", "17.0%", "3.695", "chart-cohort", "全额计入", "10.0%"):
        assert text in shown, text
    assert "241" in shown


def test_the_page_of_what_cannot_be_fitted_has_no_number_that_is_none(world: World, client: Client) -> None:
    shown = page(client, world, renewals(100, 100, 100)).content.decode()
    assert "尚无人离开" in shown
    assert not NO_NUMBER.search(shown)


def test_a_discount_at_which_the_value_has_no_end_is_refused(world: World, client: Client) -> None:
    assert page(client, world, renewals(*REGULAR), discount="0").status_code == 422


def test_cohorts_of_other_units_are_not_there(world: World, client: Client) -> None:
    cohort = renewals(*REGULAR)
    client.force_login(world.gao_yuan)
    assert client.get(reverse("equity:cohort", args=[cohort.pk])).status_code == 404
    assert "共 0 条" in client.get(reverse("equity:cohorts")).content.decode()
