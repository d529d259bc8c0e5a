"""What a builder wrote is written again only where everything that it depends on is the same."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.translation import override

from bihuan.kernel.bulk import Table
from bihuan.kernel.models import LoginAttempt, Unit
from bihuan.kernel.tests.once import begin, once

pytestmark = [pytest.mark.django_db]

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def counted() -> tuple[Callable[..., Unit], list[str]]:
    worked: list[str] = []

    @once
    def one(name: str = "总部", above: Unit | None = None) -> Unit:
        worked.append(name)
        return Unit.objects.create(name=name, code=f"U{Unit.objects.count()}", parent=above)

    return one, worked


def again() -> None:
    """As the next test finds it: the rows are gone, and so are their keys."""
    with connection.cursor() as cursor:
        for table in ("kernel_unit", "kernel_loginattempt"):
            cursor.execute(f"DELETE FROM {table}")
            if connection.vendor == "sqlite":
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
    begin()


def test_the_same_world_is_worked_out_once_and_has_the_same_rows() -> None:
    again()
    one, worked = counted()
    first = one()
    rows = list(Unit.objects.values())
    again()
    assert one() == first
    assert list(Unit.objects.values()) == rows
    assert worked == ["总部"]


def test_what_the_test_has_written_before_belongs_to_it() -> None:
    again()
    one, worked = counted()
    one()
    again()
    Unit.objects.create(name="分部", code="F")
    one()
    again()
    Unit.objects.create(name="别的", code="F")
    one()
    assert len(worked) == 3
    again()
    Unit.objects.create(name="别的", code="F")
    one()
    assert len(worked) == 3, "the same past leads to the same rows"


def test_words_and_language_belong_to_it_and_a_world_in_a_world_too() -> None:
    again()
    one, worked = counted()

    @once
    def two() -> list[Unit]:
        top = one()
        return [top, one("生科楼", top)]

    two()
    again()
    assert [unit.path for unit in two()] == [unit.path for unit in Unit.objects.order_by("pk")]
    assert worked == ["总部", "生科楼"]
    again()
    one("别处")
    again()
    with override("en"):
        one()
    assert worked == ["总部", "生科楼", "别处", "总部"]


def test_nobody_gets_the_object_that_another_has_changed() -> None:
    again()
    one, _worked = counted()
    one().name = "改了"
    again()
    assert one().name == "总部"


def test_keys_that_a_builder_takes_from_the_sequence_itself_are_taken_again() -> None:
    @once
    def some() -> list[int]:
        return Table(LoginAttempt, "at", "username", "address").insert(
            [(NOON, "甲", None), (NOON, "乙", None)]
        )

    again()
    first = some()
    again()
    assert some() == first
    assert LoginAttempt.objects.create(at=NOON, username="丙").pk > max(first)


def test_what_is_copied_in_is_worked_out_again() -> None:
    worked: list[int] = []

    @once
    def many() -> None:
        worked.append(1)
        Table(LoginAttempt, "at", "username", "address").load([[NOON], ["甲"], [None]])

    again()
    many()
    again()
    many()
    assert [one.username for one in LoginAttempt.objects.all()] == ["甲"]


def test_a_builder_whose_statement_was_refused_is_worked_out_again() -> None:
    worked: list[int] = []

    @once
    def twice() -> None:
        worked.append(1)
        Unit.objects.create(name="一", code="ONE")
        with suppress(IntegrityError), transaction.atomic():
            Unit.objects.create(name="二", code="ONE")

    for _ in range(2):
        again()
        twice()
        assert Unit.objects.count() == 1
    assert worked == [1, 1]
