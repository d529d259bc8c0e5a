"""The strategy record: aims with numbers of the systems, reviewed on their day, kept as they were found."""

from datetime import date, timedelta
from typing import Any

import pytest

from bihuan.kernel import clock
from bihuan.kernel.act import strategy
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Aim, AimReview, Case, Notice
from bihuan.kernel.read import strategy as read
from bihuan.kernel.registry import indicator_specs
from bihuan.kernel.report import Figure
from bihuan.kernel.tests.desk_world import at
from bihuan.kernel.tests.world import World, build, seed

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
KEY = "kernel.overdue"


@pytest.fixture
def world() -> World:
    seed()
    return build()


def an_aim(world: World, **more: Any) -> Aim:
    given = {"title": "没有逾期工单", "review_on": date(2026, 12, 1), "on": TODAY, **more}
    return strategy.state_aim(user=world.chen_jing, unit=world.jiangzhou, **given)


def answers(monkeypatch: pytest.MonkeyPatch, value: float | None, withheld: str = "") -> None:
    """What the bound number says from now on."""
    monkeypatch.setattr(
        "bihuan.kernel.read.indicators.overdue",
        lambda unit: Figure(key=KEY, label="逾期", value=value, n=40, withheld=withheld),
    )


def test_only_a_director_states_an_aim_of_units_of_his(world: World) -> None:
    with pytest.raises(Refused):
        strategy.state_aim(
            user=world.sun_qian, unit=world.jiangzhou, title="x", review_on=date(2026, 12, 1), on=TODAY
        )
    with pytest.raises(Refused):
        an_aim(world, review_on=TODAY - timedelta(days=1))
    assert an_aim(world).owner == world.chen_jing


def test_who_stands_below_the_unit_does_not_see_its_aims(world: World) -> None:
    aim = an_aim(world)
    assert list(read.running(world.chen_jing)) == [aim]
    assert list(read.running(world.sun_qian)) == [aim]
    assert not read.running(world.wu_min).exists()
    assert not read.running(world.gao_yuan).exists()


def test_a_review_freezes_the_figures_beside_the_verdict(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    aim = an_aim(world)
    answers(monkeypatch, 7)
    bound = strategy.bind(aim=aim, user=world.chen_jing, key=KEY, target=0, on=TODAY)
    assert bound.start["value"] == 7
    answers(monkeypatch, 3)
    done = strategy.review(
        aim=aim, user=world.chen_jing, verdict="behind", text="加派人手", at=at("2026-12-01 09:00")
    )
    answers(monkeypatch, 0)
    kept = AimReview.objects.get(pk=done.pk).readings[0]
    assert (kept["value"], kept["n"], kept["target"], kept["better"]) == (3, 40, 0, "down")
    assert read.gauges(aim)[0].reached is True, "none is overdue any longer"


def test_a_number_that_is_withheld_is_neither_reached_nor_missed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    aim = an_aim(world)
    answers(monkeypatch, None, "样本不足")
    strategy.bind(aim=aim, user=world.chen_jing, key=KEY, target=0)
    gauge = read.gauges(aim)[0]
    assert gauge.now["withheld"] == "样本不足"
    assert gauge.reached is None


def test_a_system_that_fails_withholds_its_number_and_stops_nobody(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    aim = an_aim(world)

    def broken(unit: object) -> Figure:
        raise RuntimeError

    monkeypatch.setattr("bihuan.kernel.read.indicators.overdue", broken)
    bound = strategy.bind(aim=aim, user=world.chen_jing, key=KEY)
    assert bound.start["value"] is None
    assert bound.start["withheld"]


def test_an_indicator_is_bound_once_and_must_exist(world: World) -> None:
    aim = an_aim(world)
    strategy.bind(aim=aim, user=world.chen_jing, key=KEY)
    for key in (KEY, "nothing.there"):
        with pytest.raises(Refused):
            strategy.bind(aim=aim, user=world.chen_jing, key=key)
    strategy.unbind(row=aim.indicators.get(), user=world.chen_jing)
    assert not aim.indicators.exists()


def test_the_next_review_is_whole_steps_after_the_one_that_was_due(world: World) -> None:
    aim = an_aim(world, every_months=3)
    strategy.review(aim=aim, user=world.chen_jing, verdict="on_track", text="好", at=at("2027-06-20 09:00"))
    aim.refresh_from_db()
    assert aim.review_on == date(2027, 9, 1), "December, March and June are past"
    with pytest.raises(Refused):
        strategy.review(
            aim=aim,
            user=world.chen_jing,
            verdict="on_track",
            text="好",
            next_on=date(2027, 6, 1),
            at=at("2027-06-20 09:00"),
        )


def test_what_is_reached_ends_and_is_changed_no_more(world: World) -> None:
    aim = an_aim(world)
    strategy.review(aim=aim, user=world.chen_jing, verdict="reached", text="达成", at=at("2026-12-01 09:00"))
    assert not read.running(world.chen_jing).exists()
    with pytest.raises(Refused):
        strategy.add_measure(aim=aim, user=world.chen_jing, text="再来")


def test_a_review_that_is_due_is_one_case_of_the_owner_and_hears_that_it_was_done(world: World) -> None:
    aim = an_aim(world)
    for moment in ("2026-11-30 09:00", "2026-12-01 07:59"):
        clock.run_due(at(moment))
    assert not Case.objects.exists()
    for moment in ("2026-12-01 08:01", "2026-12-01 12:00", "2026-12-02 09:00"):
        clock.run_due(at(moment))
    case = Case.objects.get(kind="strategy_review")
    assert (case.owner, case.unit) == (world.chen_jing, world.jiangzhou)
    assert Notice.objects.filter(user=world.chen_jing, case=case, key="case.opened").exists()
    strategy.review(aim=aim, user=world.chen_jing, verdict="on_track", text="继续", at=at("2026-12-02 10:00"))
    assert case.events.filter(verb="case.comment").exists()
    clock.run_due(at("2027-02-28 09:00"))
    assert Case.objects.count() == 1
    clock.run_due(at("2027-03-01 09:00"))
    assert Case.objects.count() == 2, "the next one is a case of its own"


def test_a_measure_is_done_by_its_owner_or_the_director(world: World) -> None:
    aim = an_aim(world)
    row = strategy.add_measure(aim=aim, user=world.chen_jing, text="每周例会", owner=world.wu_min)
    with pytest.raises(Refused):
        strategy.finish_measure(measure=row, user=world.sun_qian)
    strategy.finish_measure(measure=row, user=world.wu_min, on=TODAY)
    row.refresh_from_db()
    assert row.done_on == TODAY


@pytest.mark.parametrize("key", sorted(indicator_specs()))
def test_every_declared_number_answers_for_a_unit_without_data(world: World, key: str) -> None:
    """With a figure, or with what is missing to show it: never with an error."""
    found = read.reading(indicator_specs()[key][1], world.beishan)
    assert found.key == key
    assert found.value is not None or str(found.withheld)
    assert "读取失败" not in str(found.withheld)
