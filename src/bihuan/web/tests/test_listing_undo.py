"""A batch act can be taken back from its message: once, for a few minutes, by whoever did it."""

import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from bihuan.kernel.models import Case, Event
from bihuan.kernel.tests.world import World, a_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client: Client, world: World) -> Client:
    client.force_login(world.sun_qian)
    return client


def assign_to(client: Client, case: Case, to: int) -> str:
    """Assign and return the address of the message's undo button; empty without one."""
    fields = {"action": "assign", "ids": [case.pk], "go": "1", "to": to}
    page = client.post(reverse("cases"), fields, follow=True).content.decode()
    found = re.search(r'data-undo-url="([^"]+)"', page)
    return found[1].replace("&amp;", "&") if found else ""


def assignments(case: Case) -> int:
    return Event.objects.filter(case=case, verb__endswith="assign").count()


def test_an_assignment_taken_back_gives_the_case_to_its_former_owner(manager: Client, world: World) -> None:
    case = a_case(world, "unswiped_use")
    former = case.owner
    url = assign_to(manager, case, world.sun_qian.pk)
    case.refresh_from_db()
    assert case.owner == world.sun_qian

    assert manager.post(url).status_code == 204
    case.refresh_from_db()
    assert case.owner == former
    assert assignments(case) == 2


def test_what_was_taken_back_is_not_taken_back_twice(manager: Client, world: World) -> None:
    case = a_case(world, "unswiped_use")
    url = assign_to(manager, case, world.sun_qian.pk)
    manager.post(url)
    manager.post(url)

    assert assignments(case) == 2
    assert "已不能撤销" in manager.get(reverse("cases")).content.decode()


def test_after_five_minutes_it_stands(manager: Client, world: World) -> None:
    case = a_case(world, "unswiped_use")
    with time_machine.travel("2026-11-23 09:00:00+08:00", tick=False) as clock:
        url = assign_to(manager, case, world.sun_qian.pk)
        clock.shift(301)
        manager.post(url)

    case.refresh_from_db()
    assert case.owner == world.sun_qian


def test_somebody_else_cannot_take_it_back(manager: Client, world: World) -> None:
    case = a_case(world, "unswiped_use")
    url = assign_to(manager, case, world.sun_qian.pk)
    other = Client()
    other.force_login(world.chen_jing)
    other.post(url)

    case.refresh_from_db()
    assert case.owner == world.sun_qian
