"""Ports, disk, folders and secrets: what the machine gives."""

import os
import shutil
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Final

from bihuan.environment import Environment
from bihuan.site.doctor.finding import Finding
from bihuan.site.supervisor.plan import busy, ports

LEAST_FREE: Final = 1 << 30
"""A day of photos of a large laboratory, with room for a backup."""
FOLDERS: Final = ("", "evidence", "journals", "logs", "run", "secrets", "backups")
OWNERS: Final = {
    "BIHUAN_PORT": "web",
    "BIHUAN_GATEWAY_PORT": "gateway",
    "BIHUAN_LIVE_PORT": "live",
}


def ports_free(environment: Environment, alive: Collection[str]) -> Finding:
    """Each port is free, or held by our own process."""
    ours, foreign = [], []
    for port in ports(environment):
        why = busy(port)
        if why and OWNERS[port.variable] in alive:
            ours.append(str(port.number))
        elif why:
            foreign.append(why)
    if foreign:
        return Finding("ports", False, "; ".join(foreign), "stop that program or choose another port")
    return Finding("ports", True, f"ours: {', '.join(ours)}" if ours else "free")


def disk(home: Path, least: int = LEAST_FREE) -> Finding:
    free = shutil.disk_usage(_existing(home)).free
    detail = f"{free / (1 << 30):.1f} GiB free for {home}"
    if free < least:
        return Finding("disk", False, detail, f"free space there: at least {least / (1 << 30):.0f} GiB")
    return Finding("disk", True, detail)


def _existing(path: Path) -> Path:
    while not path.exists():
        path = path.parent
    return path


def folders(home: Path) -> Finding:
    bad = [str(home / name) for name in FOLDERS if not _writable(_existing(home / name))]
    if bad:
        return Finding(
            "folders", False, f"cannot write to {', '.join(bad)}", "give this user write access there"
        )
    return Finding("folders", True, f"{home} can be written")


def _writable(folder: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def secrets(home: Path) -> Finding:
    """Nobody but the owner may read them."""
    folder = home / "secrets"
    if not folder.exists():
        return Finding("secrets", True, "none yet")
    open_ = [str(path) for path in (folder, *sorted(folder.rglob("*"))) if path.stat().st_mode & 0o077]
    if open_:
        return Finding("secrets", False, f"others can read {', '.join(open_)}", f"chmod -R go-rwx {folder}")
    if folder.stat().st_uid != os.geteuid() and os.geteuid() != 0:
        return Finding("secrets", False, f"{folder} belongs to another user", "run as the user who owns it")
    return Finding("secrets", True, "readable by their owner only")
