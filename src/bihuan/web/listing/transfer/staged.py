"""Uploaded files between preview and saving: kept by hash, found again only by who uploaded them."""

import time
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.core import signing
from django.utils.translation import gettext

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import User
from bihuan.web.listing.transfer.sheet import LARGEST

KEPT_S = 3600
SALT = "bihuan.import"


def folder() -> Path:
    path: Path = settings.HOME / "run" / "imports"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def keep(chunks: Iterable[bytes], *, user: User, kind: str, session: str) -> tuple[Path, str]:
    """Store an upload; returns its path and the token that finds it. Raises Refused when it is too large."""
    _forget_old()
    data, digest = bytearray(), sha256()
    for chunk in chunks:
        data += chunk
        digest.update(chunk)
        if len(data) > LARGEST:
            raise Refused(
                gettext("The file is larger than %(n)d MB. Split it.") % {"n": LARGEST // 1024 // 1024}
            )
    name = digest.hexdigest()
    path = folder() / f"{name}-{user.pk}"
    path.write_bytes(data)
    return path, signing.dumps({"file": name, "kind": kind, "user": user.pk, "session": session}, salt=SALT)


def find(token: str, *, user: User, kind: str, session: str) -> tuple[Path, str]:
    """Path and SHA-256 of the kept file. Raises Refused for a foreign, old or used token."""
    try:
        told = signing.loads(token, salt=SALT, max_age=KEPT_S)
    except signing.BadSignature:
        told = {}
    path = folder() / f"{told.get('file', '-')}-{user.pk}"
    mine = {"kind": kind, "user": user.pk, "session": session}
    if any(told.get(key) != value for key, value in mine.items()) or not path.is_file():
        raise Refused(gettext("The uploaded file is no longer there. Upload it again."))
    return path, told["file"]


def _forget_old() -> None:
    oldest = time.time() - KEPT_S
    for path in folder().iterdir():
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
