"""Improvements: found in clusters of cases, planned, carried out, and tested by what was counted."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bihuan.kernel import clock
from bihuan.kernel.act.improvements import (
    add_remedy,
    cluster,
    comment,
    conclude,
    drop,
    finish,
    finish_remedy,
    go_on,
    link,
    plan,
    propose,
    start,
    unlink,
)
from bihuan.kernel.act.improvements.effect import why_not
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.act.standards import revise
from bihuan.kernel.models import Case, Event, Improvement, Notice
from bihuan.kernel.read.improvements import current_test, figures, improvements, story
from bihuan.kernel.rules.improvements import Spans, spans
from bihuan.kernel.tests.desk_world import at, desk, local
from bihuan.kernel.tests.improving import (
    cases,
    ended,
    many,
    other_department,
    planned,
    queue,
    running,
)
from bihuan.kernel.tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Iterator[World]:
    with desk() as found:
        yield found


def night(moment: str = "2026-11-27 02:40") -> None:
    cluster(now=at(moment))


def linked(item: Improvement) -> set[str]:
    return set(item.links.values_list("case__number", flat=True))


def told(key: str) -> list[str]:
    rows = Notice.objects.filter(key=f"improvement.{key}").order_by("pk")
    return list(rows.values_list("user__username", flat=True))


def test_three_cases_of_one_cause_in_thirty_days_become_one_proposal(world: World) -> None:
    shown = cases(world, "2026-11-01", "2026-11-10", "2026-11-20")
    night()
    item = Improvement.objects.get()
    assert (item.cause, item.unit, item.state, item.clustered) == (queue(), world.building, "proposed", True)
    assert linked(item) == {case.number for case in shown}
    assert told("proposed") == ["sun_qian"]
    assert local(item.due_at) == "2026-12-11 23:59"


def test_a_night_repeated_proposes_nothing_twice_and_further_cases_join(world: World) -> None:
    cases(world, "2026-11-01", "2026-11-10", "2026-11-20")
    night()
    night()
    (later,) = cases(world, "2026-11-26")
    night("2026-11-28 02:40")
    item = Improvement.objects.get()
    assert later.number in linked(item)
    assert Event.objects.get(verb="improvement.joined").payload["cases"] == [later.number]


def test_two_cases_or_three_in_forty_days_are_no_cluster(world: World) -> None:
    cases(world, "2026-10-01", "2026-10-25", "2026-11-10")
    night()
    assert not Improvement.objects.exists()


def test_cases_that_show_no_problem_of_their_own_do_not_count(world: World) -> None:
    shown = cases(world, "2026-11-01", "2026-11-10", "2026-11-20")
    Case.objects.filter(pk=shown[0].pk).update(state="void")
    night()
    assert not Improvement.objects.exists()


def test_a_closed_item_does_not_swallow_a_new_cluster(world: World) -> None:
    cases(world, "2026-09-01", "2026-09-10", "2026-09-20")
    night("2026-09-21 02:40")
    first = Improvement.objects.get()
    Improvement.objects.filter(pk=first.pk).update(state="tested")
    cases(world, "2026-11-01", "2026-11-10")
    night()
    assert Improvement.objects.count() == 1, "old cases are linked and do not fill a new cluster"
    cases(world, "2026-11-20")
    night()
    again = Improvement.objects.exclude(pk=first.pk).get()
    assert (again.follows, len(linked(again))) == (first, 3)


def test_the_numbers_of_a_cluster_are_standards(world: World) -> None:
    revise(
        key="improvement.cluster.cases",
        value=Decimal(2),
        valid_from=date(2026, 1, 1),
        user=world.chen_jing,
        note="更早发现",
    )
    cases(world, "2026-11-10", "2026-11-20")
    night()
    assert Improvement.objects.count() == 1


def test_a_case_of_a_hall_joins_the_branchs_item(world: World) -> None:
    item = propose(user=world.sun_qian, unit=world.jiangzhou, cause=queue(), at=at("2026-11-01 09:00"))
    (case,) = cases(world, "2026-11-20")
    cases(world, "2026-11-20", unit=world.beishan)
    night()
    assert linked(item) == {case.number}


def test_a_plan_needs_problem_cause_owner_and_dates(world: World) -> None:
    item = propose(user=world.sun_qian, unit=world.building, title="排队")
    given: dict[str, Any] = {
        "problem": "下午窗口排队超过半小时",
        "cause": queue(),
        "owner": world.wu_min,
        "starts_on": date(2026, 4, 1),
        "ends_on": date(2026, 5, 31),
    }
    for name, bad in (
        ("problem", "无"),
        ("cause", None),
        ("owner", None),
        ("owner", world.he_jia),
        ("starts_on", None),
        ("ends_on", date(2026, 3, 1)),
    ):
        with pytest.raises(Refused):
            plan(item=item, user=world.sun_qian, **{**given, name: bad})
    plan(item=item, user=world.sun_qian, **given)
    assert (item.state, local(item.due_at), item.owner) == ("planned", "2026-04-01 23:59", world.wu_min)


def test_the_owner_may_be_of_another_department_and_nobody_else_there_sees_it(world: World) -> None:
    item = planned(world, owner=other_department(world))
    assert list(improvements(other_department(world))) == [item]
    assert list(improvements(world.gao_yuan)) == []
    add_remedy(item=item, user=other_department(world), text="调整排班")
    with pytest.raises(Refused):
        add_remedy(item=item, user=world.gao_yuan, text="调整排班")
    with pytest.raises(Refused):
        comment(item=item, user=world.gao_yuan, text="与我无关")
    assert told("yours") == ["li_na"]


def test_who_does_one_remedy_sees_and_finishes_that_one(world: World) -> None:
    item = running(world)
    helper = other_department(world)
    mine = add_remedy(item=item, user=world.sun_qian, text="培训引导员", owner=helper)
    theirs = item.remedies.exclude(pk=mine.pk).get()
    finish_remedy(remedy=mine, user=helper)
    with pytest.raises(Refused):
        finish_remedy(remedy=theirs, user=helper)
    with pytest.raises(Refused):
        finish_remedy(remedy=mine, user=helper)
    assert list(improvements(helper)) == [item]


def test_steps_come_in_order_and_each_is_an_event(world: World) -> None:
    item = planned(world)
    with pytest.raises(Refused):
        start(item=item, user=world.wu_min)
    remedy = add_remedy(item=item, user=world.wu_min, text="午间增开一个窗口")
    with pytest.raises(Refused):
        finish_remedy(remedy=remedy, user=world.wu_min)
    start(item=item, user=world.wu_min)
    with pytest.raises(Refused):
        finish(item=item, user=world.wu_min, text="窗口已增开")
    finish_remedy(remedy=remedy, user=world.wu_min)
    finish(item=item, user=world.wu_min, text="窗口已增开")
    verbs = [event.verb.removeprefix("improvement.") for event in reversed(story(item))]
    assert verbs == ["proposed", "planned", "remedy_added", "started", "remedy_done", "finished"]
    assert story(item)[0].remark.text == "窗口已增开"
    assert "窗口已增开" not in str(story(item)[0].payload)


def test_days_ahead_and_days_out_of_order_are_refused(world: World) -> None:
    item = planned(world)
    add_remedy(item=item, user=world.wu_min, text="午间增开一个窗口")
    with pytest.raises(Refused):
        start(item=item, user=world.wu_min, on=date(2026, 4, 2), at=at("2026-04-01 09:00"))
    item = running(world)
    finish_remedy(remedy=item.remedies.get(), user=world.wu_min)
    with pytest.raises(Refused):
        finish(item=item, user=world.wu_min, text="窗口已增开", on=date(2026, 3, 1))


def test_a_dropped_one_ends_and_its_cases_cluster_no_more(world: World) -> None:
    cases(world, "2026-11-01", "2026-11-10", "2026-11-20")
    night()
    item = Improvement.objects.get()
    drop(item=item, user=world.sun_qian, text="系当日停电所致")
    night()
    assert (item.state, item.next_at, Improvement.objects.count()) == ("dropped", None, 1)


def test_cases_are_linked_and_unlinked_within_ones_units(world: World) -> None:
    item = planned(world)
    (mine,) = cases(world, "2026-11-01")
    (foreign,) = cases(world, "2026-11-01", unit=world.beishan)
    link(item=item, user=world.sun_qian, case=mine)
    link(item=item, user=world.sun_qian, case=mine)
    assert linked(item) == {mine.number}
    with pytest.raises(Refused):
        link(item=item, user=world.sun_qian, case=foreign)
    unlink(item=item, user=world.sun_qian, case=mine)
    assert linked(item) == set()


def test_reminder_then_overdue_to_owner_and_superior_once_each(world: World) -> None:
    item = planned(world)
    for moment in ("2026-03-27 09:00", "2026-03-30 09:00", "2026-04-02 00:10", "2026-04-03 09:00"):
        clock.run_due(at(moment))
    assert (told("soon"), told("overdue"), told("escalated")) == (["wu_min"], ["wu_min"], ["sun_qian"])
    item.refresh_from_db()
    assert item.next_at is None


def test_a_remedy_has_its_own_date(world: World) -> None:
    item = running(world)
    clock.run_due(at("2026-05-02 09:00"))
    said = [event.payload["remedy"] for event in story(item) if event.verb == "improvement.overdue"]
    assert said == [item.remedies.get().pk]


def test_a_worker_dead_for_a_week_says_each_thing_once(world: World) -> None:
    planned(world)
    for _ in range(3):
        clock.run_due(at("2026-04-09 09:00"))
    assert (told("soon"), told("overdue")) == ([], ["wu_min"])


def test_the_quarters_before_and_after_leave_out_the_remedies_themselves() -> None:
    found = spans(date(2026, 4, 1), date(2026, 5, 31), 3)
    assert found == Spans(date(2026, 1, 1), date(2026, 3, 31), date(2026, 6, 1), date(2026, 8, 31))
    assert (found.days_before(date(2000, 1, 1)), found.days_after) == (90, 92)
    assert found.days_before(date(2026, 3, 1)) == 31
    assert found.days_before(date(2026, 6, 1)) == 0


def test_the_effect_is_tested_by_itself_a_quarter_later(world: World) -> None:
    many(world, date(2026, 1, 1), 18, 5)
    many(world, date(2026, 4, 5), 9, 5)
    many(world, date(2026, 6, 3), 4, 20)
    item = ended(world)
    clock.run_due(at("2026-08-31 23:00"))
    assert current_test(item) is None
    clock.run_due(at("2026-09-01 00:10"))
    item.refresh_from_db()
    test = current_test(item)
    assert test is not None
    assert (test.before, test.days_before, test.after, test.days_after) == (18, 90, 4, 92)
    assert test.verdict == "worked"
    assert test.high is not None
    assert test.high < 1
    assert (item.state, item.verifier, local(item.due_at)) == ("done", world.sun_qian, "2026-09-08 23:59")
    assert told("effect") == ["sun_qian"]
    clock.run_due(at("2026-09-01 00:20"))
    assert item.tests.count() == 1


def test_little_data_is_said_to_be_little(world: World) -> None:
    many(world, date(2026, 1, 1), 5, 10)
    item = ended(world)
    clock.run_due(at("2026-09-02 09:00"))
    test = current_test(item)
    assert test is not None
    assert (test.before, test.after, test.verdict) == (5, 0, "too_little")


def test_cases_without_a_cause_are_counted_beside_and_days_without_records_are_no_exposure(
    world: World,
) -> None:
    shown = many(world, date(2026, 3, 2), 12, 2)
    Case.objects.filter(pk=shown[-1].pk).update(cause=None)
    item = ended(world)
    clock.run_due(at("2026-09-02 09:00"))
    test = current_test(item)
    assert test is not None
    assert (test.before, test.uncoded_before, test.days_before) == (11, 1, 30)


def test_who_worked_on_it_does_not_conclude_and_another_does(world: World) -> None:
    many(world, date(2026, 1, 1), 18, 5)
    item = ended(world)
    with pytest.raises(Refused):
        conclude(item=item, user=world.sun_qian)
    clock.run_due(at("2026-09-02 09:00"))
    for barred in (world.wu_min, world.he_jia, world.gao_yuan):
        assert why_not(barred, item)
        with pytest.raises(Refused):
            conclude(item=item, user=barred)
    conclude(item=item, user=world.sun_qian, text="与回访一致")
    assert (item.state, item.outcome, item.next_at) == ("tested", "worked", None)
    assert story(item)[0].payload["outcome"] == "worked"


def test_what_did_not_help_goes_on_and_is_tested_again(world: World) -> None:
    many(world, date(2026, 1, 1), 12, 7)
    many(world, date(2026, 6, 3), 12, 7)
    item = ended(world)
    clock.run_due(at("2026-09-02 09:00"))
    conclude(item=item, user=world.sun_qian, at=at("2026-09-03 09:00"))
    assert item.outcome == "no_effect"
    go_on(
        item=item,
        user=world.sun_qian,
        text="再加一个窗口",
        ends_on=date(2026, 10, 31),
        at=at("2026-09-03 09:10"),
    )
    assert (item.state, item.outcome) == ("running", "")
    finish(item=item, user=world.wu_min, text="窗口已增开", on=date(2026, 10, 10), at=at("2026-10-11 09:00"))
    assert current_test(item) is None
    clock.run_due(at("2027-01-11 09:00"))
    test = current_test(item)
    assert test is not None
    assert (test.before_from, test.after_to) == (date(2026, 1, 1), date(2027, 1, 10))


def test_figures_for_the_desk(world: World) -> None:
    planned(world)
    found = figures(world.wu_min, at("2026-04-02 09:00"))
    assert (found.live, found.overdue, found.to_conclude) == (1, 1, 0)
    assert figures(world.gao_yuan, at("2026-04-02 09:00")).live == 0


def test_proposals_stay_within_role_and_unit(world: World) -> None:
    for user, unit in ((world.he_jia, world.building), (world.gao_yuan, world.building)):
        with pytest.raises(Refused):
            propose(user=user, unit=unit, cause=queue())
    with pytest.raises(Refused):
        propose(user=world.sun_qian, unit=world.building)
