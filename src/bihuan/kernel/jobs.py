"""Jobs: work that takes longer than a page may, on Django's tasks in the database.

`enqueue` writes a `Job` and its entry in the queue in one transaction. A process of the worker takes the
entry (`run_next`), holds it by a lease that it renews, and carries it out. A lease that runs out (kill -9)
gives the job a new entry, at most `TRIES` times; what a lost attempt still brings is refused by its number,
so that nothing is there twice.
"""

import logging
import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from bihuan.kernel.act.notices import tell
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Job, User
from bihuan.kernel.models.jobs import LIVE, JobState
from bihuan.kernel.read.standards import value
from bihuan.kernel.registry import job_specs, load
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import covers

log = logging.getLogger(__name__)

TRIES = 3
LEASE = timedelta(seconds=60)
AGAIN_AFTER = timedelta(seconds=30)
"""Pause after a failure that may pass: a database or disk that was away."""
MOST_A_USER = 5
"""Live jobs of one account."""
PASSING = (DatabaseError, OSError)

Plain = str | int | bool | None
Keep = Callable[["Run"], AbstractContextManager[Any]]


class Lost(Exception):
    """Another attempt has this job now: whatever this one made is thrown away."""


class Stopped(BaseException):
    """The worker is asked to end: the job goes back and this attempt does not count."""


@dataclass
class Run:
    """What the function of a `JobSpec` works with."""

    job: Job
    done: int = 0
    total: int = 0
    made: Path | None = None
    name: str = ""
    told: bool = False
    """The function has told the user itself what came of it: “your file is ready” is not said too."""

    def tell(self, done: int, total: int = 0) -> None:
        """How far it is. Only remembered here: the lease writes it, so that reading is never interrupted."""
        self.done, self.total = done, total or self.total

    def file(self, name: str) -> Path:
        """Where to write the result, which the user will know as `name`."""
        folder = exports()
        folder.mkdir(mode=0o700, exist_ok=True)
        self.name = name
        self.made = folder / f"{self.job.pk}-{self.job.attempts}{Path(name).suffix}"
        self.made.touch(mode=0o600)
        return self.made


def exports() -> Path:
    return Path(settings.HOME) / "exports"


RUNS: dict[int, Run] = {}
"""What this process carries out now, by the job's key."""


@task()
def carry_out(job: int) -> None:
    """The entry of the queue; whoever took it has claimed the job before."""
    _run(RUNS.get(job) or Run(_claimed().get(pk=job)))


def _claimed() -> QuerySet[Job]:
    return Job.objects.filter(state=JobState.RUNNING).select_related("user", "user__unit", "unit")


def enqueue(
    *,
    name: str,
    params: Mapping[str, Plain],
    user: User | None = None,
    key: str = "",
    verb: str = "see",
) -> Job:
    """Put a job into the queue. With a key, a live job of that key is returned instead of a second one.

    Raises Refused when the account has too many that are not done, KeyError for a name that no manifest has.
    """
    spec = job_specs()[name]
    if key and (live := Job.objects.filter(key=key, state__in=LIVE).first()):
        return live
    if user and Job.objects.filter(user=user, state__in=LIVE).count() >= MOST_A_USER:
        raise Refused(_("You already have %(n)d jobs that are not done. Wait for one.") % {"n": MOST_A_USER})
    try:
        with transaction.atomic():
            row = Job.objects.create(
                name=spec.name,
                key=key,
                params=dict(params),
                language=translation.get_language() or "",
                user=user,
                unit=user.unit if user else None,
                verb=verb,
                made_at=timezone.now(),
            )
            _queue(row)
    except IntegrityError:
        return Job.objects.get(key=key, state__in=LIVE)
    return row


def _queue(row: Job, after: datetime | None = None) -> None:
    """A fresh entry for the job; the entry before it, if any, no longer counts."""
    entry = carry_out.using(run_after=after).enqueue(row.pk)
    row.task, row.state, row.lease_until, row.worker = entry.id, JobState.WAITING, None, ""
    row.save(update_fields=["task", "state", "lease_until", "worker"])


def waiting(now: datetime | None = None) -> bool:
    """Is there an entry that could be taken? A look that locks nothing."""
    return DBTaskResult.objects.ready().exists()


def run_next(worker: str, keep: Keep | None = None) -> bool:
    """Take the first entry and carry it out; False when there was none."""
    entry = _take(worker)
    if entry is None:
        return False
    try:
        row = _claimed().filter(task=entry.pk).first()
        if row is not None:
            RUNS[row.pk] = run = Run(row)
            with (keep or nullcontext)(run):
                entry.task.call(row.pk)
        entry.set_successful(None)
    except BaseException as error:
        entry.set_failed(error)
        if not isinstance(error, Exception):
            raise
    finally:
        RUNS.clear()
    return True


def _take(worker: str) -> DBTaskResult[Any, Any] | None:
    if not waiting():
        return None
    with transaction.atomic():
        entry = DBTaskResult.objects.ready().get_locked()
        if entry is None:
            return None
        entry.claim(worker)
        Job.objects.filter(task=entry.pk, state=JobState.WAITING).update(
            state=JobState.RUNNING,
            attempts=F("attempts") + 1,
            worker=worker,
            started_at=timezone.now(),
            lease_until=timezone.now() + LEASE,
        )
    return entry


