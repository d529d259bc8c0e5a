"""The tests' database is migrated once and copied from then on: nothing is learned by doing it again.

SQLite: a file in pytest's cache, named by what the migrations say, so that a later run finds it too.
PostgreSQL: a database beside the tests' own ones, for every worker of this run.
"""

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

if TYPE_CHECKING:
    import pytest

KEPT = 4
"""Templates of other states of the migrations, as one has when going from branch to branch."""


def folder_of(config: "pytest.Config") -> Path:
    """Kept from run to run, but for those that are told to keep nothing."""
    cache = getattr(config, "cache", None)
    folder = cache.mkdir("databases") if cache else Path(os.environ["BIHUAN_HOME"]) / "databases"
    folder.mkdir(parents=True, exist_ok=True)
    return Path(folder)


def name_of_state() -> str:
    """Changes with every migration of every app, and with what `post_migrate` makes of the models."""
    import django
    from django.apps import apps

    from bihuan.kernel import texts

    told = sha256(django.__version__.encode())
    told.update(Path(texts.__file__).read_bytes())
    for config in apps.get_app_configs():
        told.update(config.label.encode())
        for path in sorted(Path(config.path).glob("migrations/*.py")):
            told.update(path.name.encode() + path.read_bytes())
        for model in config.get_models():
            told.update(f"{model._meta.label} {model._meta.verbose_name_raw}".encode())
    return told.hexdigest()[:16]


@contextmanager
def migrated_once(folder: Path) -> Iterator[None]:
    """While Django makes its test database: `migrate` takes the template where there is one, or makes it."""
    from django.core import management
    from django.db import connection

    real = management.call_command
    ways: dict[str, Callable[[Path, Callable[[], object]], None]] = {
        "sqlite": _sqlite,
        "postgresql": _postgresql,
    }

    def call(name: Any, *args: Any, **options: Any) -> Any:
        if name != "migrate":
            return real(name, *args, **options)
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            return ways[connection.vendor](folder, lambda: real(name, *args, **options))

    with patch.object(management, "call_command", call):
        yield


def _sqlite(folder: Path, migrate: Callable[[], object]) -> None:
    from django.db import connection

    path = folder / f"{name_of_state()}.sqlite3"
    connection.ensure_connection()
    if path.exists():
        with closing(sqlite3.connect(path)) as kept:
            kept.backup(connection.connection)
        path.touch()
        return
    migrate()
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with closing(sqlite3.connect(fresh)) as kept:
        connection.connection.backup(kept)
    fresh.rename(path)
    for old in sorted(folder.glob("*.sqlite3"), key=lambda found: found.stat().st_mtime)[:-KEPT]:
        old.unlink()


def _postgresql(folder: Path, migrate: Callable[[], object]) -> None:
    from django.db import connection

    name, template = connection.settings_dict["NAME"], f"template_{name_of_state()}"
    connection.close()
    with _beside(connection) as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template])
        if cursor.fetchone():
            _copy(cursor, template, name)
            return
    migrate()
    connection.close()
    with _beside(connection) as cursor:
        _copy(cursor, name, template)


def _beside(connection: Any) -> Any:
    """A cursor on no database in particular: one that is being copied may have no other connection."""
    return connection._nodb_cursor()


def _copy(cursor: Any, source: str, target: str) -> None:
    cursor.execute(f'DROP DATABASE IF EXISTS "{target}"')
    cursor.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
