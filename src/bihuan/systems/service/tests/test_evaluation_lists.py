"""Items, entered figures and indices as records, tables and files."""

from pathlib import Path
from typing import ClassVar

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.kernel.scope import visible
from bihuan.kernel.tests.world import World
from bihuan.systems.service.lists.evaluation import (
    ItemsListing,
    ItemsTransfer,
    ReadingsListing,
    ReadingsTransfer,
)
from bihuan.systems.service.lists.external import IndicesListing
from bihuan.systems.service.models import ExternalIndex, Item, Reading
from bihuan.web.listing import Listing
from bihuan.web.listing.transfer.plan import make_plan
from bihuan.web.tests.listing_contract import ListingContract
from bihuan.web.tests.sheets import xlsx
from bihuan.web.tests.test_transfer_people import bring, counts

from .yingkou import Branch, build


@pytest.fixture
def branch(db: None) -> Branch:
    return build()


def test_figures_come_from_a_file_and_are_found_again(branch: Branch, tmp_path: Path) -> None:
    head = ["评价项目", "单位", "营业厅", "季度", "得分", "样本量", "标准差", "来源"]
    rows = [
        ["营业厅服务", "DSQ", "", "2026Q3", 82.25, 400, 20, "问卷"],
        ["hall", "DSQ", "H2-01", "2026-Q3", 79, "", "", "电话"],
        ["Meter reading and billing", "DSQ", "", "2026-Q3", 76.5, 300, 18, "问卷"],
    ]
    sheet = xlsx(tmp_path / "a.xlsx", head, *rows)
    assert counts(bring(sheet, branch.director, ReadingsTransfer)) == (3, 0, 0, 0)
    rows[0][4] = 83
    sheet = xlsx(tmp_path / "b.xlsx", head, *rows)
    assert counts(bring(sheet, branch.director, ReadingsTransfer)) == (0, 1, 2, 0)
    assert Reading.objects.get(item__key="hall", hall=None).value == 83


def test_a_figure_that_cannot_be_is_refused_by_row(branch: Branch, tmp_path: Path) -> None:
    sheet = xlsx(
        tmp_path / "a.xlsx",
        ["评价项目", "单位", "营业厅", "季度", "得分", "来源"],
        ["天气", "DSQ", "", "2026-Q3", 82, "问卷"],
        ["hall", "DSQ", "", "2026-13", 82, "问卷"],
        ["hall", "DSQ", "", "2026-Q3", 182, "问卷"],
        ["hall", "DSQ-R", "H2-01", "2026-Q3", 82, "问卷"],
        ["hall", "DSQ", "", "2026-Q3", 82, ""],
    )
    plan = make_plan(sheet, ReadingsTransfer(branch.director))
    assert [error.row for error in plan.errors] == [2, 3, 4, 5, 6]


def test_items_come_from_a_file_under_a_plain_key(branch: Branch, tmp_path: Path) -> None:
    sheet = xlsx(tmp_path / "a.xlsx", ["代码", "名称", "顺序"], ["green", "绿电服务", 80], ["hall", "", 10])
    assert counts(bring(sheet, branch.director, ItemsTransfer)) == (1, 0, 1, 0)
    assert str(Item.objects.get(key="green")) == "绿电服务"
    sheet = xlsx(tmp_path / "b.xlsx", ["代码"], ["绿 电"])
    assert make_plan(sheet, ItemsTransfer(branch.director)).wrong == 1


def test_records_are_made_and_changed_on_their_pages(branch: Branch, client: Client) -> None:
    client.force_login(branch.director)
    unit = branch.branch.pk
    hall = Item.objects.get(key="hall").pk
    figure = {"item": hall, "unit": unit, "quarter": "2026-Q3", "value": "82", "source": "问卷"}
    index = {"provider": "第三方", "subject": "大石桥", "year": 2014, "unit": unit, "value": "79.58"}
    for name, fields, wrong in (
        ("item", {"key": "green", "name": "绿电服务", "position": 80}, {"key": "hall"}),
        ("reading", figure, {"quarter": "2026-Q9"}),
        ("index", index, {"low": "70"}),
        ("index", index, {"low": "70", "high": "75"}),
    ):
        url = reverse(f"service:{name}-new")
        assert client.post(url, fields | wrong).status_code == 422
        if name != "index" or not ExternalIndex.objects.exists():
            assert client.post(url, fields).status_code == 302
    assert client.post(reverse("service:reading-new"), figure | {"hall": branch.hall.pk}).status_code == 302
    stray = figure | {"unit": branch.repair.pk, "hall": branch.hall.pk, "quarter": "2026-Q2"}
    assert client.post(reverse("service:reading-new"), stray).status_code == 422
    assert visible(branch.director, Item.objects.all()).filter(key="green").exists()


class TestItems(ListingContract):
    listing: ClassVar[type[Listing]] = ItemsListing
    insider = "chen_jing"
    outsider = None

    def make(self, world: World, n: int) -> None:
        first = Item.objects.count()
        for number in range(first, first + n):
            Item.objects.create(key=f"item-{number}", name=f"项目{number}")


class TestReadings(ListingContract):
    listing: ClassVar[type[Listing]] = ReadingsListing

    def make(self, world: World, n: int) -> None:
        item, _fresh = Item.objects.get_or_create(key="hall")
        first = Reading.objects.count()
        for number in range(first, first + n):
            Reading.objects.create(
                item=item,
                unit=world.building,
                quarter=f"{2000 + number}-Q1",
                value=80,
                source="问卷",
            )


class TestIndices(ListingContract):
    listing: ClassVar[type[Listing]] = IndicesListing

    def make(self, world: World, n: int) -> None:
        first = ExternalIndex.objects.count()
        for number in range(first, first + n):
            ExternalIndex.objects.create(
                provider="第三方", subject=f"公司{number}", year=2014, unit=world.building, value=79
            )
