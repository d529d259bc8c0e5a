"""Database, migrations and calendar."""

import sqlite3
from datetime import date, datetime
from pathlib import Path
from typing import Final

from django.db import connection
from django.utils import timezone

from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.rules.calendar import Calendar, Layer
from bihuan.site import prepare
from bihuan.site.doctor.finding import Finding

OLDEST_POSTGRESQL: Final = 14
NOTICE_MONTH: Final = 11
"""The notice for the next year comes in November as a rule."""


def database() -> Finding:
    if connection.vendor != "postgresql":
        return sqlite("database", Path(str(connection.settings_dict["NAME"])))
    connection.ensure_connection()
    version = int(connection.pg_version) // 10_000  # type: ignore[attr-defined]
    if version < OLDEST_POSTGRESQL:
        cure = f"upgrade it to {OLDEST_POSTGRESQL} or later"
        return Finding("database", False, f"PostgreSQL {version}", cure)
    return Finding("database", True, f"PostgreSQL {version}")


def sqlite(check: str, path: Path) -> Finding:
    """Write-ahead journal, and a file without damage; takes about a second a gigabyte."""
    if not path.exists():
        return Finding(check, False, f"{path} does not exist", "run `bihuan init`")
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5) as db:
        (mode,) = db.execute("PRAGMA journal_mode").fetchone()
        (state,) = db.execute("PRAGMA quick_check(1)").fetchone()
    db.close()
    if state != "ok":
        return Finding(check, False, f"{path} is damaged: {state}", "stop, then `bihuan restore` a backup")
    if mode != "wal":
        return Finding(check, False, f"{path} has journal mode {mode}, not wal", "start `bihuan up` once")
    return Finding(check, True, f"SQLite {sqlite3.sqlite_version}, {path.name} is whole")


def intake(home: Path) -> Finding:
    """The gateway's own file; with PostgreSQL, or before its first start, there is none."""
    path = home / "intake.sqlite3"
    if not path.exists():
        return Finding("intake log", True, "no file")
    return sqlite("intake log", path)


def migrations() -> Finding:
    waiting = prepare.pending()
    if waiting:
        return Finding("migrations", False, f"{waiting} to apply", "run `bihuan upgrade`")
    return Finding("migrations", True, "all applied")


def calendar(today: date | None = None) -> Finding:
    return calendar_of(working_calendar(), today or timezone.localdate())


def calendar_of(known: Calendar, today: date) -> Finding:
    """This year's official notice, and from November on the next year's."""
    years = [today.year, *([today.year + 1] if today.month >= NOTICE_MONTH else [])]
    missing = [str(year) for year in years if known.year(year).status is not Layer.GAZETTED]
    if missing:
        return Finding(
            "calendar",
            False,
            f"the official notice for {', '.join(missing)} is not in: deadlines there are provisional",
            "enter it under foundation, calendar, or upgrade to a release that has it",
        )
    return Finding("calendar", True, f"official for {', '.join(map(str, years))}")


def age_s(at: datetime) -> float:
    return (timezone.now() - at).total_seconds()
