"""The instruments over HTTP (contract §4): what each is doing, who used it, what it alarmed."""

from datetime import date, datetime, timedelta
from typing import Any, Literal

from django.db.models import Prefetch
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from bihuan.kernel.scope import visible
from bihuan.web.api.pages import Page, page_of
from bihuan.web.api.token import owner, reading

from .models import Alarm, Instrument, Photo, Session
from .read import board as read
from .read.period import LONGEST, Period
from .read.runs import usage_of
from .rules.usage import by_month

router = Router(tags=["instruments"])


class InstrumentOut(Schema):
    id: str
    name: str
    place: str | None
    state: Literal["abnormal", "warning", "offline", "in_use", "idle", "maintenance"]
    link: Literal["online", "stale", "offline", "never"]
    card: str | None
    user: str | None
    since: datetime | None
    last_used_at: datetime | None
    rest_until: datetime | None


class SessionOut(Schema):
    started_at: datetime
    ended_at: datetime | None
    card: str
    user: str | None
    flags: list[str]
    source: Literal["live", "journal"]
    trust: str


class PhotoOut(Schema):
    id: int = Field(description="Of the evidence: opened in the pages alone, each opening on record.")
    received_at: datetime
    bytes: int
    sha256: str
    truncated: bool


class AlarmOut(Schema):
    began_at: datetime
    ended_at: datetime | None
    reason: Literal["shutdown", "late_swipe"] | None
    card: str | None
    user: str | None
    photos: list[PhotoOut]
    case: str | None


class InstrumentsOut(Schema):
    items: list[InstrumentOut]
    count: int
    next: str | None


class SessionsOut(Schema):
    items: list[SessionOut]
    count: int
    next: str | None


class AlarmsOut(Schema):
    items: list[AlarmOut]
    count: int
    next: str | None


class UsedOut(Schema):
    on: date = Field(description="A local day, or the first of a month.")
    hours: float
    sessions: int = Field(description="Counted on the first day that they touch.")


class UsageOut(Schema):
    items: list[UsedOut]
    count: int
    next: str | None
    hours: float
    sessions: int


class Span(Page):
    first: date | None = Field(None, alias="from")
    last: date | None = Field(None, alias="to")


class UsageFilter(Schema):
    first: date | None = Field(None, alias="from", description="Default: 29 days before `to`.")
    last: date | None = Field(None, alias="to", description="Included; default today.")
    by: Literal["day", "month"] = "day"


@router.get("", auth=reading, response=InstrumentsOut, summary="What every instrument is doing, worst first")
def instruments(request: HttpRequest, wanted: Query[Page]) -> dict[str, Any]:
    rows: Any = read.board_of(owner(request))
    return page_of(request, rows, wanted, instrument_out)


def instrument_out(row: read.BoardRow) -> dict[str, Any]:
    shown = row.shown
    present = bool(shown.card)
    return {
        "id": shown.code,
        "name": shown.name,
        "place": shown.place or None,
        "state": shown.state,
        "link": shown.link,
        "card": shown.card or None,
        "user": (shown.user or None) if present else None,
        "since": None if shown.clock == "rest" else shown.since,
        "last_used_at": shown.logged_off_at,
        "rest_until": shown.since if shown.clock == "rest" else None,
    }


@router.get("/{code}", auth=reading, response=InstrumentOut, summary="One instrument")
def instrument(request: HttpRequest, code: str) -> dict[str, Any]:
    rows = read.board(Instrument.objects.filter(pk=_found(request, code).pk))
    return instrument_out(rows[0])


@router.get("/{code}/sessions", auth=reading, response=SessionsOut, summary="Its uses, newest first")
def sessions(request: HttpRequest, code: str, wanted: Query[Span]) -> dict[str, Any]:
    """`from` and `to` are local days, both included, of the log-on."""
    rows = Session.objects.filter(instrument=_found(request, code)).select_related("person")
    begin, end = _instants(wanted)
    rows = rows.filter(started_at__gte=begin) if begin else rows
    rows = rows.filter(started_at__lt=end) if end else rows
    return page_of(request, rows.order_by("-started_at", "-pk"), wanted, session_out)


def session_out(row: Session) -> dict[str, Any]:
    return {
        "started_at": row.started_at,
        "ended_at": row.ended_at,
        "card": row.card,
        "user": row.person.name if row.person else None,
        "flags": row.flags,
        "source": row.source,
        "trust": row.trust,
    }


@router.get("/{code}/alarms", auth=reading, response=AlarmsOut, summary="Its alarms, newest first")
def alarms(request: HttpRequest, code: str, wanted: Query[Span]) -> dict[str, Any]:
    photos = Prefetch("photos", queryset=Photo.objects.select_related("evidence").order_by("received_at"))
    rows = Alarm.objects.filter(instrument=_found(request, code)).select_related("person", "case")
    begin, end = _instants(wanted)
    rows = rows.filter(began_at__gte=begin) if begin else rows
    rows = rows.filter(began_at__lt=end) if end else rows
    return page_of(request, rows.order_by("-began_at", "-pk").prefetch_related(photos), wanted, alarm_out)


def alarm_out(row: Alarm) -> dict[str, Any]:
    return {
        "began_at": row.began_at,
        "ended_at": row.ended_at,
        "reason": row.reason or None,
        "card": row.card or None,
        "user": row.person.name if row.person else None,
        "photos": [
            {
                "id": photo.evidence_id,
                "received_at": photo.received_at,
                "bytes": photo.evidence.size,
                "sha256": photo.sha256,
                "truncated": photo.truncated,
            }
            for photo in row.photos.all()
        ],
        "case": row.case.number if row.case else None,
    }


@router.get("/{code}/usage", auth=reading, response=UsageOut, summary="Hours and sessions by day or month")
def usage(request: HttpRequest, code: str, wanted: Query[UsageFilter]) -> dict[str, Any]:
    """Sessions are cut at local midnight; at most two years at once, the last of the asked days."""
    row = _found(request, code)
    found = usage_of(row, _period(wanted))
    days = found.days if wanted.by == "day" else by_month(found.days)
    items = [{"on": day.on, "hours": _hours(day.ran), "sessions": day.runs} for day in days]
    return {
        "items": items,
        "count": len(items),
        "next": None,
        "hours": _hours(found.ran),
        "sessions": found.runs,
    }


def _period(wanted: UsageFilter) -> Period:
    last = wanted.last or timezone.localdate()
    first = wanted.first or last - timedelta(days=29)
    first, last = min(first, last), max(first, last)
    return Period("custom", max(first, last - timedelta(days=LONGEST - 1)), last)


def _instants(wanted: Span) -> tuple[datetime | None, datetime | None]:
    first, last = wanted.first, wanted.last
    begin = Period("custom", first, first).span[0] if first else None
    return begin, Period("custom", last, last).span[1] if last else None


def _hours(span: timedelta) -> float:
    return round(span / timedelta(hours=1), 4)


def _found(request: HttpRequest, code: str) -> Instrument:
    return get_object_or_404(visible(owner(request), Instrument.objects.all()), folded=code.casefold())
