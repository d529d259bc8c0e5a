"""Which database the control records live in."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from bihuan.inputs import BadInput

SQLITE = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000;"
        "PRAGMA wal_autocheckpoint=8000;"
    ),
}
"""IMMEDIATE and 20 s: with three writing processes Django's default loses a third of the
transactions to `database is locked`, these settings none (bench/soak.py). The write-ahead file
may grow to 32 MB before it is folded back, because a projector's batch dirties pages of many indexes and
folding them at every commit costs as much as the rows (bench/projection.py)."""

KEPT_S = 600
"""How long a thread keeps its connection. To open one costs more than most pages ask of it: a file's
connection reads the whole schema first."""


def databases(url: str, home: Path) -> dict[str, dict[str, Any]]:
    """Django's DATABASES for a URL: SQLite (in `home` when no file is named) or PostgreSQL.

    Raises BadInput for a URL of another kind.
    """
    parts = urlsplit(url)
    if parts.scheme in {"", "sqlite"}:
        path = Path(unquote(parts.path.removeprefix("/"))) if parts.path else home / "control.sqlite3"
        path.parent.mkdir(parents=True, exist_ok=True)
        engine = "django.db.backends.sqlite3"
        kept = {"CONN_MAX_AGE": KEPT_S}
        return {"default": {"ENGINE": engine, "NAME": str(path), "OPTIONS": SQLITE, **kept}}
    if parts.scheme not in {"postgres", "postgresql"}:
        raise BadInput(f"BIHUAN_DATABASE_URL: {parts.scheme!r} is neither sqlite nor postgresql")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", unquote(parts.hostname or ""))
    return {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": host,
            "PORT": str(parts.port or options.pop("port", "")),
            "CONN_MAX_AGE": KEPT_S,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": options,
        }
    }
