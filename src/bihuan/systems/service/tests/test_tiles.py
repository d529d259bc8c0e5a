"""The tiles say what is due and how well it was done, with the counts behind it."""

import pytest

from bihuan.kernel.tests.desk_world import at
from bihuan.kernel.tests.world import World
from bihuan.kernel.tests.world import build as laboratory
from bihuan.systems.service import act
from bihuan.systems.service.models import Order
from bihuan.systems.service.tiles import tiles

from .yingkou import build

pytestmark = pytest.mark.django_db


def test_a_house_without_halls_is_told_how_to_begin() -> None:
    world: World = laboratory()
    assert [tile.face for tile in tiles(world.chen_jing)] == ["empty"]


def test_what_is_overdue_is_counted_and_a_share_of_few_is_withheld() -> None:
    branch = build()
    order = Order.objects.create(
        kind="fault", number="GZ-1", unit=branch.repair, opened_at=at("2026-02-10 08:00")
    )
    act.end_stage(order=order, stage="fault_1", at=at("2026-02-13 15:00"))
    due, findings, timely, content = tiles(branch.director)[:4]
    assert (due.value, due.tone, findings.value) == (1, "red", 0)
    assert {timely.face, content.face} == {"withheld"}
