"""From orders to values and cases: what a run keeps, what it refuses, whom it calls."""

from datetime import date, timedelta

import pytest
from django.test import Client

from bihuan.kernel.models import Case, Customer, Standard
from bihuan.kernel.rules.lifecycle import OPEN
from bihuan.kernel.tests.desk_world import at
from bihuan.kernel.tests.once import once
from bihuan.kernel.tests.world import World, build, seed
from bihuan.systems.equity.act.orders import judge
from bihuan.systems.equity.act.risk import refill
from bihuan.systems.equity.act.runs import ask, nightly, run_model
from bihuan.systems.equity.models import Cost, Exclusion, Margin, ModelRun, Purchase, Score
from bihuan.systems.equity.read.board import board_of, leaving_of

from .shop import END, NO_NUMBER, TODAY, customers, line, page, shop

pytestmark = pytest.mark.django_db
NOW = "2026-10-10 09:00"


@pytest.fixture
def world() -> World:
    seed()
    Standard.objects.filter(key="equity.draws").update(value=8)
    return build()


@once
def run(world: World, when: str = NOW, **more: str) -> ModelRun:
    return run_model(unit=world.jiangzhou, at=at(when), **more)  # type: ignore[arg-type]


def silent(world: World, customer: Customer, days: int = 200) -> None:
    """Bought every week for a year and has not been seen for so long."""
    last = END - timedelta(days=days)
    for k in range(52):
        line(customer, last - timedelta(days=7 * k), 900)
    judge(today=TODAY)


def test_every_customer_has_a_value_and_the_sum_an_interval(world: World) -> None:
    people = shop(world.building)
    found = run(world)
    assert (found.state, found.customers, found.end_on) == ("fitted", len(people), END)
    rows = list(Score.objects.filter(run=found))
    assert len(rows) == len(people)
    assert abs(sum(row.clv for row in rows) - (found.equity or 0)) <= len(rows)
    assert found.equity_low is not None
    assert found.equity_high is not None
    assert found.equity is not None
    assert found.equity_low < found.equity < found.equity_high
    assert all(0 <= row.alive <= 1 and row.each > 0 and row.lost >= 0 for row in rows)
    assert sorted(row.by_value for row in rows) == list(range(1, len(rows) + 1))
    assert {row.tenth for row in rows} == set(range(1, 11))


def test_margin_and_cost_make_the_contribution(world: World) -> None:
    people = shop(world.building)
    for name, ratio in (("卡", "0.2"), ("贷", "0.2")):
        Margin.objects.create(unit=world.jiangzhou, category=name, valid_from=date(2020, 1, 1), ratio=ratio)
    Cost.objects.create(
        customer=people[0],
        kind="serve",
        first_on=END - timedelta(days=729),
        last_on=END,
        amount=100_000,
    )
    found = run(world)
    row = Score.objects.get(run=found, customer=people[0])
    assert found.margin == pytest.approx(0.2)
    assert row.cost == 50_000
    assert row.profit == round(row.sales * 0.2) - 50_000
    assert Score.objects.get(run=found, customer=people[1]).cost is None
    told = found.counts["contribution"]
    assert told["low"] < told["value"] < min(told["high"], 0.2)


def test_a_category_without_margin_leaves_its_buyers_contribution_open(world: World) -> None:
    shop(world.building)
    Margin.objects.create(unit=world.jiangzhou, category="卡", valid_from=date(2020, 1, 1), ratio="0.3")
    found = run(world)
    assert found.counts["product"]["lacking"] == ["贷"]
    assert Score.objects.filter(run=found, profit=None).exists()
    assert found.counts["contribution"] is None


def test_v11_all_customers_with_one_purchase_are_refused_in_words(world: World, client: Client) -> None:
    for customer in customers(world.building, 40):
        line(customer, END, 100)
    found = run(world)
    assert (found.state, found.equity, Score.objects.count()) == ("unfit", None, 0)
    shown = page(client, world.sun_qian, "run", found.pk)
    assert "没有客户购买过两次" in shown
    assert "请导入更长时间的订单" in shown
    assert not NO_NUMBER.search(shown)
    assert "还没有模型运行" in page(client, world.sun_qian, "board")


def test_v11_who_returned_everything_is_listed_and_a_returned_repeat_is_none(
    world: World, client: Client
) -> None:
    people = shop(world.building)
    gone, half = customers(world.building, 2)
    line(gone, date(2026, 3, 1), 80, "G1")
    line(gone, date(2026, 3, 9), -80, "G2", refund_of="G1")
    line(half, date(2026, 3, 1), 80, "H1")
    line(half, date(2026, 4, 1), 70, "H2")
    line(half, date(2026, 4, 20), -75, "H3", refund_of="H2")
    found = run(world)
    assert list(Exclusion.objects.filter(run=found).values_list("customer", "reason")) == [
        (gone.pk, "returned")
    ]
    assert Score.objects.get(run=found, customer=half).x == 0
    assert found.customers == len(people) + 1
    assert gone.name in page(client, world.sun_qian, "exclusions")


