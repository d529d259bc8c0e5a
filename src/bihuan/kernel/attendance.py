"""A process that was away says from when until when, and how much it has made up for since."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from bihuan.kernel.act.events import record
from bihuan.kernel.act.notices import tell
from bihuan.kernel.models import ProcessBeat, Role, User

AWAY = timedelta(minutes=10)
"""Longer than a restart or an upgrade takes: what is shorter changed nobody's day."""
KEYS = ("away_since", "away_until", "made_up")


@dataclass(frozen=True, slots=True)
class Absence:
    """The last time that a process was away, as its beat carries it on."""

    since: datetime
    until: datetime
    made_up: int
    """Rows that were due and have been handled after it came back."""

    @classmethod
    def of(cls, detail: dict[str, Any]) -> "Absence | None":
        if not all(key in detail for key in KEYS):
            return None
        since, until = (datetime.fromisoformat(str(detail[key])) for key in KEYS[:2])
        return cls(since, until, int(detail["made_up"]))


class Attendance:
    """Kept by the process itself: `present` before each look at what is due, `handled` after it."""

    def __init__(self, process: str) -> None:
        self.process = process
        self.seen_at: datetime | None = None
        self.since: datetime | None = None
        self.rows = 0
        self.detail: dict[str, str | int] = {}
        """What the beat says of the last absence."""

    def present(self, now: datetime) -> None:
        if self.seen_at is None:
            row = ProcessBeat.objects.filter(name=self.process).first()
            self.seen_at = row.at if row else now
            self.detail = {key: row.detail[key] for key in KEYS if key in row.detail} if row else {}
        if now - self.seen_at > AWAY and self.since is None:
            self.since, self.rows = self.seen_at, 0
        self.seen_at = now

    def handled(self, rows: int, *, more: bool, now: datetime) -> None:
        """Everything that came due meanwhile has been handled when nothing is left: then it is told, once."""
        if self.since is None:
            return
        self.rows += rows
        if not more:
            self._tell(self.since, now)
            self.since = None

    def _tell(self, since: datetime, now: datetime) -> None:
        began, ended = since.isoformat(), now.isoformat()
        self.detail = dict(zip(KEYS, (began, ended, self.rows), strict=True))
        record(
            verb="process.back",
            actor=None,
            subject=self.process,
            at=now,
            away_since=began,
            away_until=ended,
            made_up=self.rows,
        )
        for user in User.objects.filter(role=Role.ADMINISTRATOR, is_active=True):
            tell(
                user=user, key="process.back", at=now, since=_local(since), until=_local(now), rows=self.rows
            )


def _local(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")
