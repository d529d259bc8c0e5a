"""A Parquet file of orders from the page: kept apart, sniffed, and brought in by a job."""

import csv
import os
import shutil
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.inputs import BadInput
from bihuan.kernel import jobs
from bihuan.kernel.act.notices import tell
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Job, Unit, User
from bihuan.kernel.read.standards import value
from bihuan.kernel.scope import covers

from ..words import FAULTS
from .parquet import Unreadable, bring_by_pieces

MAGIC = b"PAR1"
LEAST = 12
"""Bytes that the smallest Parquet file has: both magic words and the length of its footer."""
MEGABYTE = 1024 * 1024
KEPT_S = 8 * 86_400
"""Longer than any job is tried again."""


def take(*, user: User, unit: Unit, name: str, chunks: Iterable[bytes]) -> Job:
    """Keep an upload and put its job into the queue.

    Raises Refused for a unit outside the user's, a file that is no Parquet file, or one that is too large.
    """
    if not covers(user, unit):
        raise Refused(_("This unit is not among yours."))
    path = _keep(chunks)
    try:
        if not sniffed(path):
            raise Refused(
                _("This is no Parquet file. Excel and CSV files are imported on the page of orders.")
            )
        return jobs.enqueue(
            name="equity.parquet",
            params={"file": path.name, "unit": unit.pk, "name": Path(name).name[:80]},
            user=user,
            verb="import",
        )
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def sniffed(path: Path) -> bool:
    """A Parquet file begins and ends with its magic word, whatever it is called."""
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC or path.stat().st_size < LEAST:
            return False
        file.seek(-len(MAGIC), os.SEEK_END)
        return file.read() == MAGIC


def carry_out(run: jobs.Run) -> None:
    """The job. Rows that cannot be read come back as its file, and nothing has been imported then."""
    params, user = run.job.params, run.job.user
    path = folder() / Path(str(params["file"])).name
    if user is None or not path.is_file():
        raise Refused(_("The uploaded file is no longer there. Upload it again."))
    unit = Unit.objects.get(pk=params["unit"])
    try:
        found = bring_by_pieces(path=path, unit=unit, today=timezone.localdate(), user=user, tell=run.tell)
    except Unreadable as error:
        _list(run, error)
        tell(user=user, key="equity.refused", at=timezone.now(), job=run.job.pk, rows=error.count)
    except BadInput as error:
        path.unlink(missing_ok=True)
        raise Refused(str(error).removeprefix(f"{path}: ")) from None
    else:
        tell(user=user, key="equity.imported", at=timezone.now(), job=run.job.pk, rows=found.rows)
    run.told = True
    path.unlink(missing_ok=True)
    shutil.rmtree(path.parent / "spill", ignore_errors=True)


def describe(params: Mapping[str, Any]) -> str:
    """The file's own name and the unit, for the list of jobs."""
    unit = Unit.objects.filter(pk=params.get("unit") or 0).first()
    return f"{params.get('name', '')} · {unit or ''}".strip(" ·")


def folder() -> Path:
    path: Path = settings.HOME / "run" / "parquet"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def _keep(chunks: Iterable[bytes]) -> Path:
    """Written as it comes: a file of hundreds of megabytes is never in memory."""
    _forget_old()
    most = int(value("equity.upload.mb"))
    path, size = folder() / f"{uuid4().hex}.parquet", 0
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > most * MEGABYTE:
                break
            file.write(chunk)
    if size > most * MEGABYTE:
        path.unlink()
        raise Refused(_("The file is larger than %(n)d MB. Split it.") % {"n": most})
    return path


def _forget_old() -> None:
    oldest = time.time() - KEPT_S
    for path in folder().glob("*.parquet"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


def _list(run: jobs.Run, error: Unreadable) -> None:
    """Row by row with its column, what stands there and what is wrong, for a spreadsheet."""
    path = run.file(_("not imported") + f" {Path(str(run.job.params.get('name', ''))).stem}.csv")
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([_("row"), _("column"), _("value"), _("what is wrong")])
        for fault in error.faults:
            writer.writerow([fault.row, fault.column, _plain(fault.value), str(FAULTS[fault.why])])


def _plain(text: str) -> str:
    """A spreadsheet must not take a value of the file for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r" and text[1:2] and not text[1:2].isdigit() else text