def test_v11_a_repeat_purchase_of_zero_is_listed_and_is_none(world: World, client: Client) -> None:
    shop(world.building)
    (gift,) = customers(world.building, 1)
    line(gift, date(2026, 3, 1), 80, "Z1")
    line(gift, date(2026, 4, 1), 0, "Z2")
    found = run(world)
    row = Score.objects.get(run=found, customer=gift)
    assert (row.x, row.last_on) == (0, date(2026, 3, 1))
    assert row.clv > 0
    assert "Z2" in page(client, world.sun_qian, "problems", view="zero")
    assert not NO_NUMBER.search(page(client, world.sun_qian, "customers", q=gift.number))


def test_too_few_who_bought_again_are_not_fitted(world: World) -> None:
    people = customers(world.building, 29)
    for customer in people:
        line(customer, date(2026, 1, 5), 50)
        line(customer, date(2026, 5, 5), 50)
    assert run(world).message == "too few customers bought again for a model"


def test_a_fit_that_runs_away_is_said_and_scores_nobody(world: World, client: Client) -> None:
    """Everybody at the same rate and nobody gone: the spread of rates has no finite estimate."""
    for customer in customers(world.building, 40):
        for week in range(11):
            line(customer, END - timedelta(weeks=week), 50)
    found = run(world)
    assert found.state == "unfit"
    shown = page(client, world.sun_qian, "run", found.pk)
    assert "拟合没有收敛" in shown
    assert "请换用其他模型" in shown
    assert not Score.objects.exists()


def test_no_orders_are_no_run(world: World) -> None:
    assert run(world).message == "no orders that count"


def test_v16_a_valuable_customer_who_falls_silent_is_a_case_once(world: World, client: Client) -> None:
    shop(world.building)
    (good,) = customers(world.building, 1)
    silent(world, good)
    run(world)
    case = Case.objects.get(kind="value_at_risk", customer=good)
    assert case.owner == world.wu_min
    assert case.due_at is not None
    assert case.due_at - case.opened_at > timedelta(days=4)
    assert f"{case.limit:.0f} {case.limit_in}" == "5 working days"
    run(world, "2026-11-12 09:00")
    assert Case.objects.filter(kind="value_at_risk", customer=good).count() == 1
    client.force_login(world.sun_qian)
    shown = client.get(f"/cases/{case.number}/").content.decode()
    assert "客户值多少" in shown


def test_who_comes_back_and_falls_silent_again_is_a_new_case(world: World) -> None:
    shop(world.building)
    (good,) = customers(world.building, 1)
    silent(world, good, days=400)
    run(world)
    Case.objects.filter(customer=good).update(state="closed")
    silent(world, good, days=150)
    run(world, "2026-10-11 09:00")
    assert Case.objects.filter(kind="value_at_risk", customer=good).count() == 2


def test_who_was_in_the_first_tenth_before_is_called_although_it_no_longer_is(world: World) -> None:
    people = shop(world.building)
    first = run(world)
    best = Score.objects.get(run=first, by_value=1).customer
    Purchase.objects.filter(customer=best, on__gt=date(2026, 2, 1)).delete()
    second = run(world, "2026-11-12 09:00")
    row = Score.objects.get(run=second, customer=best)
    assert row.alive < 0.5
    assert Case.objects.filter(kind="value_at_risk", customer=best).exists()
    assert len(people) == second.customers


def test_a_run_opens_no_more_cases_than_the_standard_says(world: World) -> None:
    shop(world.building)
    for customer in customers(world.building, 9):
        silent(world, customer)
    Standard.objects.filter(key="equity.risk.cases").update(value=2)
    run(world)
    assert Case.objects.filter(kind="value_at_risk").count() == 2


def test_every_valuable_customer_about_to_leave_has_a_case_as_room_comes(world: World) -> None:
    shop(world.building)
    for customer in customers(world.building, 5):
        silent(world, customer)
    Standard.objects.filter(key="equity.risk.cases").update(value=2)
    found = run(world)
    cases = Case.objects.filter(kind="value_at_risk")
    valuable = Score.objects.filter(run=found, tenth=1, alive__lt=0.5)
    refill(now=found.made_at)
    assert (cases.count(), valuable.count() > 2) == (2, True), "no room"
    for _night in range(valuable.count()):
        cases.filter(state__in=OPEN).update(state="closed")
        refill(now=found.made_at)
    assert set(cases.values_list("customer", flat=True)) == set(valuable.values_list("customer", flat=True))
    assert cases.count() == valuable.count(), "a silence that was handled opens no second"


