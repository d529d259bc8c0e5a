"""What is owed of halls, from the standards by the calendar: scenario 23 of the service evaluation."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from bihuan.kernel.act.standards import revise
from bihuan.kernel.models import Case, Obligation, Person
from bihuan.kernel.tests.desk_world import at, local
from bihuan.systems.service import act
from bihuan.systems.service.models import Draw, Hall, Job, Staff
from bihuan.systems.service.read.duties import drawn_on

from .inspecting import Checked, checked, filled, hall, looked, nights, owed, send, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Checked:
    return checked()


def switch(world: Checked, key: str, value: int, day: date) -> None:
    revise(
        key=f"service.{key}", value=Decimal(value), valid_from=day, user=world.branch.director, note="试行"
    )


def keys(code: str) -> set[str]:
    return set(Obligation.objects.filter(subject=code).values_list("key", flat=True))


def test_scenario_23_a_level_2_hall_not_visited_in_its_week_is_missed_and_one_visited_is_not(
    world: Checked, client: Client
) -> None:
    hall(world, "H2-02", 2)
    nights("2025-01-17 10:00", "2025-01-20 00:20")
    with time_machine.travel("2025-01-22 10:00+08:00", tick=False):
        assert (
            send(client, world.visitor, "visit", "H2-02", typed(world, at="2025-01-22 09:40")).status_code
            == 302
        )
    nights("2025-01-27 00:20")
    missed = owed("visit_2", "2025-01-20")
    assert (missed.state, local(missed.due_at)) == ("missed", "2025-01-26 23:59"), (
        "Sunday the 26th was worked"
    )
    assert missed.case is not None
    assert (missed.case.kind, missed.case.owner, missed.case.unit) == (
        "duty_missed",
        world.visitor,
        world.halls,
    )
    assert owed("visit_2", "2025-01-20", "H2-02").state == "done"
    client.force_login(world.visitor)
    with time_machine.travel("2025-01-27 09:00+08:00", tick=False):
        page = client.get(reverse("service:coverage"), {"duty": "weekly"}).content.decode()
    assert reverse("case", args=[missed.case.number]) in page


def test_scenario_23_a_week_without_working_day_is_waived_by_the_calendar(
    world: Checked, client: Client
) -> None:
    nights("2026-02-06 10:00", "2026-02-16 00:20", "2026-02-24 00:20")
    row = owed("visit_2", "2026-02-16")
    assert (row.state, row.reason, row.case) == ("waived", "calendar", None)
    client.force_login(world.visitor)
    with time_machine.travel("2026-02-18 09:00+08:00", tick=False):
        (week,) = [
            group for group in client.get(reverse("service:due")).context["groups"] if group.period == "week"
        ]
    assert (week.owed, week.calendar) == ([], True)


def test_scenario_23_switched_on_halls_that_are_open_then_still_owe_it(world: Checked) -> None:
    Hall.objects.update(open_all_year=True)
    hall(world, "H2-02", 2)
    switch(world, "visit.all_year", 1, date(2026, 2, 1))
    nights("2026-02-06 10:00", "2026-02-16 00:20")
    row = owed("visit_2", "2026-02-16")
    assert (row.state, local(row.due_at)) == ("due", "2026-02-22 23:59")
    assert not Obligation.objects.filter(
        subject="H2-02", begins_on="2026-02-16", key="service.visit_2"
    ).exists()


def test_scenario_23_one_visit_a_month_is_enough_for_a_rural_hall_of_level_3(world: Checked) -> None:
    rural = hall(world, "H3-01", 3)
    nights("2025-02-28 10:00", "2025-03-01 00:20")
    looked(world, "2025-03-04 10:00", where=rural)
    nights("2025-04-01 00:20")
    row = owed("visit_other", "2025-03-01", "H3-01")
    assert (row.state, row.needed, row.done) == ("done", 1, 1)


def test_scenario_23_a_hall_of_level_1_is_visited_weekly_with_the_note_that_this_is_ours(
    world: Checked, client: Client
) -> None:
    hall(world, "H1-01", 1)
    nights("2025-03-07 10:00", "2025-03-10 00:20")
    row = owed("visit_1", "2025-03-10", "H1-01")
    assert (row.state, row.standard.origin) == ("due", "ours")
    client.force_login(world.visitor)
    with time_machine.travel("2025-03-11 09:00+08:00", tick=False):
        page = client.get(reverse("service:due"))
        coverage = client.get(reverse("service:coverage"), {"duty": "weekly"})
    silent = {each.row.subject for group in page.context["groups"] for each in group.owed if each.silent}
    assert silent == {"H1-01"}
    assert [line["silent"] for line in coverage.context["lines"]] == [True, False]


def test_each_hall_is_owed_the_visits_of_its_level(world: Checked) -> None:
    for code, level, urban in (("H1-01", 1, True), ("H3-01", 3, True), ("H3-02", 3, False)):
        hall(world, code, level, urban=urban)
    nights("2025-03-07 10:00", "2025-03-10 00:20")
    assert [keys(code) - {"service.inspection"} for code in ("H1-01", "H2-01", "H3-01", "H3-02")] == [
        {"service.video", "service.visit_1"},
        {"service.video", "service.visit_2"},
        {"service.video", "service.visit_urban"},
        {"service.video", "service.visit_other"},
    ]


def test_a_video_check_is_owed_on_each_day_the_hall_is_open(world: Checked) -> None:
    hall(world, "H1-01", 1, open_all_year=True)
    nights("2026-11-26 10:00", *(f"2026-11-{day} 00:20" for day in range(27, 31)))
    rows = Obligation.objects.filter(key="service.video").order_by("begins_on")
    found = {
        code: [f"{row.begins_on:%d}" for row in rows if row.subject == code] for code in ("H1-01", "H2-01")
    }
    assert found == {"H1-01": ["27", "28", "29", "30"], "H2-01": ["27", "30"]}
    assert {row.owner for row in rows} == {world.watcher}


def test_switched_off_a_check_on_a_day_of_rest_is_waived(world: Checked) -> None:
    Hall.objects.update(open_all_year=True)
    switch(world, "video.all_year", 0, date(2026, 11, 1))
    nights("2026-11-26 10:00", "2026-11-28 00:20")
    assert [owed("video", f"2026-11-{day}").state for day in (27, 28)] == ["missed", "waived"]


def test_who_watches_is_told_which_halls_are_due_today(world: Checked, client: Client) -> None:
    hall(world, "H3-02", 3)
    nights("2026-11-26 10:00", "2026-11-27 00:20")
    looked(world, "2026-11-27 09:00", world.watcher, kind="video")
    client.force_login(world.watcher)
    with time_machine.travel("2026-11-27 10:00+08:00", tick=False):
        page = client.get(reverse("service:due"))
        home = client.get("/").content.decode()
    (today,) = page.context["groups"]
    assert ([each.row.subject for each in today.owed], today.done) == (["H3-02"], 1)
    assert reverse("service:inspect", args=["video", "H3-02"]) in page.content.decode()
    assert reverse("service:due") in home


def test_a_hall_that_has_closed_owes_nothing_more(world: Checked) -> None:
    Hall.objects.update(closed_on="2026-11-27")
    nights("2026-11-26 10:00", "2026-11-27 00:20")
    assert not Obligation.objects.exists()


def drawn(world: Checked, codes: list[str], **more: Any) -> Draw:
    return Draw.objects.create(
        kind="halls",
        year=2026,
        quarter=1,
        unit=world.branch.branch,
        commitment="c",
        plan_version="halls-1",
        called_at=at("2025-12-20 09:00"),
        called_by=world.branch.director,
        committed_at=at("2025-12-20 09:00"),
        opened_at=at("2026-01-02 09:00"),
        drawn=[["2026Q1|L3|new", codes]],
        **more,
    )


def test_halls_drawn_for_the_survey_are_inspected_in_the_same_quarter(world: Checked) -> None:
    for code in ("H3-01", "H3-02", "H3-03"):
        hall(world, code, 3)
    drawn(world, ["H3-02"])
    nights("2025-12-31 10:00", "2026-01-05 00:20")
    rows = Obligation.objects.filter(key="service.inspection")
    assert sorted(rows.values_list("subject", flat=True)) == ["H2-01", "H3-02"]
    assert {(row.state, row.owner) for row in rows} == {("due", world.inspector)}
    switch(world, "inspection.every", 1, date(2026, 1, 6))
    nights("2026-01-06 00:20")
    assert rows.all().count() == 4


def test_a_draw_that_was_withdrawn_or_not_opened_says_nothing(world: Checked) -> None:
    drawn(world, ["H3-01"], withdrawn_at=at("2026-01-03 09:00"))
    Draw.objects.filter(pk=drawn(world, ["H3-02"]).pk).update(opened_at=None)
    assert drawn_on(date(2026, 2, 1)) == set()


def test_the_centre_where_agents_work_is_inspected_each_quarter(world: Checked, client: Client) -> None:
    person = Person.objects.create(number="8011", name="兰座席", unit=world.branch.repair)
    Staff.objects.create(person=person, team=world.branch.repair, job=Job.AGENT)
    nights("2025-12-31 10:00", "2026-01-05 00:20")
    row = owed("centre", "2026-01-01", "DSQ-R")
    group = world.branch.posts["assessment_group"]
    assert (row.state, row.owner) == ("due", group)
    items = world.items("centre")
    data = {"number": "Z-1", "card": world.cards["centre"].pk, "at": "2026-01-06T09:00"}
    data |= {f"mark-{item.pk}": str(item.points) for item in items}
    with time_machine.travel("2026-01-06 10:00+08:00", tick=False):
        assert send(client, group, "scored", "DSQ-R", data).status_code == 302
        assert send(client, group, "visit", "DSQ-R", data).status_code == 404
    assert owed("centre", "2026-01-01", "DSQ-R").state == "done"


def test_a_visit_that_is_recorded_late_heals_its_week_and_the_case_is_told(world: Checked) -> None:
    nights("2025-01-17 10:00", "2025-01-20 00:20", "2025-01-27 00:20")
    case = Case.objects.get(kind="duty_missed", subject="H2-01", episode="service.visit_2:2025-01-20")
    act.inspect(filled=filled(world, "2025-01-23 10:00"), by=world.visitor, now=at("2025-01-28 09:00"))
    assert owed("visit_2", "2025-01-20").state == "done"
    assert case.events.filter(verb="case.comment").exists()
