"""The house's own class of customers: on the record, in segments, rules, and in the files of the pages."""

import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from bihuan.kernel.act.people import erase_customer
from bihuan.kernel.models import Customer
from bihuan.kernel.tests.world import World, build, seed
from bihuan.systems.equity.models import OfferRule
from bihuan.systems.equity.tests.promoting import a_customer, a_run, an_offer
from bihuan.web.listing.furnish import bring_new

from .shop import page

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    seed()
    return build()


def peopled(world: World, gold: int = 12, unknown: int = 3) -> list[Customer]:
    people = [a_customer(world, f"G{n}", segment="金卡") for n in range(gold)]
    people += [a_customer(world, f"U{n}") for n in range(unknown)]
    a_run(world, *people)
    return people


def sheets(client: Client, world: World, name: str, *args: int, **query: str) -> list[list[list[Any]]]:
    client.force_login(world.sun_qian)
    answer = client.get(reverse(f"equity:{name}", args=args), query)
    assert answer.status_code == 200
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    return [book.get_sheet_by_name(each).to_python() for each in book.sheet_names]


def test_segments_by_the_class_of_the_record_and_those_not_known(world: World, client: Client) -> None:
    peopled(world)
    shown = page(client, world.sun_qian, "segments", by="segment")
    assert "金卡" in shown
    assert "未知" in shown
    assert "太少" in shown, "a mean of three customers is withheld"
    rows, told = sheets(client, world, "segments-sheet", by="segment")
    gold = next(row for row in rows if row and row[0] == "金卡")
    assert gold[1:4] == [12, 100, 12]
    unknown = next(row for row in rows if row and row[0] == "未知")
    assert unknown[1:3] == [3, "太少"]
    assert ["观察至", "2026-09-30"] in [row[:2] for row in told]


def test_the_board_leaves_with_all_eight_numbers(world: World, client: Client) -> None:
    peopled(world)
    assert reverse("equity:board-sheet") in page(client, world.sun_qian, "board")
    rows, _told = sheets(client, world, "board-sheet")
    names = [row[0] for row in rows if row]
    for name in ("产品利润率", "客户利润贡献率", "客户资产", "客户资产份额"):
        assert name in names
    share = next(row for row in rows if row and row[0] == "客户资产份额")
    assert any("没有市场估计" in str(cell) for cell in share), "never 100 %"


def test_the_test_on_unseen_weeks_leaves_with_its_errors_and_tenths(world: World, client: Client) -> None:
    run = a_run(world, *peopled(world))
    tenth = {"customers": 5, "expected": 1.5, "actual": 2}
    kept = {"error": 1.062, "naive": 1.764, "repeat": 1.279, "customers": 15, "groups": [tenth]}
    run.holdout = {**kept, "weeks": [0, 1], "told": [0.0, 3.25], "made": [0, 4]}
    run.save()
    rows, _told = sheets(client, world, "holdout-sheet")
    assert any(row[1:2] == [1.062] for row in rows)
    assert any(row[:4] == [1, 5, 1.5, 2] for row in rows)
    assert any(row[:3] == [1, 3.25, 4] for row in rows)


def test_a_class_comes_with_the_file_of_customers_and_goes_with_the_customer(world: World) -> None:
    bring_new(
        "customers", [{"number": "S1", "name": "甲", "kind": "person", "unit": "JZ", "segment": "金卡"}]
    )
    row = Customer.objects.get(number="S1")
    assert row.segment == "金卡"
    erase_customer(customer=row, actor=world.admin)
    row.refresh_from_db()
    assert row.segment == ""


def test_a_rule_for_a_class_comes_by_file(world: World) -> None:
    an_offer(world)
    rule = {"unit": "JZ", "position": 5, "valid_from": "2026-01-01", "offer": "JF"}
    both = [{**rule, "segment": "金卡"}, {**rule, "segment": ""}]
    bring_new("offer-rules", both)
    assert sorted(OfferRule.objects.values_list("segment", flat=True)) == ["", "金卡"]
