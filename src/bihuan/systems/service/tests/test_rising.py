"""Causes that become more frequent: told to the manager of the unit, listed with their numbers."""

from datetime import date, timedelta
from typing import ClassVar

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.kernel.act.cases import open_case
from bihuan.kernel.act.cases.open import Breach
from bihuan.kernel.models import Case, Cause, Notice, Role, Unit
from bihuan.kernel.tests.desk_world import at
from bihuan.kernel.tests.world import World, account
from bihuan.systems.service.act.alarms import weigh
from bihuan.systems.service.lists.rising import RisingListing
from bihuan.systems.service.models import Area, CauseAlarm, Training
from bihuan.systems.service.read.rising import counted, last_week, of_cause
from bihuan.systems.service.tiles import tiles
from bihuan.web.listing import Listing
from bihuan.web.tests.listing_contract import ListingContract

from .yingkou import Branch, build

pytestmark = pytest.mark.django_db
MONDAY = "2026-04-13 07:40"
"""The week that ended is that of 6 April; twelve weeks before the four watched begin on 22 December."""


@pytest.fixture
def branch() -> Branch:
    return build()


def cause(code: str = "RUDE") -> Cause:
    return Cause.objects.get_or_create(code=code, defaults={"name": f"原因{code}"})[0]


def solved(branch: Branch, week_on: str, n: int, code: str = "RUDE", unit: Unit | None = None) -> None:
    for _ in range(n):
        number = Case.objects.count()
        case, _fresh = open_case(
            breach=Breach(
                kind="call_finding",
                subject=f"X-{number}",
                episode=str(number),
                at=at(f"{week_on} 09:00"),
                unit=unit or branch.repair,
            )
        )
        case.cause, case.resolved_at, case.state = cause(code), at(f"{week_on} 10:00"), "closed"
        case.save()


def a_usual_year(branch: Branch) -> None:
    """One case a fortnight."""
    for n in range(0, 15, 2):
        solved(branch, (date(2025, 12, 23) + timedelta(weeks=n)).isoformat(), 1)


def test_a_jump_is_told_once_to_the_manager_with_its_numbers(branch: Branch) -> None:
    a_usual_year(branch)
    solved(branch, "2026-04-07", 6)
    for now in (MONDAY, "2026-04-14 07:40"):
        weigh(now=at(now))
    row = CauseAlarm.objects.get()
    assert (row.unit, row.cause, row.week_on, row.cases, row.jumped) == (
        branch.branch,
        cause(),
        date(2026, 4, 6),
        6,
        True,
    )
    assert 0.4 < row.expected < 0.6
    assert row.p < 0.05
    notice = Notice.objects.get(key="service.causes_rising")
    assert notice.user == branch.posts["marketing_head"]


def test_the_usual_and_two_cases_alarm_nobody(branch: Branch) -> None:
    a_usual_year(branch)
    solved(branch, "2026-04-07", 2)
    weigh(now=at(MONDAY))
    assert not CauseAlarm.objects.exists()
    assert not Notice.objects.filter(key="service.causes_rising").exists()


def test_each_unit_with_a_manager_is_judged_by_its_own_cases(branch: Branch) -> None:
    other = Unit.objects.create(name="城区供电所", code="DSQ-C", parent=branch.branch)
    account("ren_manager", "任所长", Role.MANAGER, other)
    solved(branch, "2026-04-07", 5, unit=other)
    solved(branch, "2026-04-07", 5, "LATE")
    weigh(now=at(MONDAY))
    found = CauseAlarm.objects.order_by("unit__code", "cause__code").values_list("unit__code", "cause__code")
    assert list(found) == [("DSQ", "LATE"), ("DSQ", "RUDE"), ("DSQ-C", "RUDE")]


def test_a_worker_that_was_dead_on_monday_is_late_by_days_only(branch: Branch) -> None:
    solved(branch, "2026-04-07", 6)
    weigh(now=at("2026-04-16 07:40"))
    assert CauseAlarm.objects.get().week_on == date(2026, 4, 6)


def test_weeks_of_a_cause_add_up_to_its_cases(branch: Branch) -> None:
    a_usual_year(branch)
    solved(branch, "2026-04-07", 6)
    week = last_week(at(MONDAY))
    weeks = of_cause(counted(week, 12), branch.branch.path, cause().pk, week, 12)
    assert (weeks[0].week_on, weeks[0].cases, len(weeks)) == (date(2026, 4, 6), 6, 16)
    assert sum(one.cases for one in weeks) == 14
    assert sum(one.usual for one in weeks) == 12


def test_the_page_shows_weeks_and_trainings_for_the_cause(branch: Branch, client: Client) -> None:
    solved(branch, "2026-04-07", 6)
    weigh(now=at(MONDAY))
    Training.objects.create(
        code="PX-1", unit=branch.branch, held_on="2026-03-10", topic="礼仪", cause=cause(), hours=2
    )
    client.force_login(branch.director)
    page = client.get(reverse("service:rising-cause", args=[CauseAlarm.objects.get().pk]))
    assert "PX-1 礼仪" in page.content.decode()
    assert page.context["weeks"][0].cases == 6
    row = RisingListing(branch.director).base().get()
    assert row.trainings == 1


def test_tiles_stand_with_nothing_and_with_areas(branch: Branch) -> None:
    assert [tile.face for tile in tiles(branch.director)[-2:]] == ["good", "empty"]
    Area.objects.create(code="M-1", name="北关", unit=branch.repair)
    tile = tiles(branch.director)[-1]
    assert (tile.value, tile.tone) == (0, "orange")


class TestRising(ListingContract):
    listing: ClassVar[type[Listing]] = RisingListing

    def make(self, world: World, n: int) -> None:
        first = CauseAlarm.objects.count()
        for number in range(first, first + n):
            CauseAlarm.objects.create(
                unit=world.building,
                cause=cause(f"C{number}"),
                week_on="2026-04-06",
                cases=6,
                expected=0.5,
                p=0.001,
                jumped=True,
                rising=False,
            )
