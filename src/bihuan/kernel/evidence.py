"""Files named by their hash, under one folder."""

import os
from hashlib import sha256
from pathlib import Path

from django.conf import settings


def path_of(digest: str) -> Path:
    return Path(settings.EVIDENCE_DIR) / digest[:2] / digest


def journal_path(digest: str) -> Path:
    return Path(settings.JOURNALS_DIR) / digest[:2] / f"{digest}.txt"


def store(data: bytes) -> str:
    """Write once, durably, before any row names the file; returns the SHA-256 in hex."""
    digest = sha256(data).hexdigest()
    path = path_of(digest)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{digest}.{os.getpid()}")
        with fresh.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    return digest
