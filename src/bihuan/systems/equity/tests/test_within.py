"""Contracts in customer equity: the same horizon and discount, their own line, or why they stand apart."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bihuan.kernel.models import Role, Standard
from bihuan.kernel.tests.world import World, account, build, seed
from bihuan.systems.equity.act.contracts import freeze
from bihuan.systems.equity.act.runs import run_model
from bihuan.systems.equity.models import Cohort, Margin, ModelRun
from bihuan.systems.equity.read.board import Board, board
from bihuan.systems.equity.read.figures import Figure
from bihuan.systems.equity.read.parts import made_of
from bihuan.systems.equity.rules.cohorts import refitted_chances, refitted_renewals
from bihuan.systems.equity.rules.contract import expected_at, residual_value
from bihuan.systems.equity.rules.within import Worth, chances_within, discounts, renewals_within, summed
from bihuan.web.listing.furnish import bring_new

from .shop import END, page, shop
from .test_contracts import HIGH_END, REGULAR

KNOWN: dict[str, Any] = {
    "counted_on": END - timedelta(days=30),
    "months": 12,
    "payment": 20_000,
    "in_orders": False,
}


def test_one_yearly_payment_falls_into_a_year() -> None:
    """241 are left; of them 92.08 % renew an eighth time, a year ahead, at 1 % a month."""
    found = renewals_within(REGULAR, discounts(12, 12, 0.01))
    assert found.value == pytest.approx(241 * 0.920767 / 1.01**12, rel=1e-4)
    assert found.n == 241
    assert found.low < found.value < found.high


def test_without_end_it_is_the_residual_value_of_the_literature() -> None:
    """DERL counts the payment of the next renewal whole; from the last count it lies one period ahead."""
    fit, _again = refitted_renewals(HIGH_END)
    far = renewals_within(HIGH_END, discounts(12, 12 * 2000, 0.01))
    discount = 1.01**12 - 1
    wanted = 491 * residual_value(fit.as_dict(), len(HIGH_END), discount) / (1 + discount)
    assert far.value == pytest.approx(wanted, rel=1e-3)


def test_chances_undiscounted_are_the_purchases_expected() -> None:
    once = ((1, 1, 4, 60), (1, 2, 4, 20), (1, 3, 4, 15), (1, 4, 4, 15))
    often = ((2, 2, 4, 30), (2, 3, 4, 20), (2, 4, 4, 25), (3, 3, 4, 20), (3, 4, 4, 40), (4, 4, 4, 80))
    rows = ((0, 0, 4, 200), *once, *often)
    found = chances_within(rows, discounts(3, 12, 0.0))
    again = chances_within(rows, discounts(3, 12, 0.01))
    fit, _drawn = refitted_chances(rows)
    wanted = sum(n * expected_at(fit.as_dict(), x, last, chances, 4) for x, last, chances, n in rows)
    assert found.value == pytest.approx(wanted, rel=1e-9)
    assert wanted / 1.01**12 < again.value < wanted / 1.01**3


def test_a_period_beyond_the_horizon_has_no_payment() -> None:
    assert discounts(24, 12, 0.01).size == 0


def test_intervals_of_a_sum_keep_what_is_lopsided() -> None:
    """Zou and Donner: 30 and 40 to one side make 50; 5 and 12 to the other 13."""
    found = summed([Worth(100, 70, 105, 10), Worth(50, 10, 62, 3)])
    assert found == (150, 100, 163, 13)


@pytest.fixture
def world(db: None) -> World:
    seed()
    return build()


def cohort(*counts: int, **terms: Any) -> Cohort:
    rows = [
        {"cohort": "年费", "unit": "JZ", "period": at, "retained": n}
        for at, n in enumerate(counts or REGULAR)
    ]
    bring_new("renewals", rows)
    Cohort.objects.update(**{**KNOWN, **terms})
    return Cohort.objects.get()


def unsaved(world: World, margin: float | None) -> ModelRun:
    return ModelRun(
        unit=world.jiangzhou, made_at=timezone.now(), end_on=END, months=12, rate=0.01, margin=margin
    )


def ran(world: World, **terms: Any) -> ModelRun:
    shop(world.jiangzhou)
    Standard.objects.filter(key="equity.draws").update(value=40)
    for name in ("卡", "贷"):
        Margin.objects.create(
            unit=world.jiangzhou, category=name, valid_from=date(2020, 1, 1), ratio="0.2", source="账"
        )
    cohort(**terms)
    return run_model(unit=world.jiangzhou, at=timezone.now())


def of(world: World) -> Board:
    return board(world.sun_qian)


def test_a_contract_is_added_with_a_line_and_an_interval_of_its_own(world: World, client: Client) -> None:
    run = ran(world)
    found = of(world)
    assert found.made
    assert found.made.contracts
    own = found.made.contracts
    assert own.value == pytest.approx(241 * 0.920767 / 1.01**12 * 20_000, rel=1e-3)
    assert found.equity.value == pytest.approx((run.equity or 0) + (own.value or 0))
    assert found.equity.n == run.customers + 241
    assert found.equity.note == "contracts"
    half = (found.equity.high or 0) - (found.equity.value or 0)
    parts = [(run.equity_high or 0) - (run.equity or 0), (own.high or 0) - (own.value or 0)]
    assert max(parts) < half < sum(parts)
    shown = page(client, world.sun_qian, "board")
    assert "客户资产的组成" in shown
    assert "年费" in shown
    assert "采购与合约合计" in shown
    assert "采购与合约合计" in page(client, world.sun_qian, "run", run.pk)


@pytest.mark.parametrize(
    ("terms", "margin", "why"),
    [
        ({"in_orders": True}, 0.2, "orders"),
        ({"in_orders": None}, 0.2, "terms"),
        ({"payment": None}, 0.2, "terms"),
        ({"counted_on": END - timedelta(days=800)}, 0.2, "old"),
        ({"months": 24}, 0.2, "long"),
        ({}, None, "sales"),
        ({}, 0.2, None),
    ],
)
def test_what_stands_apart_says_why(
    world: World, terms: dict[str, Any], margin: float | None, why: str | None
) -> None:
    cohort(**terms)
    assert [row.get("why") for row in freeze(unsaved(world, margin))] == [why]


def test_a_cohort_that_nobody_has_left_is_not_added(world: World) -> None:
    cohort(50, 50, 50)
    assert freeze(unsaved(world, 0.2))[0]["why"] == "unfit"


def test_what_stands_apart_adds_nothing_and_the_pages_say_why(world: World, client: Client) -> None:
    run = ran(world, in_orders=True)
    assert of(world).equity.value == run.equity
    assert "未计入：" in page(client, world.sun_qian, "board")
    assert "付款已在订单中" in page(client, world.sun_qian, "cohort", Cohort.objects.get().pk)


def test_terms_are_entered_on_the_page_and_count_from_the_next_run(world: World, client: Client) -> None:
    row = cohort(**dict.fromkeys(KNOWN))
    client.force_login(world.sun_qian)
    url = reverse("equity:cohort-terms", args=[row.pk])
    given = {"counted_on": "2026-09-01", "months": 12, "payment": "200.00", "in_orders": "false"}
    assert client.post(url, {**given, "months": 99}).status_code == 422
    assert client.post(url, {**given, "counted_on": "2999-01-01"}).status_code == 422
    assert client.post(url, given).status_code == 302
    row.refresh_from_db()
    assert (row.payment, row.months, row.in_orders) == (20_000, 12, False)
    assert "还没有模型运行计入它。" in page(client, world.sun_qian, "cohort", row.pk)


def test_terms_of_another_unit_or_by_who_may_not_edit_are_refused(world: World, client: Client) -> None:
    url = reverse("equity:cohort-terms", args=[cohort().pk])
    client.force_login(world.gao_yuan)
    assert client.post(url, {}).status_code == 404
    client.force_login(account("kan", "看", Role.VIEWER, world.jiangzhou))
    assert client.post(url, {}).status_code == 403


def test_who_sees_a_part_of_the_unit_sees_the_contracts_of_that_part(world: World) -> None:
    run = ran(world)
    below, apart = Figure(value=1000.0, n=3), made_of(run, world.building, Figure(value=1000.0, n=3))
    assert apart.parts == []
    assert apart.total == below
    part = made_of(run, world.jiangzhou, below)
    assert part.total.low is None, "without the interval of purchases the sum has none"
    assert (part.total.value or 0) > 1000


def test_terms_travel_by_excel(world: World) -> None:
    row = cohort(**dict.fromkeys(KNOWN))
    told = {"unit": "JZ", "kind": "renewals", "counted_on": "2026-09-01", "months": 12, "in_orders": "no"}
    bring_new("cohorts", [{"code": "年费", **told, "payment": "60.00"}], over=True)
    row.refresh_from_db()
    assert (row.payment, row.in_orders, row.counted_on) == (6_000, False, date(2026, 9, 1))
