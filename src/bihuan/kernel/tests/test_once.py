"""What a builder wrote is written again only where everything that it depends on is the same."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.utils.translation import override

from bihuan.kernel.models import Unit
from bihuan.kernel.tests.once import begin, once

pytestmark = [pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _sqlite() -> None:
    if connection.vendor != "sqlite":
        pytest.xfail("PostgreSQL works every world out")


def counted() -> tuple[Callable[..., Unit], list[str]]:
    worked: list[str] = []

    @once
    def one(name: str = "总部", above: Unit | None = None) -> Unit:
        worked.append(name)
        return Unit.objects.create(name=name, code=f"U{Unit.objects.count()}", parent=above)

    return one, worked


def again() -> None:
    """As the next test finds it: the rows are gone, and so are their keys."""
    connection.cursor().execute("DELETE FROM kernel_unit")
    connection.cursor().execute("DELETE FROM sqlite_sequence WHERE name = 'kernel_unit'")
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
