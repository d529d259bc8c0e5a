"""What a fresh data folder holds before anybody signs in."""

from pathlib import Path

import pytest
import time_machine

from bihuan.kernel.models import CalendarDay, Rung
from bihuan.kernel.registry import everything
from bihuan.kernel.tests.desk_world import at
from bihuan.kernel.tests.world import a_case, build
from bihuan.site.prepare import prepare


@pytest.mark.django_db
def test_the_ladder_of_escalation_is_there_at_the_first_start_and_own_changes_stay() -> None:
    prepare()
    declared = sum(len(system.ladder) for system in everything())
    assert Rung.objects.count() == declared > 0
    changed = Rung.objects.filter(days_late=5).update(active=False)
    prepare()
    assert Rung.objects.count() == declared
    assert Rung.objects.filter(active=False).count() == changed > 0


@pytest.mark.django_db
def test_an_upgrade_that_brings_the_notice_of_a_year_moves_the_deadlines_that_waited_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    prepare()
    world = build()
    CalendarDay.objects.filter(layer="gazetted", on__year=2026).delete()
    case = a_case(world, "offline", at=at("2026-02-13 10:00"))
    before = case.due_at
    monkeypatch.setattr("bihuan.site.prepare.pending", lambda: 1)
    monkeypatch.setattr("bihuan.site.prepare._backup_before_upgrade", lambda: Path("backup.zip"))
    with time_machine.travel(at("2026-02-13 11:00"), tick=False):
        prepare()
    case.refresh_from_db()
    assert before is not None
    assert case.due_at is not None
    assert case.due_at != before
    assert case.events.filter(verb="case.calendar").count() == 1
