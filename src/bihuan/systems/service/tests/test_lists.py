"""Halls, staff and areas keep the contract of tables, and come in from files."""

from pathlib import Path
from typing import ClassVar

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.kernel.models import Event, Place
from bihuan.kernel.tests.world import World, build, person
from bihuan.systems.service.lists.halls import HallsListing, HallsTransfer
from bihuan.systems.service.lists.staff import AreasListing, AreasTransfer, StaffListing, StaffTransfer
from bihuan.systems.service.models import Area, Hall, Job, Staff
from bihuan.web.listing import Listing
from bihuan.web.tests.listing_contract import ListingContract
from bihuan.web.tests.sheets import xlsx
from bihuan.web.tests.test_transfer_people import bring, counts


def hall(world: World, code: str, level: int = 3, **more: object) -> Hall:
    place = Place.objects.create(code=code, name=f"{code}营业厅", unit=world.building)
    return Hall.objects.create(place=place, level=level, **more)


def reader(world: World, number: str) -> Staff:
    row = person(number, f"抄表{number}", world.building, f"00{number[1:]}")
    return Staff.objects.create(person=row, team=world.building, job=Job.READER)


class TestHalls(ListingContract):
    listing: ClassVar[type[Listing]] = HallsListing

    def make(self, world: World, n: int) -> None:
        start = Hall.objects.count()
        for number in range(start, start + n):
            hall(world, f"H3-{number:02d}", closed_on="2026-01-31")


class TestStaff(ListingContract):
    listing: ClassVar[type[Listing]] = StaffListing

    def make(self, world: World, n: int) -> None:
        start = Staff.objects.count()
        for number in range(start, start + n):
            reader(world, f"R90807{number:02d}")


class TestAreas(ListingContract):
    listing: ClassVar[type[Listing]] = AreasListing

    def make(self, world: World, n: int) -> None:
        start = Area.objects.count()
        for number in range(start, start + n):
            Area.objects.create(
                code=f"M-{number:02d}",
                name="北关",
                unit=world.building,
                reader=reader(world, f"R80807{number:02d}"),
            )


@pytest.fixture
def world(db: None) -> World:
    return build()


def test_halls_come_in_with_their_places_and_once(world: World, tmp_path: Path) -> None:
    sheet = xlsx(
        tmp_path / "halls.xlsx",
        ["编号", "名称", "单位", "等级", "市区", "季度客流"],
        ["H1-01", "市中心营业厅", "SKL", 1, "是", 12000],
        ["SKL-301", "细胞室营业厅", "SKL", 3, "否", ""],
    )
    assert counts(bring(sheet, world.sun_qian, HallsTransfer)) == (2, 0, 0, 0)
    assert counts(bring(sheet, world.sun_qian, HallsTransfer)) == (0, 0, 2, 0)
    first = Hall.objects.get(place__code="H1-01")
    assert (first.level, first.urban, first.footfall, first.place.unit) == (1, True, 12000, world.building)
    assert Place.objects.get(code="SKL-301").name == "细胞室营业厅"


def test_half_of_the_staff_unknown_brings_nothing_and_names_each(world: World, tmp_path: Path) -> None:
    sheet = xlsx(
        tmp_path / "staff.xlsx",
        ["工号", "班组", "岗位"],
        ["S001", "SKL", "抄表员"],
        ["S404", "SKL", "抄表员"],
        ["S002", "不存在", "95598座席员"],
    )
    plan = bring_wrong(sheet, world)
    assert (plan, Staff.objects.count()) == (2, 0)


def bring_wrong(sheet: Path, world: World) -> int:
    from bihuan.web.listing.transfer.plan import make_plan

    return make_plan(sheet, StaffTransfer(world.sun_qian)).wrong


def test_staff_and_areas_come_in_with_their_reader(world: World, tmp_path: Path) -> None:
    staff = xlsx(tmp_path / "staff.xlsx", ["工号", "班组", "岗位"], ["S001", "SKL", "抄表员"])
    bring(staff, world.sun_qian, StaffTransfer)
    areas = xlsx(
        tmp_path / "areas.xlsx",
        ["编号", "名称", "单位", "抄表员", "客户数"],
        ["M-1", "北关", "SKL", "S001", 820],
    )
    assert counts(bring(areas, world.sun_qian, AreasTransfer)) == (1, 0, 0, 0)
    assert counts(bring(areas, world.sun_qian, AreasTransfer)) == (0, 0, 1, 0)
    area = Area.objects.get()
    assert (str(area.reader), area.customers) == ("张三", 820)


def test_a_hall_is_made_and_changed_on_its_page_with_its_place(world: World, client: Client) -> None:
    client.force_login(world.sun_qian)
    fields = {"code": "H2-01", "name": "南关营业厅", "unit": world.building.pk, "level": 2, "footfall": 900}
    assert client.post(reverse("service:hall-new"), fields).status_code == 302
    row = Hall.objects.get(place__code="H2-01")
    changed = {**fields, "name": "南关供电营业厅", "urban": "on"}
    assert client.post(reverse("service:hall", args=["H2-01"]), changed).status_code == 302
    row.refresh_from_db()
    assert (row.urban, row.place.name) == (True, "南关供电营业厅")
    verbs = Event.objects.filter(subject__in=[f"hall:{row.pk}", f"place:{row.place_id}"]).order_by("pk")
    assert [event.verb for event in verbs] == [
        "place.created",
        "hall.created",
        "place.changed",
        "hall.changed",
    ]
    assert client.post(reverse("service:hall-new"), fields).status_code == 422, "the code is taken"


def test_a_member_is_added_by_number_once(world: World, client: Client) -> None:
    client.force_login(world.sun_qian)
    fields = {"number": "S001", "team": world.building.pk, "job": "reader"}
    assert client.post(reverse("service:member-new"), fields).status_code == 302
    assert client.post(reverse("service:member-new"), fields).status_code == 422
    assert client.post(reverse("service:member-new"), {**fields, "number": "S404"}).status_code == 422
    row = Staff.objects.get()
    assert client.get(reverse("service:member", args=[row.pk])).status_code == 200
