"""Proof for the live process of who is looking: signed, short-lived, no session needed there."""

import time
from dataclasses import dataclass

from django.core import signing

from bihuan.kernel.models import User

SALT = "bihuan.live"
LIVES_S = 600
PATH = "/live/events"
"""Where the live process answers; in front of both, a proxy sends this path there."""


@dataclass(frozen=True, slots=True)
class Viewer:
    user: int
    unit_path: str
    language: str
    expires: float
    """Unix time."""


def make(user: User, language: str) -> str:
    """A token for ten minutes."""
    return signing.dumps([user.pk, user.unit.path, language, int(time.time()) + LIVES_S], salt=SALT)


def check(token: str) -> Viewer | None:
    """Whose token this is; None when it is forged or older than ten minutes."""
    try:
        user, unit_path, language, expires = signing.loads(token, salt=SALT, max_age=LIVES_S)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Viewer(user, unit_path, language, expires)
