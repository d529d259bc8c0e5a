"""Writing a backup while everything runs."""

import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.conf import settings
from django.db import connection

from bihuan import __version__
from bihuan.inputs import BadInput

FOLDERS = ("evidence", "journals", "secrets")
DUMP = "control.pgdump"


def write_backup(path: Path) -> dict[str, Any]:
    """Databases first, then the files that they name: a file may be too many, never too few.

    Written beside the target and renamed, so that a broken backup never has the good name.
    """
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with (
            tempfile.TemporaryDirectory(dir=path.parent) as folder,
            ZipFile(fresh, "w", ZIP_DEFLATED) as archive,
        ):
            manifest: dict[str, Any] = {
                "bihuan": __version__,
                "database": connection.vendor,
                "written_at": datetime.now(UTC).isoformat(),
                "files": {},
            }
            for source, name in _files(Path(folder)):
                archive.write(source, name)
                with source.open("rb") as file:
                    manifest["files"][name] = file_digest(file, "sha256").hexdigest()
            archive.writestr("manifest.json", json.dumps(manifest, indent=1))
        fresh.chmod(0o600)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    return manifest


def _files(folder: Path) -> Iterator[tuple[Path, str]]:
    yield from _databases(folder)
    home = Path(settings.HOME)
    for name in FOLDERS:
        for path in sorted((home / name).rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                yield path, str(path.relative_to(home))


def _databases(folder: Path) -> Iterator[tuple[Path, str]]:
    if connection.vendor == "postgresql":
        yield _pg_dump(folder / DUMP), DUMP
        return
    home = Path(settings.HOME)
    for name, source in (
        ("control.sqlite3", Path(str(connection.settings_dict["NAME"]))),
        ("intake.sqlite3", home / "intake.sqlite3"),
    ):
        if source.exists():
            yield _sqlite_copy(source, folder / name), name


def _sqlite_copy(source: Path, target: Path) -> Path:
    """SQLite's own online copy: consistent while others write."""
    reader, writer = sqlite3.connect(source, timeout=20), sqlite3.connect(target)
    try:
        reader.backup(writer, pages=2000)
    finally:
        reader.close()
        writer.close()
    return target


def _pg_dump(target: Path) -> Path:
    command = pg_tool("pg_dump")
    subprocess.run(
        [*command, "--format=custom", f"--file={target}", str(connection.settings_dict["NAME"])],
        check=True,
        env=pg_environment(),
    )
    return target


def pg_tool(name: str) -> list[str]:
    """Raises BadInput, with the cure, where PostgreSQL's client programs are absent."""
    found = shutil.which(name)
    if found is None:
        raise BadInput(f"{name} is not installed: sudo apt install postgresql-client")
    return [found]


def pg_environment() -> dict[str, str]:
    """The connection as libpq's variables, so that no password stands in a process list."""
    of = connection.settings_dict
    pairs = {"PGHOST": of["HOST"], "PGPORT": of["PORT"], "PGUSER": of["USER"], "PGPASSWORD": of["PASSWORD"]}
    return {**os.environ, **{key: str(value) for key, value in pairs.items() if value}}
