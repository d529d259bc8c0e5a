"""Checking a backup and bringing it back."""

import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
from hashlib import file_digest
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from django.conf import settings
from django.db import connection

from bihuan.inputs import BadInput
from bihuan.site.archive.write import DUMP, pg_environment, pg_tool


def check(path: Path) -> dict[str, Any]:
    """The manifest of a whole backup: every file is there, has its hash, and databases open.

    Raises BadInput naming the first thing that is wrong.
    """
    try:
        with ZipFile(path) as archive:
            manifest: dict[str, Any] = json.loads(archive.read("manifest.json"))
            for name, digest in manifest["files"].items():
                with archive.open(name) as file:
                    if file_digest(file, "sha256").hexdigest() != digest:  # type: ignore[arg-type]
                        raise BadInput(f"{path}: {name} does not have the hash of the manifest")
            _check_databases(archive, manifest)
    except (BadZipFile, KeyError, json.JSONDecodeError) as error:
        raise BadInput(f"{path}: not a whole backup: {error}") from None
    return manifest


def _check_databases(archive: ZipFile, manifest: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in manifest["files"]:
            if not name.endswith(".sqlite3"):
                continue
            copy = Path(archive.extract(name, folder))
            reader = sqlite3.connect(copy)
            try:
                verdict = reader.execute("PRAGMA integrity_check").fetchone()[0]
            finally:
                reader.close()
            if verdict != "ok":
                raise BadInput(f"{archive.filename}: {name}: {verdict}")


def restore(path: Path) -> Path | None:
    """Bring everything back; what was there before is moved aside, and returned.

    Raises BadInput for a backup that is not whole or of another kind of database.
    """
    manifest = check(path)
    if manifest["database"] != connection.vendor:
        raise BadInput(
            f"{path}: holds a {manifest['database']} database, this installation has {connection.vendor}"
        )
    home = Path(settings.HOME)
    aside = home / "backups" / f"before-restore-{os.getpid()}"
    connection.close()
    with ZipFile(path) as archive, tempfile.TemporaryDirectory(dir=home) as folder:
        archive.extractall(folder)
        _swap(Path(folder), home, aside)
        if DUMP in manifest["files"]:
            _pg_restore(Path(folder) / DUMP)
    (home / "run" / "prepared").unlink(missing_ok=True)
    return aside if aside.exists() else None


def _swap(source: Path, home: Path, aside: Path) -> None:
    for name in ("control.sqlite3", "intake.sqlite3", "evidence", "journals", "secrets"):
        old, new = home / name, source / name
        if old.exists():
            aside.mkdir(parents=True, exist_ok=True)
            shutil.move(old, aside / name)
        for leftover in (home / f"{name}-wal", home / f"{name}-shm"):
            leftover.unlink(missing_ok=True)
        if new.exists():
            shutil.move(new, old)
    if (home / "secrets").exists():
        (home / "secrets").chmod(0o700)
        for secret in (home / "secrets").iterdir():
            secret.chmod(0o600)


def _pg_restore(dump: Path) -> None:
    name = str(connection.settings_dict["NAME"])
    command = [*pg_tool("pg_restore"), "--clean", "--if-exists", "--single-transaction", "--no-owner"]
    subprocess.run([*command, f"--dbname={name}", str(dump)], check=True, env=pg_environment())
