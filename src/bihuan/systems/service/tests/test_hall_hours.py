"""What opening hours change: windows of questions, what is owed, and which checks count."""

from datetime import date
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bihuan.inputs import BadInput
from bihuan.kernel.models import Obligation, ObligationState, Place
from bihuan.kernel.tests.world import World
from bihuan.systems.service.lists.hall_days import HallDaysListing
from bihuan.systems.service.lists.halls import HallsTransfer
from bihuan.systems.service.models import Hall, HallDay, Inspection
from bihuan.systems.service.read.opening import openings
from bihuan.web.listing import Listing
from bihuan.web.listing.furnish import bring_new
from bihuan.web.tests.listing_contract import ListingContract
from bihuan.web.tests.sheets import xlsx
from bihuan.web.tests.test_transfer_people import bring, counts, plan_of

from .inspecting import Checked, checked, hall, looked, nights, owed, send, typed


class TestHallDays(ListingContract):
    listing: ClassVar[type[Listing]] = HallDaysListing

    def make(self, world: World, n: int) -> None:
        start = HallDay.objects.count()
        for number in range(start, start + n):
            place = Place.objects.create(code=f"H-{number}", name=f"江州{number}", unit=world.building)
            row = Hall.objects.create(place=place, level=3)
            HallDay.objects.create(hall=row, on=timezone.localdate(), note="江州装修")


pytestmark = pytest.mark.django_db
WEEK = "Mon-Fri 08:30-11:30 13:30-17:00; Sat 09:00-12:00"


@pytest.fixture
def world() -> Checked:
    world = checked()
    Hall.objects.filter(pk=world.hall.pk).update(hours=WEEK)
    world.hall.refresh_from_db()
    return world


def closed(world: Checked, *days: str, hours: str = "") -> None:
    for day in days:
        HallDay.objects.create(hall=world.hall, on=day, hours=hours, note="装修")


def test_customers_are_asked_only_while_the_hall_is_open(world: Checked) -> None:
    closed(world, "2026-03-03")
    closed(world, "2026-03-04", hours="10:00-12:00")
    found = [
        f"{each.on:%m-%d} {each.opens:%H:%M}-{each.closes:%H:%M}"
        for each in openings(world.hall, date(2026, 3, 2), date(2026, 3, 8))
    ]
    weekdays = [f"03-{day} {span}" for day in ("02", "05", "06") for span in ("08:30-11:30", "13:30-17:00")]
    assert found == sorted([*weekdays, "03-04 10:00-12:00", "03-07 09:00-12:00"])


def test_a_video_check_is_owed_on_the_days_on_which_the_hall_opens(world: Checked) -> None:
    closed(world, "2026-03-03")
    nights("2026-03-01 06:00", *(f"2026-03-0{day} 06:00" for day in range(2, 9)))
    days = Obligation.objects.filter(key="service.video", subject="H2-01").exclude(state="cancelled")
    assert [row.begins_on.day for row in days.order_by("begins_on")] == [2, 4, 5, 6, 7]


def test_a_hall_that_closes_today_owes_no_check_any_more(world: Checked) -> None:
    nights("2026-03-01 06:00", "2026-03-03 06:00")
    assert owed("video", "2026-03-03").state == ObligationState.DUE
    closed(world, "2026-03-03")
    nights("2026-03-03 10:00", "2026-03-04 06:00")
    assert owed("video", "2026-03-03").state == ObligationState.CANCELLED


def test_a_week_in_which_a_hall_is_closed_owes_no_visit(world: Checked) -> None:
    other = hall(world, "H2-02", 2)
    closed(world, *(f"2026-03-{day:02d}" for day in range(9, 15)))
    nights("2026-03-01 06:00", "2026-03-09 06:00")
    rows = Obligation.objects.filter(key="service.visit_2", begins_on="2026-03-09")
    assert [row.subject for row in rows] == [other.code]


@pytest.mark.parametrize(
    ("when", "counts"),
    [
        ("2026-03-03 10:00", True),
        ("2026-03-03 12:15", False),  # at lunch
        ("2026-03-03 08:29", False),
        ("2026-03-03 17:00", True),
        ("2026-03-03 19:40", False),
    ],
)
def test_a_check_counts_only_while_the_hall_is_open(world: Checked, when: str, counts: bool) -> None:
    nights("2026-03-01 06:00", "2026-03-03 06:00")
    row = looked(world, when, kind="video", by=world.watcher)
    assert row.outside is not counts
    assert (owed("video", "2026-03-03").state == ObligationState.DONE) is counts