def renew(run: Run) -> bool:
    """Hold the job for another while and write how far it is; False when it is no longer ours."""
    return bool(_mine(run.job).update(lease_until=timezone.now() + LEASE, done=run.done, total=run.total))


def _mine(row: Job) -> Any:
    return Job.objects.filter(pk=row.pk, state=JobState.RUNNING, attempts=row.attempts)


def _run(run: Run) -> None:
    """Carry out a claimed job and write what came of it. Raises what failed, after writing that down."""
    row = run.job
    try:
        if row.user and not (may(row.user.role, row.verb) and covers(row.user, row)):
            raise Refused(_("Your role does not allow this. Ask a manager of the unit."))
        with translation.override(row.language or settings.LANGUAGE_CODE):
            load(job_specs()[row.name].run)(run)
        _finish(run)
    except BaseException as error:
        if run.made is not None:
            run.made.unlink(missing_ok=True)
        afresh()
        _failed(row, error)
        raise


def afresh() -> None:
    """Leave a half-read result behind: SQLite refuses to write after one when somebody else has written."""
    if not connection.in_atomic_block:
        connection.close()


def _finish(run: Run) -> None:
    """The file is durable before the row names it."""
    now = timezone.now()
    fields: dict[str, Any] = {"state": JobState.DONE, "ended_at": now, "lease_until": None, "error": ""}
    fields["keep_until"] = now + timedelta(days=int(value("jobs.keep", now)))
    if run.made is not None:
        with run.made.open("rb") as file:
            os.fsync(file.fileno())
        fields |= {"file": run.made.name, "file_name": run.name, "size": run.made.stat().st_size}
    with transaction.atomic():
        if not _mine(run.job).update(done=run.done, total=run.total, **fields):
            raise Lost(str(run.job))
        if not run.told:
            _tell(run.job, "job.done", now)


def _failed(row: Job, error: BaseException) -> None:
    if isinstance(error, Lost):
        log.warning("job %s was lost to another attempt; what this one made is thrown away", row)
    elif isinstance(error, Stopped):
        with transaction.atomic():
            if _mine(row).update(attempts=F("attempts") - 1):
                _queue(row)
    elif isinstance(error, PASSING) and row.attempts < TRIES:
        log.warning("job %s failed (%s); it is tried again", row, error)
        with transaction.atomic():
            if _mine(row).exists():
                _queue(row, timezone.now() + AGAIN_AFTER)
    else:
        if not isinstance(error, Refused):
            log.error("job %s failed", row, exc_info=error)
        give_up(row, str(error.message) if isinstance(error, Refused) else type(error).__name__)


def give_up(row: Job, why: str) -> None:
    """The job has failed for good, and its user is told."""
    now = timezone.now()
    with transaction.atomic():
        keep = now + timedelta(days=int(value("jobs.keep", now)))
        fields = {"state": JobState.FAILED, "ended_at": now, "lease_until": None, "keep_until": keep}
        if _mine(row).update(error=why[:200], **fields):
            _tell(row, "job.failed", now)


def _tell(row: Job, key: str, at: datetime) -> None:
    if row.user:
        tell(user=row.user, key=key, at=at, job=row.pk)


def reap(now: datetime | None = None, worker: str = "") -> int:
    """Jobs whose lease has run out, or whose worker is known to be gone, begin anew or have failed."""
    now = now or timezone.now()
    rows = Job.objects.filter(state=JobState.RUNNING)
    rows = rows.filter(worker=worker) if worker else rows.filter(lease_until__lt=now)
    found = list(rows.values_list("pk", flat=True)[:100])
    return sum(_reap(key, now, worker) for key in found)


def _reap(key: int, now: datetime, worker: str) -> bool:
    with transaction.atomic():
        row = Job.objects.select_for_update().filter(pk=key, state=JobState.RUNNING).first()
        if row is None or not (worker == row.worker or (row.lease_until and row.lease_until < now)):
            return False
        log.warning("job %s: its worker ended in the middle (attempt %s)", row, row.attempts)
        lost = DBTaskResult.objects.filter(pk__in=[row.task] if row.task else []).first()
        if lost is not None:
            lost.set_failed(Lost(str(row)))
        for left in exports().glob(f"{row.pk}-*"):
            left.unlink(missing_ok=True)
        if row.attempts < TRIES:
            _queue(row)
            return True
    give_up(row, _("the process that carried it out ended, %(n)d times") % {"n": row.attempts})
    return True


def forget(*, now: datetime) -> int:
    """Remove jobs past their date with their files, and files that no job names. Returns the jobs."""
    old = list(Job.objects.filter(keep_until__lte=now).exclude(state__in=LIVE)[:500])
    for row in old:
        if row.file:
            (exports() / row.file).unlink(missing_ok=True)
    DBTaskResult.objects.filter(pk__in=[str(row.task) for row in old if row.task]).delete()
    DBTaskResult.objects.finished().filter(finished_at__lt=now - timedelta(days=30)).delete()
    Job.objects.filter(pk__in=[row.pk for row in old]).delete()
    named = set(Job.objects.exclude(file="").values_list("file", flat=True))
    live = {str(key) for key in Job.objects.filter(state__in=LIVE).values_list("pk", flat=True)}
    for path in exports().glob("*"):
        if path.name not in named and path.name.partition("-")[0] not in live:
            path.unlink(missing_ok=True)
    return len(old)
