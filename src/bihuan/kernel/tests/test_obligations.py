"""Recurring duties: made for each hall and period, fulfilled by visits, missed into a case."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from bihuan.kernel import clock
from bihuan.kernel.act.calendar import remove_days, set_days
from bihuan.kernel.act.cases import accept
from bihuan.kernel.act.obligations import begin, fulfil, generate, withdraw
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.act.standards import revise
from bihuan.kernel.checks import manifests
from bihuan.kernel.models import Case, Event, Fulfilment, Obligation, ObligationRun
from bihuan.kernel.read.obligations import coverage, figures, gaps
from bihuan.kernel.tests.desk.halls import HALLS, WATCHED
from bihuan.kernel.tests.desk_world import at, desk, local
from bihuan.kernel.tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Iterator[World]:
    HALLS.clear()
    WATCHED.clear()
    HALLS["A"] = "open"
    with desk() as found:
        yield found


def nights(*moments: str) -> None:
    """The worker at these moments and two minutes later; the first one is the installation."""
    for moment in moments:
        clock.run_due(at(moment))
        clock.run_due(at(moment) + timedelta(minutes=2))


def row(key: str, begins: str, subject: str = "A") -> Obligation:
    return Obligation.objects.get(key=f"desk.{key}", subject=subject, begins_on=begins)


def visit(
    when: str, source: str = "visit:1", *, key: str = "visit", subject: str = "A", now: str = ""
) -> Obligation:
    found = fulfil(key=f"desk.{key}", subject=subject, at=at(when), source=source, now=at(now or when))
    assert found is not None
    return found


def begun(key: str) -> list[date]:
    rows = Obligation.objects.filter(key=f"desk.{key}").order_by("begins_on")
    return list(rows.values_list("begins_on", flat=True))


def test_the_manifest_of_obligations_is_sound(world: World) -> None:
    assert [problem for problem in manifests(None) if problem.id == "bihuan.E006"] == []


def test_a_new_house_owes_from_the_next_day_on(world: World) -> None:
    nights("2025-01-13 10:00")
    assert not Obligation.objects.exists()
    nights("2025-01-14 00:20")
    assert local(row("visit", "2025-01-13").due_at) == "2025-01-17 23:59"
    assert row("visit", "2025-01-13").owner == world.wu_min


def test_a_week_of_which_little_is_left_is_not_asked(world: World) -> None:
    nights("2025-01-15 10:00", "2025-01-16 00:20", "2025-01-20 00:20")
    assert (row("visit", "2025-01-13").state, row("visit", "2025-01-13").reason) == ("waived", "begun")
    assert row("visit", "2025-01-20").state == "due"


def test_scenario_23_a_level_2_hall_not_visited_in_its_week_is_missed(world: World) -> None:
    nights("2025-01-13 10:00", "2025-01-20 00:20", "2025-01-27 00:20")
    missed = row("visit", "2025-01-20")
    assert missed.state == "missed"
    assert local(missed.due_at) == "2025-01-26 23:59", "Sunday the 26th was worked"
    assert missed.case is not None
    assert (missed.case.kind, missed.case.subject, missed.case.owner) == ("not_visited", "A", world.wu_min)
    assert missed.case.events.get(verb="case.opened").payload["measure"] == "0 / 1"


def test_scenario_23_a_week_without_working_day_is_waived_by_the_calendar(world: World) -> None:
    nights("2026-02-02 10:00", "2026-02-16 00:20", "2026-02-24 00:20")
    waived = row("visit", "2026-02-16")
    assert (waived.state, waived.reason, waived.needed, waived.case) == ("waived", "calendar", 0, None)


def test_scenario_23_halls_open_all_year_still_owe_it(world: World) -> None:
    revise(
        key="desk.visit.open",
        value=Decimal(1),
        valid_from=date(2026, 2, 1),
        user=world.chen_jing,
        note="全年营业",
    )
    nights("2026-02-02 10:00", "2026-02-16 00:20", "2026-02-22 23:58")
    assert row("visit", "2026-02-16").state == "due"
    nights("2026-02-23 00:20", "2026-02-23 00:40")
    assert row("visit", "2026-02-16").state == "missed"


def test_a_daily_check_is_owed_on_each_day_the_hall_is_open(world: World) -> None:
    WATCHED.update(A="open", B="workdays")
    nights("2026-11-26 10:00", *(f"2026-11-{day} 00:20" for day in range(27, 31)))
    rows = Obligation.objects.filter(key="desk.video")
    found = {code: sorted(f"{r.begins_on:%d}" for r in rows.filter(subject=code)) for code in "AB"}
    assert found == {"A": ["27", "28", "29", "30"], "B": ["27", "30"]}


def test_a_visit_fulfils_its_week_and_counts_once(world: World) -> None:
    nights("2026-11-16 10:00", "2026-11-23 00:20")
    visit("2026-11-24 10:00")
    done = visit("2026-11-24 10:00")
    assert (done.state, done.done, done.late, done.next_at) == ("done", 1, False, None)
    assert Fulfilment.objects.count() == 1
    nights("2026-11-30 00:20")
    assert not Case.objects.filter(episode="desk.visit:2026-11-23").exists()


def test_a_quota_is_done_when_all_of_it_is_done(world: World) -> None:
    nights("2026-06-30 10:00", "2026-07-01 00:20")
    found = visit("2026-07-02 10:00", "sheet:0", key="survey")
    for number in range(1, 19):
        found = visit("2026-07-02 10:00", f"sheet:{number}", key="survey")
    assert (found.state, found.done, found.needed) == ("due", 19, 20)
    assert visit("2026-09-30 16:00", "sheet:last", key="survey").state == "done"
    assert row("survey", "2026-07-01").owner == world.sun_qian, "the holder of the post"


def test_a_visit_told_late_counts_for_its_own_week_and_heals_it(world: World) -> None:
    nights("2026-11-09 10:00", "2026-11-16 00:20", "2026-11-23 00:20")
    missed = row("visit", "2026-11-16")
    assert missed.case is not None
    accept(case=missed.case, user=world.wu_min, at=at("2026-11-23 09:00"))
    healed = fulfil(
        key="desk.visit",
        subject="A",
        at=at("2026-11-18 15:00"),
        by=world.wu_min,
        source="visit:9",
        now=at("2026-11-23 10:00"),
    )
    assert healed is not None
    assert (healed.begins_on, healed.state, healed.late) == (date(2026, 11, 16), "done", False)
    assert row("visit", "2026-11-23").done == 0
    missed.case.refresh_from_db()
    assert missed.case.state == "accepted", "its owner and a second person close it"
    assert missed.case.events.filter(verb="case.comment").count() == 1
    assert Event.objects.get(verb="obligation.fulfilled").payload["missed"] is True


def test_a_visit_after_the_last_working_day_is_done_late(world: World) -> None:
    nights("2026-11-16 10:00", "2026-11-23 00:20", "2026-11-28 00:20", "2026-11-28 00:40")
    assert row("visit", "2026-11-23").state == "missed"
    assert visit("2026-11-28 11:00").late
    assert row("visit", "2026-11-23").state == "done"


def test_a_visit_of_the_next_week_does_not_heal_the_last_one(world: World) -> None:
    nights("2026-11-09 10:00", "2026-11-16 00:20", "2026-11-23 00:20")
    visit("2026-11-23 10:00")
    assert (row("visit", "2026-11-16").state, row("visit", "2026-11-23").state) == ("missed", "done")


def test_who_owes_nothing_or_owed_nothing_yet_gets_no_row(world: World) -> None:
    nights("2026-11-16 10:00", "2026-11-23 00:20")
    told = {"key": "desk.visit", "source": "visit:1", "now": at("2026-11-24 10:00")}
    assert fulfil(subject="elsewhere", at=at("2026-11-23 09:00"), **told) is None  # type: ignore[arg-type]
    assert fulfil(subject="A", at=at("2025-11-23 09:00"), **told) is None  # type: ignore[arg-type]
    with pytest.raises(Refused):
        fulfil(subject="A", at=at("2026-11-25 09:00"), **told)  # type: ignore[arg-type]
    with pytest.raises(KeyError):
        fulfil(key="desk.nothing", subject="A", at=at("2026-11-23 09:00"), source="x")


def test_a_visit_does_not_wait_for_the_worker(world: World) -> None:
    nights("2026-11-16 10:00")
    assert visit("2026-11-24 10:00").state == "done"
    nights("2026-11-25 00:20")
    assert row("visit", "2026-11-23").state == "done"


def test_a_void_record_counts_no_longer(world: World) -> None:
    nights("2026-11-09 10:00", "2026-11-16 00:20")
    visit("2026-11-17 10:00")
    assert withdraw(key="desk.visit", subject="A", source="visit:1", now=at("2026-11-23 10:00")) == 1
    assert row("visit", "2026-11-16").state == "due"
    nights("2026-11-23 10:10", "2026-11-23 10:20")
    assert row("visit", "2026-11-16").state == "missed"
    assert withdraw(key="desk.visit", subject="A", source="visit:1") == 0


def test_a_pass_repeated_makes_nothing_twice(world: World) -> None:
    nights("2026-11-16 10:00", "2026-11-23 00:20", "2026-11-23 00:40", "2026-11-23 13:00")
    generate(now=at("2026-11-23 13:00"))
    assert Obligation.objects.filter(key="desk.visit", begins_on="2026-11-23").count() == 1
    assert Event.objects.filter(verb="obligation.generated", subject="desk.visit").count() == 2


def test_a_worker_dead_for_two_days_loses_no_day_and_doubles_none(world: World) -> None:
    WATCHED["A"] = "open"
    nights("2026-11-22 10:00", "2026-11-23 00:20")
    nights("2026-11-26 09:00", "2026-11-26 09:02", "2026-11-26 09:04", "2026-11-26 09:06")
    assert begun("video") == [date(2026, 11, day) for day in range(23, 27)]
    states = [r.state for r in Obligation.objects.filter(key="desk.video").order_by("begins_on")]
    assert states == ["missed", "missed", "missed", "due"]
    assert Case.objects.filter(kind="not_visited").count() == 3


def test_after_half_a_year_only_the_last_two_months_are_made_up_for(world: World) -> None:
    nights("2026-03-01 10:00", "2026-03-02 00:20", "2026-09-01 09:00")
    assert begun("visit")[:2] == [date(2026, 3, 2), date(2026, 6, 29)]
    assert ("desk.visit", "2026-03-02", "2026-06-30") in gaps()


def test_a_hall_that_closes_owes_nothing_more_and_says_why(world: World) -> None:
    nights("2026-11-16 10:00", "2026-11-23 00:20")
    HALLS["A"] = "closed"
    nights("2026-11-24 00:20")
    closed = row("visit", "2026-11-23")
    assert (closed.state, closed.reason, closed.next_at) == ("cancelled", "gone", None)
    HALLS["A"] = "open"
    nights("2026-11-25 00:20")
    assert row("visit", "2026-11-23").state == "due"


def test_a_hall_that_closed_while_the_worker_was_dead_is_not_missed(world: World) -> None:
    nights("2026-11-09 10:00", "2026-11-16 00:20")
    HALLS["A"] = "closed"
    nights("2026-11-24 09:00", "2026-11-24 09:02", "2026-11-24 09:04")
    assert row("visit", "2026-11-16").state == "cancelled"
    assert not Case.objects.filter(episode__endswith=":2026-11-16").exists()


def test_a_hall_that_opens_on_thursday_is_visited_from_the_next_week_on(world: World) -> None:
    nights("2026-11-16 10:00", "2026-11-23 00:20")
    HALLS["N"] = "open"
    nights("2026-11-26 00:20", "2026-11-30 00:20")
    assert row("visit", "2026-11-23", "N").reason == "begun"
    assert row("visit", "2026-11-30", "N").state == "due"


def test_a_changed_calendar_moves_what_is_open_and_is_logged(world: World) -> None:
    nights("2026-11-16 10:00", "2026-11-23 00:20")
    friday = date(2099, 1, 2)
    Obligation.objects.filter(key="desk.visit", begins_on="2026-11-23").update(
        begins_on="2098-12-29", ends_on="2099-01-04", due_at=datetime.fromisoformat("2099-01-02T15:59:59Z")
    )
    set_days(user=world.chen_jing, days=[(friday, False, "放假")])
    assert local(row("visit", "2098-12-29").due_at) == "2099-01-01 23:59"
    said = Event.objects.get(verb="obligation.recomputed").payload
    assert (said["rows"], said["needed"]) == (1, 1)
    set_days(user=world.chen_jing, days=[(date(2098, 12, day), False, "放假") for day in (29, 30, 31)])
    set_days(user=world.chen_jing, days=[(date(2099, 1, 1), False, "放假")])
    assert (row("visit", "2098-12-29").state, row("visit", "2098-12-29").reason) == ("waived", "calendar")
    remove_days(user=world.chen_jing, on=[date(2098, 12, 30)])
    assert row("visit", "2098-12-29").state == "due"


def test_what_has_run_out_is_not_moved_by_a_calendar(world: World) -> None:
    nights("2025-01-13 10:00", "2025-01-20 00:20", "2025-01-27 00:20")
    set_days(user=world.chen_jing, days=[(date(2025, 1, day), False, "放假") for day in range(20, 27)])
    assert row("visit", "2025-01-20").state == "missed"


def test_a_revised_standard_holds_from_its_date_on(world: World) -> None:
    revise(
        key="desk.visit.times",
        value=Decimal(2),
        valid_from=date(2026, 11, 25),
        user=world.chen_jing,
        note="每周两次",
    )
    nights("2026-11-16 10:00", "2026-11-23 00:20", "2026-11-30 00:20")
    assert [row("visit", day).needed for day in ("2026-11-23", "2026-11-30")] == [1, 2]
    assert row("visit", "2026-11-30").standard.version == 2


def test_an_obligation_that_fails_stops_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    nights("2026-11-16 10:00")
    monkeypatch.setattr(
        "bihuan.kernel.tests.desk.halls.agents", lambda on: (_ for _ in ()).throw(RuntimeError("no agents"))
    )
    with pytest.raises(RuntimeError):
        generate(now=at("2026-11-23 00:20"))
    assert row("visit", "2026-11-23").state == "due"
    assert ObligationRun.objects.get(key="desk.survey").upto == date(2026, 11, 16)


def test_coverage_counts_done_of_needed_and_names_the_waived_apart(world: World) -> None:
    HALLS.update(B="open", C="open")
    nights("2026-11-09 10:00", "2026-11-16 00:20")
    visit("2026-11-17 10:00")
    visit("2026-11-18 10:00", "visit:2")
    visit("2026-11-17 10:00", "visit:3", subject="B")
    HALLS["C"] = "closed"
    nights("2026-11-19 00:20", "2026-11-23 00:20", "2026-11-23 00:40")
    week = next(
        each for each in coverage(world.sun_qian)["desk.visit"] if each.begins_on == date(2026, 11, 16)
    )
    assert (week.done, week.needed, week.met, week.asked, week.cancelled) == (2, 2, 2, 2, 1)
    assert week.share == 1
    assert coverage(world.gao_yuan)["desk.visit"] == []


def test_figures_say_what_is_due_before_tonight(world: World) -> None:
    nights("2026-11-16 10:00", "2026-11-23 00:20", "2026-11-27 00:20")
    found = figures(world.wu_min, at("2026-11-27 10:00"))
    assert (found.due_today, found.due) == (1, 2)


def test_a_duty_that_held_before_the_house_knew_of_it_is_asked_from_then_on_and_begins_once(
    world: World,
) -> None:
    assert begin(key="desk.visit", since=date(2025, 1, 13))
    nights("2025-01-22 10:00")
    assert begun("visit") == [date(2025, 1, 13), date(2025, 1, 20)]
    assert row("visit", "2025-01-13").reason == "", "its week was whole"
    assert not begin(key="desk.visit", since=date(2025, 1, 6))
    assert begun("visit")[0] == date(2025, 1, 13)
