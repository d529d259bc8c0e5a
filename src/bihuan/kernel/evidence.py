"""Files named by their hash, under one folder."""

import os
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from threading import get_ident

from django.conf import settings


def path_of(digest: str) -> Path:
    return Path(settings.EVIDENCE_DIR) / digest[:2] / digest


def journal_path(digest: str) -> Path:
    return Path(settings.JOURNALS_DIR) / digest[:2] / f"{digest}.txt"


def store(data: bytes) -> str:
    """Write once, durably, before any row names the file; returns the SHA-256 in hex."""
    return store_stream([data])[0]


def store_stream(chunks: Iterable[bytes]) -> tuple[str, int]:
    """As `store`, of what is too large for memory, and its size; one chunk at a time is held."""
    folder = Path(settings.EVIDENCE_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    digest, size = sha256(), 0
    fresh = folder / f".new.{os.getpid()}.{get_ident()}"
    try:
        with fresh.open("wb") as file:
            for chunk in chunks:
                digest.update(chunk)
                size += file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        _settle(fresh, path_of(digest.hexdigest()))
    finally:
        fresh.unlink(missing_ok=True)
    return digest.hexdigest(), size


def _settle(fresh: Path, path: Path) -> None:
    """Give the file its name, unless its content is there already; the folder is durable too."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