def test_the_test_on_unseen_weeks_is_shown_beside_rules_without_a_model(world: World, client: Client) -> None:
    shop(world.building, 200)
    found = run(world)
    assert found.holdout["holdout_weeks"] == 26
    assert len(found.holdout["groups"]) == 10
    shown = page(client, world.sun_qian, "holdout")
    assert "样本外检验" in shown
    assert ("模型落败" in shown) == found.holdout["loses"]


@pytest.mark.parametrize("model", ["mbg-nbd", "pareto-nbd"])
def test_other_models_score_too(world: World, model: str) -> None:
    people = shop(world.building, 60)
    found = run(world, model=model)
    assert (found.state, Score.objects.filter(run=found).count()) == ("fitted", len(people))


def test_values_of_old_runs_go_and_what_they_said_stays(world: World) -> None:
    from bihuan.systems.equity.act.runs import _tidy

    shop(world.building, 60)
    first, second = run(world), run(world, "2026-10-11 09:00")
    _tidy(world.jiangzhou, 1)
    assert set(Score.objects.values_list("run", flat=True)) == {second.pk}
    assert ModelRun.objects.filter(pk=first.pk).exists()


def test_a_run_is_asked_for_again_when_it_is_old(world: World) -> None:
    from bihuan.kernel.models import Job

    shop(world.building, 60)
    run(world)
    nightly(now=at("2026-10-12 01:40"))
    assert not Job.objects.exists()
    for _ in range(2):
        nightly(now=at("2026-11-12 01:40"))
    assert Job.objects.get().params == {"unit": world.jiangzhou.pk, "model": "bg-nbd"}


def test_a_part_of_the_customers_has_no_interval_of_the_whole(world: World, client: Client) -> None:
    shop(world.building, 60)
    more = customers(world.beishan, 3)
    for customer in more:
        line(customer, date(2026, 5, 5), 60)
    run_model(unit=world.root, at=at(NOW))
    shown = page(client, world.gao_yuan, "board")
    assert "不含属于整体的区间" in shown
    assert "n = 3" in shown.replace("\xa0", " ")
    assert "95 % 区间" not in shown


def test_who_may_edit_asks_for_a_run_and_no_other_unit_s(world: World, client: Client) -> None:
    from bihuan.kernel.act.refusal import Refused
    from bihuan.kernel.models import Job

    client.force_login(world.sun_qian)
    assert (
        client.post("/equity/runs/new/", {"unit": world.jiangzhou.pk, "model": "bg-nbd"}).status_code == 302
    )
    assert Job.objects.get().name == "equity.run"
    client.post("/equity/runs/new/", {"unit": world.beishan.pk, "model": "bg-nbd"})
    assert Job.objects.count() == 1
    with pytest.raises(Refused):
        ask(user=world.sun_qian, unit=world.beishan, model="bg-nbd")
    client.force_login(world.he_jia)
    assert client.post("/equity/runs/new/", {}).status_code == 403


def test_who_looks_sees_the_run_of_the_nearest_unit(world: World) -> None:
    from bihuan.systems.equity.read.runs import latest

    units = {"top": world.root, "house": world.building, "other": world.beishan}
    made = {
        name: ModelRun.objects.create(
            unit=unit, made_at=at(NOW), end_on=END, state="fitted", customers=1, equity=1
        )
        for name, unit in units.items()
    }
    assert latest(world.wu_min) == made["house"]
    assert latest(world.gao_yuan) == made["other"]
    assert latest(world.sun_qian) == made["top"]
    made["top"].delete()
    assert latest(world.sun_qian) == made["house"]
    assert latest(world.gao_yuan) == made["other"]
    made["house"].delete()
    assert latest(world.sun_qian) is None


def test_what_the_run_froze_is_what_its_customers_sum_to(world: World) -> None:
    """The first screen reads the frozen totals; a part of the customers, or a moved standard, is counted."""
    shop(world.building, 80)
    made = run(world)
    frozen, counted = leaving_of(world.jiangzhou, made), leaving_of(world.building, made)
    assert frozen == counted
    assert frozen.gone > 0
    whole, part = board_of(world.jiangzhou), board_of(world.building)
    assert part.equity.value == pytest.approx(whole.equity.value, abs=80)
    assert part.sales.value == whole.sales.value
    assert part.clv.value == pytest.approx(whole.clv.value, abs=1)
    Standard.objects.filter(key="equity.alive").update(value="0.99")
    assert leaving_of(world.jiangzhou, made).gone > frozen.gone
