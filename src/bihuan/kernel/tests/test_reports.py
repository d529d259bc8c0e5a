"""Reports: due by rule, made once however long the worker was away, later versions, publication."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from bihuan.kernel import clock, jobs
from bihuan.kernel.act import calendar as calendar_act
from bihuan.kernel.act import reports as act
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.act.standards import revise, seed
from bihuan.kernel.models import Case, Event, Job, Notice, Report, ReportVersion, Standard
from bihuan.kernel.read import reports as read
from bihuan.kernel.registry import report_specs
from bihuan.kernel.rules.periods import Period
from bihuan.kernel.tests.world import World, a_case, build

pytestmark = pytest.mark.django_db

ZONE = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.fixture
def world() -> World:
    calendar_act.seed()
    seed()
    return build()


@pytest.fixture(autouse=True)
def only_the_work_reports(monkeypatch: pytest.MonkeyPatch) -> None:
    """In two of their four sections, for the two upper levels: planning is tested here, and not reading."""
    specs = {
        key: (system, replace(spec, sections=(spec.sections[0], spec.sections[2]), levels=(0, 1)))
        for key, (system, spec) in report_specs().items()
        if key.startswith("work.")
    }
    for module in (act, read):
        monkeypatch.setattr(module, "report_specs", lambda: specs)


def night(text: str) -> None:
    """The worker at this instant: clock, then the jobs that wait."""
    with time_machine.travel(at(text), tick=False):
        act.plan(now=timezone.now())
        for row in Report.objects.filter(next_at__lte=timezone.now()):
            row.next_at = act.fire(row=row, now=timezone.now())
            row.save()
        while jobs.run_next("w"):
            pass


def quarters(world: World) -> Any:
    return Report.objects.filter(key="work.quarter", unit=world.root).order_by("first_on")


def test_the_quarters_of_2025_are_due_on_the_days_of_the_rule(world: World) -> None:
    spec = report_specs()["work.quarter"][1]
    found = [str(read.due(spec, Period.read(f"2025-Q{n}", ZONE)).deadline.due_on) for n in (1, 2, 3, 4)]
    assert found == ["2025-04-03", "2025-07-04", "2025-10-09", "2026-01-05"]


def test_a_report_waits_for_the_first_working_day_and_is_made_at_six(world: World) -> None:
    night("2025-09-15T12:00")
    row = quarters(world).get()
    assert (row.opens_at, row.due_at.date()) == (at("2025-10-09T06:00"), date(2025, 10, 9))
    night("2025-10-09T05:59")
    assert not ReportVersion.objects.filter(report=row).exists()
    night("2025-10-09T06:00")
    row.refresh_from_db()
    assert row.state == "assembled"
    assert row.versions.get().number == 1


def test_a_worker_that_was_dead_for_months_makes_every_report_once(world: World) -> None:
    night("2025-03-10T12:00")
    night("2025-10-10T12:00")
    night("2025-10-10T13:30")
    assert [str(read.period_of(row)) for row in quarters(world)] == [
        "2025-Q1",
        "2025-Q2",
        "2025-Q3",
        "2025-Q4",
    ]
    assert [row.versions.count() for row in quarters(world)] == [1, 1, 1, 0]
    months = Report.objects.filter(key="work.month", unit=world.beishan)
    assert months.count() == 8
    assert all(row.versions.count() == 1 for row in months if row.opens_at <= at("2025-10-10T12:00"))


def test_no_report_is_owed_for_the_time_before_the_house_was_there(world: World) -> None:
    night("2025-09-15T12:00")
    assert {str(read.period_of(row)) for row in Report.objects.all()} == {"2025-09", "2025-Q3"}


def test_late_data_make_a_second_version_that_names_the_changed_numbers(world: World) -> None:
    a_case(world, "offline", "DNA01", at=at("2025-09-10T09:00"))
    night("2025-09-15T12:00")
    night("2025-10-09T06:00")
    row = quarters(world).first()
    first = row.versions.get()
    a_case(world, "offline", "DNA02", at=at("2025-09-30T23:30"))
    with time_machine.travel(at("2025-10-09T15:00"), tick=False):
        act.again(row=row, user=world.chen_jing)
        jobs.run_next("w")
    second = read.newest(row)
    assert second is not None
    assert second.number == 2
    changed = {tuple(one["at"]): (one["before"], one["after"]) for one in second.changes}
    assert changed["flow", "opened", "", ""] == (1, 2)
    assert changed["kinds", "kinds", "offline", "opened"] == (1, 2)
    first.refresh_from_db()
    assert read.intact(first)
    assert first.content["sections"][0]["figures"][0]["value"] == 1


def test_making_it_again_without_new_data_makes_no_version(world: World) -> None:
    row = act.row_for(
        spec=report_specs()["work.month"][1], unit=world.root, period=Period.read("2025-09", ZONE)
    )
    version, fresh = act.assemble(row=row)
    assert (version.number, fresh) == (1, True)
    assert act.assemble(row=row) == (version, False)


def test_who_changes_what_was_frozen_is_found_out(world: World) -> None:
    row = act.row_for(
        spec=report_specs()["work.month"][1], unit=world.root, period=Period.read("2025-09", ZONE)
    )
    version, _fresh = act.assemble(row=row)
    assert read.intact(version)
    version.content["sections"][0]["figures"][0]["value"] = 99
    version.save()
    assert not read.intact(version)
    with pytest.raises(Refused):
        act.publish(row=row, number=1, user=world.chen_jing)


def test_people_are_told_once_when_it_is_not_published_in_time(world: World) -> None:
    night("2025-09-15T12:00")
    night("2025-10-09T06:00")
    assert not Notice.objects.filter(key="report.late").exists()
    night("2025-10-10T00:00")
    night("2025-10-11T00:00")
    row = quarters(world).first()
    told = Notice.objects.filter(key="report.late", params__report=row.pk)
    assert [notice.user for notice in told] == [world.chen_jing]
    assert abs(told.get().at - row.due_at) < timedelta(seconds=1)
    assert Event.objects.filter(verb="report.late", subject=f"report:{row.pk}").count() == 1


def test_a_unit_without_manager_has_the_next_one_above_told(world: World) -> None:
    row = act.row_for(
        spec=report_specs()["work.month"][1], unit=world.building, period=Period.read("2025-09", ZONE)
    )
    assert read.people_of(row) == [world.sun_qian]


def test_a_report_published_in_time_troubles_nobody(world: World) -> None:
    night("2025-09-15T12:00")
    night("2025-10-09T06:00")
    with time_machine.travel(at("2025-10-09T12:00"), tick=False):
        for row in Report.objects.filter(state="assembled"):
            act.publish(row=row, number=1, user=world.chen_jing)
    night("2025-10-12T12:00")
    assert not Notice.objects.filter(key="report.late").exists()


def test_a_job_that_failed_is_asked_for_again(world: World) -> None:
    night("2025-09-15T12:00")
    row = quarters(world).get()
    with time_machine.travel(at("2025-10-09T06:00"), tick=False):
        row.next_at = act.fire(row=row, now=timezone.now())
        row.save()
        while jobs._take("w"):
            pass
        Job.objects.update(state="failed")
    assert row.next_at == at("2025-10-09T07:00")
    night("2025-10-09T07:00")
    row.refresh_from_db()
    assert row.state == "assembled"


def test_days_follow_the_calendar_and_the_standard_until_it_is_made(world: World) -> None:
    night("2025-09-15T12:00")
    with time_machine.travel(at("2025-09-16T12:00"), tick=False):
        calendar_act.set_days(user=world.admin, days=[(date(2025, 10, 9), False, "停电")])
        revise(
            key="reports.month_day",
            value=Decimal(15),
            valid_from=date(2025, 9, 1),
            user=world.chen_jing,
            note="试行",
        )
    night("2025-09-16T13:00")
    row = quarters(world).get()
    assert (row.opens_at, row.due_at.date()) == (at("2025-10-10T06:00"), date(2025, 10, 10))
    month = Report.objects.get(key="work.month", unit=world.root)
    assert month.due_at.date() == date(2025, 10, 15)
    assert month.standard == Standard.objects.get(key="reports.month_day", version=2)
    assert Event.objects.filter(verb="report.due_moved", subject=f"report:{row.pk}").count() == 1


def test_publishing_again_ends_the_link_before(world: World) -> None:
    row = act.row_for(
        spec=report_specs()["work.month"][1], unit=world.root, period=Period.read("2025-09", ZONE)
    )
    act.assemble(row=row)
    first = act.publish(row=row, number=1, user=world.chen_jing)
    second = act.publish(row=row, number=1, user=world.chen_jing)
    assert first.token != second.token
    assert read.by_token(first.token) is None
    assert read.by_token(second.token) == second
    act.withdraw(row=row, user=world.chen_jing)
    assert read.by_token(second.token) is None
    verbs = list(Event.objects.filter(verb__startswith="report.p").values_list("verb", flat=True))
    assert verbs == ["report.published"] * 2
    assert Event.objects.filter(verb="report.withdrawn").count() == 2


def test_a_link_ends_with_its_day(world: World) -> None:
    row = act.row_for(
        spec=report_specs()["work.month"][1], unit=world.root, period=Period.read("2025-09", ZONE)
    )
    act.assemble(row=row)
    with pytest.raises(Refused):
        act.publish(row=row, number=1, user=world.chen_jing, expires_at=timezone.now() - timedelta(days=1))
    given = act.publish(
        row=row, number=1, user=world.chen_jing, expires_at=timezone.now() + timedelta(days=1)
    )
    assert read.by_token(given.token) == given
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert read.by_token(given.token) is None


@pytest.mark.parametrize("who", ["he_jia", "wu_min", "gao_yuan"])
def test_who_is_no_manager_of_the_unit_publishes_nothing(world: World, who: str) -> None:
    row = act.row_for(
        spec=report_specs()["work.month"][1], unit=world.building, period=Period.read("2025-09", ZONE)
    )
    act.assemble(row=row)
    with pytest.raises(Refused):
        act.publish(row=row, number=1, user=getattr(world, who))


def test_the_share_in_time_has_its_n_and_interval_or_is_withheld(world: World) -> None:
    for n in range(12):
        case = a_case(world, "offline", f"D{n}", at=at("2025-09-01T09:00"))
        fixed = at("2025-09-02T09:00") if n else at("2025-09-20T09:00")
        Case.objects.filter(pk=case.pk).update(resolved_at=fixed, due_at=at("2025-09-03T09:00"))
    spec = report_specs()["work.month"][1]
    flow = read.content(spec, world.building, Period.read("2025-09", ZONE))["sections"][0]
    share = next(figure for figure in flow["figures"] if figure["key"] == "in_time")
    assert (share["value"], share["n"]) == (0.916667, 12)
    assert share["interval"] == [pytest.approx(0.646, abs=1e-3), pytest.approx(0.985, abs=1e-3)]
    empty = read.content(spec, world.beishan, Period.read("2025-09", ZONE))["sections"][0]
    share = next(figure for figure in empty["figures"] if figure["key"] == "in_time")
    assert share["value"] is None
    assert "10" in share["withheld"]["en"]


def test_the_clock_runs_reports_as_every_other_timer(world: World) -> None:
    with time_machine.travel(at("2025-09-15T12:00"), tick=False):
        act.plan(now=timezone.now())
    with time_machine.travel(at("2025-10-09T06:00"), tick=False):
        clock.run_due()
        assert jobs.run_next("w")
    assert ReportVersion.objects.exists()
