"""One instrument now: what its page and the board's drawer show first."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from bihuan.kernel.models import Case
from bihuan.kernel.rules.lifecycle import OPEN

from ..models import Alarm, Instrument, Photo, Session
from .board import BoardRow, board
from .heard import NEVER, Heard


@dataclass(frozen=True, slots=True)
class Present:
    """An instrument with what is going on at it."""

    instrument: Instrument
    row: BoardRow | None
    """None for one in the archive."""
    alarm: Alarm | None
    """The one that lasts, else the newest whose case is open."""
    photos: list[Photo]
    cases: list[Case]
    """Open cases, worst first."""
    session: Session | None
    last: Session | None
    """The newest session that has ended."""

    @property
    def heard(self) -> Heard:
        return self.row.heard if self.row else NEVER

    @property
    def rest_until(self) -> datetime | None:
        shown = self.row.shown if self.row else None
        return shown.since if shown and shown.clock == "rest" else None


def present(row: Instrument, now: datetime | None = None) -> Present:
    now = now or timezone.now()
    rows = board(Instrument.objects.filter(pk=row.pk, archived_at=None), now)
    cases = open_cases(row)
    alarms = Alarm.objects.filter(instrument=row).select_related("case", "person")
    alarm = alarms.filter(ended_at=None).first()
    if alarm is None:
        alarm = alarms.filter(case__in=[case.pk for case in cases]).order_by("-began_at").first()
    sessions = Session.objects.filter(instrument=row).select_related("person")
    return Present(
        instrument=row,
        row=rows[0] if rows else None,
        alarm=alarm,
        photos=photos_of(alarm) if alarm else [],
        cases=cases,
        session=sessions.filter(ended_at=None).first(),
        last=sessions.filter(ended_at__isnull=False).order_by("-started_at").first(),
    )


def open_cases(row: Instrument) -> list[Case]:
    rows = Case.objects.filter(system="instruments", subject=row.code, state__in=OPEN)
    return list(rows.select_related("owner").order_by("-severity", "due_at", "pk"))


def photos_of(alarm: Alarm) -> list[Photo]:
    return list(alarm.photos.select_related("evidence").order_by("received_at"))