def test_where_no_hours_are_known_no_check_is_judged_by_them(world: Checked) -> None:
    Hall.objects.update(hours="")
    world.hall.refresh_from_db()
    nights("2026-03-01 06:00", "2026-03-03 06:00")
    assert not looked(world, "2026-03-03 12:15", kind="video", by=world.watcher).outside
    assert owed("video", "2026-03-03").state == ObligationState.DONE


def test_the_pages_say_when_a_hall_is_closed(world: Checked, client: Client, time_machine: Any) -> None:
    nights("2026-03-01 06:00", "2026-03-03 06:00")
    time_machine.move_to("2026-03-03T12:10:00+08:00", tick=False)
    client.force_login(world.watcher)
    assert "今天 08:30-11:30 13:30-17:00 营业" in client.get(reverse("service:due")).content.decode()
    sheet = client.get(reverse("service:inspect", args=["video", "H2-01"])).content.decode()
    assert "此时营业厅未营业" in sheet
    send(client, world.watcher, "video", "H2-01", typed(world, "video", at="2026-03-03 12:05"))
    row = Inspection.objects.get()
    assert "在营业时间之外" in client.get(reverse("service:inspection", args=[row.pk])).content.decode()


def test_the_hours_of_halls_come_from_a_file_and_go_out_in_words(world: Checked, tmp_path: Path) -> None:
    names = ["编号", "名称", "单位", "等级", "营业时间"]
    file = xlsx(tmp_path / "halls.xlsx", names, ["H2-01", "南关营业厅", "DSQ-H", 2, "周一至周五 9:00-17:00"])
    assert counts(bring(file, world.branch.director, HallsTransfer))[3] == 0
    assert Hall.objects.get(place__code="H2-01").hours == "Mon-Fri 09:00-17:00"
    bad = xlsx(tmp_path / "bad.xlsx", names, ["H2-01", "南关营业厅", "DSQ-H", 2, "周一至周五 17:00-9:00"])
    (fault,) = plan_of(bad, world.branch.director, HallsTransfer).errors
    assert "17:00-9:00" in fault.message
    assert "8:30-11:30" in fault.message, "it says how to write it"


def test_hours_are_kept_on_the_page_of_the_hall(world: Checked, client: Client) -> None:
    client.force_login(world.branch.director)
    url = reverse("service:hall", args=["H2-01"])
    assert "周一至周五 08:30-11:30 13:30-17:00; 周六 09:00-12:00" in client.get(url).content.decode()
    data = {"name": "南关营业厅", "unit": world.halls.pk, "level": 2, "footfall": 0}
    wrong = client.post(url, {**data, "hours": "周末看情况"})
    assert wrong.status_code == 422
    assert "周末看情况" in wrong.content.decode()
    assert client.post(url, {**data, "hours": "每天 9:00-16:00"}).status_code == 302
    assert Hall.objects.get(place__code="H2-01").hours == "Mon-Sun 09:00-16:00"


def test_single_days_come_from_a_file_once_and_the_later_word_holds(world: Checked) -> None:
    row = {"hall__place__code": "H2-01", "on": "2026-03-03", "hours": "", "note": "装修"}
    bring_new("hall-days", [row])
    bring_new("hall-days", [{**row, "hours": "照常"}], over=True)
    kept = HallDay.objects.get()
    assert (kept.hours, kept.note) == ("usual", "装修")
    with pytest.raises(BadInput, match="row 2: hours"):
        bring_new("hall-days", [{**row, "hours": "上午"}], over=True)
    with pytest.raises(BadInput, match="row 2: hall__place__code"):
        bring_new("hall-days", [{**row, "hall__place__code": "H9"}])


def test_a_day_is_entered_on_the_page(world: Checked, client: Client) -> None:
    client.force_login(world.branch.director)
    data = {"hall": world.hall.pk, "on": "2026-03-05", "hours": "9:00-11:00", "note": "停电检修"}
    assert client.post(reverse("service:hall-day-new"), data).status_code == 302
    assert HallDay.objects.get().hours == "09:00-11:00"
