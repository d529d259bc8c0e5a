"""The row is the timer: what is due is handled once, and a bad row stops nobody else."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bihuan.kernel import clock
from bihuan.kernel.act.cases import accept, open_case, remind, wait
from bihuan.kernel.manifest import ScheduleSpec
from bihuan.kernel.models import Case, Notice, Schedule
from bihuan.kernel.tests.test_case_life import breach
from bihuan.kernel.tests.world import World, build, monday

pytestmark = pytest.mark.django_db

LATE = monday() + timedelta(days=3)


@pytest.fixture
def world() -> World:
    return build()


def test_an_overdue_case_tells_its_owner_once(world: World) -> None:
    case, _ = open_case(breach=breach(world))

    clock.run_due(LATE)
    clock.run_due(LATE + timedelta(hours=1))

    assert Notice.objects.filter(user=world.wu_min, key="case.overdue").count() == 1
    assert case.events.filter(verb="case.overdue").count() == 1


def test_a_case_that_is_not_due_waits(world: World) -> None:
    case, _ = open_case(breach=breach(world))

    clock.run_due(monday() + timedelta(hours=1))

    case.refresh_from_db()
    assert case.next_at is not None
    assert case.due_at is not None
    assert monday() + timedelta(hours=1) < case.next_at < case.due_at, "a reminder comes first"
    assert not case.events.filter(verb="case.overdue").exists()


def test_a_paused_case_does_not_fall_due(world: World) -> None:
    case, _ = open_case(breach=breach(world))
    accept(case=case, user=world.wu_min, at=monday())
    wait(case=case, user=world.wu_min, reason="customer", text="等课题组答复", at=monday())

    clock.run_due(LATE)

    assert not case.events.filter(verb="case.overdue").exists()


def test_a_row_that_fails_is_pushed_an_hour_and_the_others_are_handled(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    before, _ = open_case(breach=breach(world, episode="before"))
    poison, _ = open_case(breach=breach(world, episode="poison"))
    after, _ = open_case(breach=breach(world, episode="after"))

    def sometimes(*, row: Case, now: datetime) -> datetime | None:
        if row.pk == poison.pk:
            raise RuntimeError("poison")
        return remind(row=row, now=now)

    monkeypatch.setattr("bihuan.kernel.act.cases.remind", sometimes)
    clock.run_due(LATE)

    poison.refresh_from_db()
    assert poison.next_at == LATE + timedelta(hours=1)
    for sound in (before, after):
        assert sound.events.filter(verb="case.overdue").count() == 1
    assert Notice.objects.filter(key="case.overdue", user=world.wu_min).count() == 2
    assert not poison.events.filter(verb="case.overdue").exists()


def test_a_daily_schedule_runs_next_at_its_local_time() -> None:
    spec = ScheduleSpec(name="nightly", run="x:y", daily_at="03:10")

    assert timezone.localtime(clock.next_run(spec, monday())).isoformat() == "2026-11-24T03:10:00+08:00"


def test_a_schedule_that_fails_says_so_and_runs_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*, now: object) -> None:
        raise ValueError("no paper")

    monkeypatch.setattr("bihuan.kernel.audit.seal", fail)
    clock.run_due(monday())

    row = Schedule.objects.get(name="kernel.seal")
    assert row.last_error == "ValueError: no paper"
    assert row.next_at == monday() + timedelta(seconds=60)


def test_a_clock_that_dies_in_the_middle_has_said_nothing_and_says_all_of_it_once_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [open_case(breach=breach(world, episode=f"{n}"))[0] for n in range(3)]

    def dies(*, row: Case, now: datetime) -> datetime | None:
        if row.pk == cases[2].pk:
            raise KeyboardInterrupt
        return remind(row=row, now=now)

    with monkeypatch.context() as patched:
        patched.setattr("bihuan.kernel.act.cases.remind", dies)
        with pytest.raises(KeyboardInterrupt):
            clock.run_due(LATE)
    assert not Notice.objects.filter(key="case.overdue").exists()

    clock.run_due(LATE)
    clock.run_due(LATE)

    assert Notice.objects.filter(key="case.overdue", user=world.wu_min).count() == 3


def test_what_takes_too_long_is_left_to_the_next_pass(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(3):
        open_case(breach=breach(world, episode=f"{n}"))
    due = Case.objects.filter(next_at__lte=LATE)
    monkeypatch.setattr(clock, "LEAST", 1)

    assert clock.run_due(LATE, within_s=0).more
    assert due.count() == 2

    clock.run_due(LATE)
    assert due.count() == 0


def test_what_one_timer_does_not_need_of_the_time_goes_to_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(5):
        open_case(breach=breach(world, episode=f"{n}"))
    monkeypatch.setattr(clock, "BATCH", 2)

    found = clock.run_due(LATE, within_s=30)

    assert (found.more, Case.objects.filter(next_at__lte=LATE).count()) == (False, 0)
    assert found.rows >= 5


def test_a_row_that_somebody_has_put_off_meanwhile_is_passed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = open_case(breach=breach(world, episode="first"))
    second, _ = open_case(breach=breach(world, episode="second"))
    monkeypatch.setattr(clock, "LEAST", 1)

    def puts_off(*, row: Case, now: datetime) -> datetime | None:
        Case.objects.filter(pk=second.pk).update(next_at=now + timedelta(days=1))
        return remind(row=row, now=now)

    monkeypatch.setattr("bihuan.kernel.act.cases.remind", puts_off)
    clock.run_due(LATE)

    assert first.events.filter(verb="case.overdue").exists()
    assert not second.events.filter(verb="case.overdue").exists()


def test_rows_of_one_pass_ask_together_who_holds_a_post(world: World) -> None:
    def asked(count: int) -> int:
        for n in range(count):
            open_case(breach=breach(world, episode=f"{count} {n}"))
        with CaptureQueriesContext(connection) as queries:
            clock.run_due(LATE)
        return sum("kernel_rung" in query["sql"] for query in queries.captured_queries)

    assert asked(6) <= asked(1)
