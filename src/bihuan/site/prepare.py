"""A data folder made ready: tables, seeds, the first administrator."""

import os
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from bihuan.kernel.act import calendar, duty, standards
from bihuan.kernel.act.access import create_user
from bihuan.kernel.models import CalendarDay, Role, Unit, User
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.registry import collect
from bihuan.site.archive.write import write_backup
from bihuan.site.tables import from_nothing

KEPT_BACKUPS = 5


def pending() -> int:
    """Migrations that this code has and the database has not."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def existing() -> bool:
    """Is there anything that a failed migration could spoil?"""
    return "django_migrations" in connection.introspection.table_names()


def prepare() -> Path | None:
    """Back up when there is something to lose, migrate, check, seed. Returns the backup's path.

    A version that brings the notice of a further year moves the open deadlines that waited for it.

    Raises what the migration raises: the backup is the way back (`bihuan restore`).
    """
    backup: Path | None = None
    if pending():
        if existing():
            backup = _backup_before_upgrade()
            call_command("migrate", verbosity=0, interactive=False)
        else:
            from_nothing()
        before = working_calendar()
        calendar.seed()
        moved = backup is not None and working_calendar() != before
    else:
        moved = False
    refuse_bad_manifests()
    if not CalendarDay.objects.exists():
        calendar.seed()
    seed()
    if moved:
        calendar.recompute()
    return backup


def seed() -> None:
    """Rows without which nothing can be judged, where they are not there yet."""
    standards.seed()
    duty.seed()
    for _, seed_system in collect(lambda system: system.seed):
        seed_system()


def refuse_bad_manifests() -> None:
    """Raises SystemCheckError naming what is wrong."""
    problems = [problem for problem in run_checks() if problem.is_serious()]
    if problems:
        raise SystemCheckError("; ".join(str(problem) for problem in problems))


def _backup_before_upgrade() -> Path:
    folder = Path(settings.HOME) / "backups"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"before-upgrade-{datetime.now():%Y%m%d-%H%M%S}.zip"
    write_backup(path)
    for old in sorted(folder.glob("before-upgrade-*.zip"))[:-KEPT_BACKUPS]:
        old.unlink()
    return path


def first_administrator() -> tuple[User, str] | None:
    """The account that everything starts with; None when there is one already."""
    if User.objects.filter(role=Role.ADMINISTRATOR).exists():
        return None
    root = Unit.objects.filter(parent=None).first() or Unit.objects.create(name="总部", code="ROOT")
    user, password = create_user(username="admin", name="管理员", role=Role.ADMINISTRATOR, unit=root)
    return user, password


def keep_logins(logins: list[tuple[str, str, str]]) -> Path:
    """Append `(title, user name, password)` to a file that only its owner reads."""
    path = Path(settings.HOME) / "secrets" / "logins.txt"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "a", encoding="utf-8") as file:
        for title, name, password in logins:
            file.write(f"{title:<16} {name:<12} {password}\n")
    return path
