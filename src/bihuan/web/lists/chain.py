"""The last check of the sealed chain: a long walk, so its result is kept beside the data."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from bihuan.kernel.audit import verify


@dataclass(frozen=True)
class Check:
    at: datetime
    blocks: int
    events: int
    unsealed: int
    broken: str


def _path() -> Path:
    return Path(settings.HOME) / "run" / "chain.json"


def last_check() -> Check | None:
    try:
        told = json.loads(_path().read_text())
        return Check(**{**told, "at": datetime.fromisoformat(told["at"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def check() -> Check:
    """Recompute the chain now and keep the answer."""
    at, found = timezone.now(), verify()
    result = Check(at, found.blocks, found.events, found.unsealed, found.broken)
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps({**asdict(result), "at": at.isoformat()}))
    fresh.replace(path)
    return result
