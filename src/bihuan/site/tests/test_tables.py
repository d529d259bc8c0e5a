"""A new house has its tables straight from the models: the same that the migrations make."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from bihuan.site.prepare import pending

pytestmark = [pytest.mark.slow, pytest.mark.both, pytest.mark.timeout(240)]

Shape = dict[tuple[str, str], Any]

SQLITE = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
POSTGRESQL = """
SELECT 'table', table_name || '.' || column_name,
       concat_ws(' ', CASE WHEN column_name = 'id' THEN 'a whole number' ELSE udt_name END,
                 character_maximum_length, is_nullable, column_default, identity_generation)
  FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT 'index', regexp_replace(indexdef, 'INDEX [^ ]+ ON', 'INDEX ON'), '' FROM pg_indexes
  WHERE schemaname = 'public'
UNION ALL SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
UNION ALL SELECT 'function', proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL SELECT 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
"""
"""An index keeps its name when its column gets another, and so does, from PostgreSQL 18 on, that a column is
never empty, which is told with the column; the key of a row that only ties two others is wider
in a new house, because migrations do not ask the app which key is usual."""


MIGRATE = """
import gc
from django.core.management import execute_from_command_line
gc.disable()
execute_from_command_line(["django", "migrate", "--verbosity", "0"])
"""
"""Each step draws its models again, in circles: to look for what is left over takes a third of the time, to
keep it 0.8 GB."""


def parts(sql: str) -> list[str]:
    """Columns and constraints of CREATE TABLE, whatever their order: a column that is added comes last."""
    found, depth = [""], 0
    for letter in sql.partition("(")[2].rpartition(")")[0]:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and not depth:
            found.append("")
        else:
            found[-1] += letter
    return sorted(part.strip() for part in found)


def shape(of: Any) -> Shape:
    """Everything that the database has been told about its tables."""
    with of.cursor() as cursor:
        cursor.execute(SQLITE if of.vendor == "sqlite" else POSTGRESQL)
        rows = cursor.fetchall()
    plain = of.vendor == "sqlite"
    return {(kind, name): parts(told) if plain and kind == "table" else told for kind, name, told in rows}


@pytest.fixture
def migrated(tmp_path: Path) -> Iterator[Any]:
    """A database that took every migration from the first on."""
    other = connection.copy()
    settings = other.settings_dict
    if other.vendor == "sqlite":
        settings["NAME"], url = tmp_path / "control.sqlite3", ""
    else:
        settings["NAME"] = f"{settings['NAME']}_migrated"
        url = f"postgresql://{settings['USER']}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{settings["NAME"]}"')
    env = {**os.environ, "BIHUAN_HOME": str(tmp_path), "BIHUAN_DATABASE_URL": url}
    command = [sys.executable, "-c", MIGRATE]
    try:
        subprocess.run(command, env={**env, "PYTHONPATH": os.pathsep.join(sys.path)}, check=True)
        yield other
    finally:
        other.close()
        if url:
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'DROP DATABASE "{settings["NAME"]}"')


@pytest.mark.django_db
def test_tables_from_nothing_are_those_of_the_migrations(migrated: Any) -> None:
    one, other = shape(connection), shape(migrated)
    assert {key: told for key, told in one.items() if other.get(key) != told} == {}
    assert set(other) == set(one)
    assert len(one) > 100


@pytest.mark.django_db
def test_nothing_is_left_to_migrate() -> None:
    assert pending() == 0
