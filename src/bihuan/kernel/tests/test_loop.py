from datetime import timedelta

import pytest
from django.utils import timezone

from bihuan.kernel.act import cases as act
from bihuan.kernel.read import loop
from bihuan.kernel.tests.world import World, a_case, build, seed


@pytest.fixture
def world(db: None) -> World:
    seed()
    return build()


def worked(world: World, subject: str, days_ago: int, minutes: int) -> None:
    """Accepted after so many minutes, resolved two hours and verified three hours after the opening."""
    opened = timezone.now() - timedelta(days=days_ago)
    case = a_case(world, "unswiped_use", subject, at=opened)
    act.accept(case=case, user=world.wu_min, at=opened + timedelta(minutes=minutes))
    act.resolve(
        case=case, user=world.wu_min, verdict="violation", text="已核对登记本", at=opened + timedelta(hours=2)
    )
    act.verify(case=case, user=world.sun_qian, at=opened + timedelta(hours=3))


def test_the_pace_is_a_median_with_its_n(world: World) -> None:
    for n, minutes in enumerate((10, 20, 600)):
        worked(world, f"DNA{n}", 2, minutes)
    pace = loop.look(world.sun_qian).pace
    assert pace.accept == loop.Span(timedelta(minutes=20), 3)
    assert pace.fix == loop.Span(timedelta(hours=2), 3)
    assert pace.verify == loop.Span(timedelta(hours=1), 3)


def test_without_cases_there_is_no_median(world: World) -> None:
    assert loop.look(world.sun_qian).pace.accept == loop.Span(None, 0)


def test_the_oldest_of_each_stop_is_found_in_scope_only(world: World) -> None:
    old = a_case(world, "offline", "DNA01", at=timezone.now() - timedelta(days=9))
    a_case(world, "offline", "DNA02")
    assert loop.look(world.sun_qian).oldest["opened"] == old.opened_at
    assert loop.look(world.gao_yuan).oldest["opened"] is None


def test_days_without_cases_are_zero_and_the_last_day_is_today(world: World) -> None:
    worked(world, "DNA01", 3, 10)
    days = loop.look(world.sun_qian).days
    assert len(days) == 14
    assert days[-1].on == timezone.localdate()
    assert sum(day.opened for day in days) == sum(day.closed for day in days) == 1


def test_a_rate_below_ten_cases_is_withheld() -> None:
    assert loop.Rate(9, 9).withheld
    assert not loop.Rate(9, 10).withheld
    low, high = loop.Rate(9, 10).interval
    assert low < 0.9 < high
