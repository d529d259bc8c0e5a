"""Jobs: carried out once, tried again when their worker is killed, given up after three times."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from bihuan.kernel import jobs
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.jobs import Run
from bihuan.kernel.manifest import JobSpec
from bihuan.kernel.models import Job, Notice, Role
from bihuan.kernel.tests.world import World, build

pytestmark = pytest.mark.django_db

LATER = timedelta(minutes=5)


@pytest.fixture
def world() -> World:
    return build()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.HOME = tmp_path
    return tmp_path / "exports"


Work = Callable[[Run], None]


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Callable[[Work], None]:
    """Declares what the job `count` does."""
    does: list[Work] = [write]

    def declared(work: Work) -> None:
        does[0] = work

    spec = JobSpec(name="count", title="count", run="bihuan.kernel.tests.test_jobs:write")
    monkeypatch.setattr(jobs, "job_specs", lambda: {"count": spec})
    monkeypatch.setattr(jobs, "load", lambda path: lambda run: does[0](run))
    return declared


def write(run: Run) -> None:
    run.tell(1, 2)
    run.file("numbers.csv").write_text("1,2,3")


def ask(world: World, **more: Any) -> Job:
    return jobs.enqueue(name="count", params={}, user=world.sun_qian, **more)


def test_a_job_is_carried_out_its_file_is_there_and_its_user_told(
    world: World, work: Any, folder: Path
) -> None:
    row = ask(world)
    assert jobs.run_next("w1")
    row.refresh_from_db()
    assert (row.state, row.file_name, row.size, row.done, row.total) == ("done", "numbers.csv", 5, 1, 2)
    assert (folder / row.file).read_text() == "1,2,3"
    assert (folder / row.file).stat().st_mode & 0o777 == 0o600
    assert Notice.objects.get(user=world.sun_qian).key == "job.done"
    assert not jobs.run_next("w1")


def test_a_job_whose_worker_was_killed_runs_again_and_nothing_is_there_twice(
    world: World, work: Any, folder: Path
) -> None:
    row = ask(world)
    jobs._take("killed")
    folder.mkdir()
    (folder / f"{row.pk}-1.csv").write_text("half of i")
    assert jobs.reap() == 0, "its lease still runs"
    assert jobs.reap(timezone.now() + LATER) == 1
    assert jobs.run_next("w2")
    assert [path.read_text() for path in folder.iterdir()] == ["1,2,3"]
    assert Notice.objects.filter(key="job.done").count() == 1
    assert Job.objects.get().attempts == 2


def test_the_worker_frees_the_jobs_of_a_process_that_it_saw_end(world: World, work: Any) -> None:
    ask(world)
    jobs._take("host:4711")
    assert jobs.reap(worker="host:4712") == 0
    assert jobs.reap(worker="host:4711") == 1
    assert Job.objects.get().state == "waiting"


def test_after_three_deaths_it_has_failed_and_says_so(world: World, work: Any) -> None:
    row = ask(world)
    for _attempt in range(jobs.TRIES):
        assert jobs._take("killed")
        assert jobs.reap(timezone.now() + LATER) == 1
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("failed", 3)
    assert "3" in row.error
    assert not jobs.waiting()
    assert Notice.objects.get().key == "job.failed"


def test_what_a_lost_attempt_still_brings_is_thrown_away(world: World, work: Any, folder: Path) -> None:
    def overtaken(run: Run) -> None:
        run.file("old.csv").write_text("old")
        jobs.reap(timezone.now() + LATER)

    work(overtaken)
    ask(world)
    jobs.run_next("slow")
    assert list(folder.iterdir()) == []
    assert Job.objects.get().state == "waiting"
    work(write)
    assert jobs.run_next("w2")
    assert Job.objects.get().file_name == "numbers.csv"


def test_a_lost_attempt_cannot_hold_the_job_any_longer(world: World, work: Any) -> None:
    row = ask(world)
    jobs._take("slow")
    row.refresh_from_db()
    run = Run(row, done=7)
    assert jobs.renew(run)
    jobs.reap(timezone.now() + LATER)
    assert not jobs.renew(run)


def test_a_database_that_was_away_is_tried_again_a_fault_of_ours_is_not(world: World, work: Any) -> None:
    def away(run: Run) -> None:
        raise OperationalError("gone")

    work(away)
    row = ask(world)
    jobs.run_next("w1")
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("waiting", 1)
    assert not jobs.waiting(), "after a pause"

    def wrong(run: Run) -> None:
        run.file("x.csv")
        raise ZeroDivisionError

    work(wrong)
    DBTaskResult.objects.update(run_after=timezone.now())
    jobs.run_next("w1")
    row.refresh_from_db()
    assert (row.state, row.error, row.file) == ("failed", "ZeroDivisionError", "")


def test_a_worker_that_is_asked_to_stop_gives_the_job_back_uncounted(world: World, work: Any) -> None:
    def stopped(run: Run) -> None:
        raise jobs.Stopped

    work(stopped)
    row = ask(world)
    with pytest.raises(jobs.Stopped):
        jobs.run_next("w1")
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("waiting", 0)
    assert jobs.waiting()


def test_one_live_job_a_key(world: World, work: Any) -> None:
    first = ask(world, key="report:1")
    assert ask(world, key="report:1") == first
    jobs.run_next("w1")
    assert ask(world, key="report:1") != first


def test_nobody_has_more_than_five_at_a_time(world: World, work: Any) -> None:
    for _n in range(jobs.MOST_A_USER):
        ask(world)
    with pytest.raises(Refused):
        ask(world)


def test_rights_are_those_of_the_moment_when_it_runs(world: World, work: Any) -> None:
    row = ask(world, verb="import")
    world.sun_qian.role = Role.VIEWER
    world.sun_qian.save()
    jobs.run_next("w1")
    row.refresh_from_db()
    assert row.state == "failed"
    assert row.file == ""


def test_retention_removes_jobs_with_their_files_and_strays(world: World, work: Any, folder: Path) -> None:
    ask(world)
    jobs.run_next("w1")
    waiting = ask(world)
    (folder / "999-1.xlsx").write_text("left behind")
    jobs.forget(now=timezone.now() + timedelta(days=6))
    assert [path.name for path in folder.iterdir()] == [Job.objects.exclude(file="").get().file]
    jobs.forget(now=timezone.now() + timedelta(days=8))
    assert list(folder.iterdir()) == []
    assert list(Job.objects.all()) == [waiting]
    assert DBTaskResult.objects.count() == 1
