"""Prepared queries say what the same query says when it is compiled each time."""

from datetime import date, timedelta
from decimal import Decimal
from threading import Thread
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.utils import timezone

from bihuan.kernel.models import Case, Notice, Standard, Unit, User
from bihuan.kernel.prepared import Hole, Prepared
from bihuan.kernel.read.standards import value, version_on
from bihuan.kernel.scope import below, scope, visible
from bihuan.kernel.tests.world import seed

from .world import World, a_case, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build()


def test_a_query_is_compiled_once_and_asked_with_new_values(world: World) -> None:
    asked = []

    def ask() -> Any:
        asked.append(1)
        return User.objects.filter(pk=Hole("key")).values_list("username")

    names = Prepared(ask)
    for user in (world.wu_min, world.he_jia):
        assert names.rows(key=user.pk) == [(user.username,)]
    assert asked == [1]


def test_a_hole_that_nobody_fills_is_refused(world: World) -> None:
    with pytest.raises(KeyError):
        Prepared(lambda: User.objects.filter(pk=Hole("key")).values_list("pk")).rows()


def test_a_value_is_never_part_of_the_text_of_the_query(world: World) -> None:
    names = Prepared(lambda: User.objects.filter(username=Hole("name")).values_list("pk"))
    assert names.rows(name="' OR 1=1 --") == []


def test_an_instant_in_a_hole_is_compared_as_an_instant(world: World) -> None:
    now = timezone.now()
    for minutes in (-1, 1):
        Notice.objects.create(user=world.wu_min, key="x", at=now + timedelta(minutes=minutes))
    late = Prepared(lambda: Notice.objects.filter(at__lt=Hole("now")).values_list("at"))
    assert late.converted(now=now) == [[now - timedelta(minutes=1)]]


def test_signs_of_a_pattern_in_a_path_are_letters(world: World) -> None:
    names = Prepared(lambda: below(Hole("path"), Unit.objects.order_by("pk")).values_list("pk"))
    assert names.rows(path=world.root.path)
    assert names.rows(path="%") == names.rows(path="_") == names.rows(path="\\") == []


def test_a_prepared_scope_is_the_scope(world: World) -> None:
    for unit in (world.root, world.jiangzhou, world.beishan):
        case = a_case(world, "unswiped_use")
        Case.objects.filter(pk=case.pk).update(unit=unit)
    cases = Prepared(lambda: below(Hole("path"), Case.objects.order_by("pk")).values_list("pk"))
    for user in (world.sun_qian, world.wu_min, world.he_jia):
        expected = list(visible(user, Case.objects.order_by("pk")).values_list("pk"))
        assert cases.rows(path=scope(user)) == expected


def test_who_is_not_signed_in_or_locked_has_no_scope(world: World) -> None:
    world.wu_min.is_active = False
    assert scope(AnonymousUser()) is scope(world.wu_min) is None


def test_a_standard_s_value_is_that_of_the_version_that_holds() -> None:
    seed()
    first = Standard.objects.order_by("key")[0]
    later = Standard.objects.get(pk=first.pk)
    later.pk, later.version, later.value, later.valid_from = None, 2, Decimal("7.2500"), date(2026, 6, 1)
    later.save()
    for day in (date(1999, 1, 1), date(2026, 5, 31), date(2026, 6, 1), None):
        assert value(first.key, day) == version_on(first.key, day).value
        assert str(value(first.key, day)) == str(version_on(first.key, day).value)
    with pytest.raises(KeyError):
        value("no.such")


@pytest.mark.django_db(transaction=True)
def test_another_thread_asks_over_its_own_connection() -> None:
    names = Prepared(
        lambda: User.objects.filter(is_active=Hole("on")).values_list("is_active", "preferences")
    )
    build()
    here, there = names.converted(on=True), []

    def ask() -> None:
        there.extend(names.converted(on=True))
        connection.close()

    thread = Thread(target=ask)
    thread.start()
    thread.join()
    assert there == here
    assert here[0][0] is True
    assert here[0][1] == {}
