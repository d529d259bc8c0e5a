"""The live board: what every instrument is doing, from five bulk queries, as light objects."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from ..models import Alarm, Instrument, Session
from ..rules.state import CASE_FLAGS, FLAGS
from .heard import NEVER, Heard, heard, links_now
from .plain import as_text, instant, tuples, words

STATES = ("abnormal", "warning", "offline", "in_use", "idle", "maintenance")
"""Worst first: the order of the board."""
RANK = {state: rank for rank, state in enumerate(STATES)}
CUT_OFF = frozenset({"offline", "never"})


class Shown(NamedTuple):
    """What a row says, apart from what time alone changes: equal rows are written once."""

    key: int
    code: str
    name: str
    place: str
    floor: str
    state: str
    link: str
    card: str
    user: str
    flag: str
    """The flag of the present session that matters most, or empty."""
    clock: str
    """What `since` measures: `used`, `flagged`, `silent`, `rest`, `idle` or nothing."""
    since: datetime | None
    """Counted from; for `rest` counted down to."""
    logged_off_at: datetime | None
    trust: str


class BoardRow(NamedTuple):
    shown: Shown
    heard: Heard
    unit_path: str

    @property
    def order(self) -> tuple[int, float, str]:
        """Worst first; what lasts longest first among the alarms and warnings."""
        since = self.shown.since
        rank = RANK[self.shown.state]
        return rank, since.timestamp() if since and rank < 2 else 0.0, self.shown.code


class Use(NamedTuple):
    """The present session, as the driver gives it."""

    card: str
    user: str | None
    began: str
    flags: str
    trust: str


class Row(NamedTuple):
    """An instrument, as the driver gives it."""

    key: int
    code: str
    folded: str
    name: str
    place: str | None
    floor: str | None
    path: str
    maintenance: Any
    rest_minutes: int
    idle_since: str | None
    logged_off_at: str | None
    last: str | None = None


FIELDS = (
    *("pk", "code", "folded", "name", "place__code", "place__floor", "unit__path", "maintenance"),
    *("rest_minutes", "idle_text", "logged_off_text"),
)
FEW = 50
"""Instruments up to which only their own sessions and alarms are read."""


def instruments() -> QuerySet[Instrument]:
    return Instrument.objects.filter(archived_at=None)


def board(rows: QuerySet[Instrument], now: datetime | None = None, *, last: bool = True) -> list[BoardRow]:
    """Rows of the board, worst first. `last` False leaves out who used it last."""
    now = now or timezone.now()
    asked = rows.order_by().annotate(
        idle_text=as_text("idle_since"), logged_off_text=as_text("logged_off_at")
    )
    names: tuple[str, ...] = FIELDS
    if last:
        before = Session.objects.filter(instrument=OuterRef("pk"), ended_at__isnull=False)
        name = before.order_by("-started_at").values(who=Coalesce("person__name", "card"))[:1]
        asked, names = asked.annotate(last=Subquery(name)), (*FIELDS, "last")
    found = [Row(*row) for row in tuples(asked, names)]
    keys = [row.key for row in found] if len(found) <= FEW else None
    uses, alarms, links = _uses(keys), _alarms(keys), heard(now)
    made = []
    for row in found:
        link = links.get(row.folded, NEVER)
        cut_off_us = link.at_us if link.link in CUT_OFF else 0
        rests = row.rest_minutes and _rest_until(row.logged_off_at, row.rest_minutes, now)
        behind = (row, uses.get(row.key), alarms.get(row.key), link.link, cut_off_us, rests or None)
        made.append(BoardRow(_remembered(behind), link, row.path))
    return sorted(made, key=lambda row: row.order)


def _rest_until(logged_off_at: str | None, minutes: int, now: datetime) -> datetime | None:
    """The end of the rest that still lasts."""
    off = instant(logged_off_at)
    until = off + timedelta(minutes=minutes) if off else None
    return until if until and until > now else None


def _uses(keys: Collection[int] | None) -> dict[int, Use]:
    rows = Session.objects.filter(ended_at=None).order_by()
    rows = rows if keys is None else rows.filter(instrument__in=keys)
    rows = rows.annotate(began=as_text("started_at"))
    names = ("instrument_id", "card", "person__name", "began", "flags", "trust")
    return {key: Use(*rest) for key, *rest in tuples(rows, names)}


def _alarms(keys: Collection[int] | None) -> dict[int, str]:
    rows = Alarm.objects.filter(ended_at=None).order_by()
    rows = rows if keys is None else rows.filter(instrument__in=keys)
    return dict(tuples(rows.annotate(began=as_text("began_at")), ("instrument_id", "began")))


Behind = tuple[Row, Use | None, str | None, str, int, datetime | None]
_known: dict[int, tuple[Behind, Shown]] = {}
"""By instrument: what its row was made from, and the row. Comparing costs less than hashing."""


def _remembered(behind: Behind) -> Shown:
    """What an instrument's row says; made once while nothing behind it changes."""
    known = _known.get(behind[0].key)
    if known is not None and known[0] == behind:
        return known[1]
    made = _shown(*behind)
    _known[behind[0].key] = behind, made
    return made


def _shown(
    row: Row, use: Use | None, alarm: str | None, link: str, cut_off_us: int, rest_until: datetime | None
) -> Shown:
    flag = worst_flag(words(use.flags)) if use else ""
    state = state_of(bool(row.maintenance), alarm is not None, use is not None, flag, link)
    clock, since = _clock(row, use, alarm, flag, state, cut_off_us, rest_until)
    present = use if alarm is None else None
    idle = use is None and alarm is None
    return Shown(
        row.key,
        row.code,
        row.name,
        row.place or "",
        row.floor or "",
        state,
        link,
        present.card if present else "",
        (present.user or "") if present else (row.last or "") if idle else "",
        flag,
        clock,
        since,
        instant(row.logged_off_at or row.idle_since) if idle else None,
        use.trust if use else "low",
    )


def _clock(
    row: Row,
    use: Use | None,
    alarm: str | None,
    flag: str,
    state: str,
    cut_off_us: int,
    rest_until: datetime | None,
) -> tuple[str, datetime | None]:
    if alarm is not None:
        return "used", instant(alarm)
    if state == "offline":
        return "silent", datetime.fromtimestamp(cut_off_us / 1_000_000, UTC) if cut_off_us else None
    if use is not None:
        return ("flagged" if flag else "used"), instant(use.began)
    if rest_until is not None:
        return "rest", rest_until
    return "idle", instant(row.idle_since)


def worst_flag(flags: Iterable[str]) -> str:
    """The flag that makes a session a warning; late swipes and hand-overs are told elsewhere."""
    return next((flag for flag in FLAGS if flag in flags and flag in CASE_FLAGS), "")


def state_of(maintenance: bool, alarm: bool, in_use: bool, flag: str, link: str) -> str:
    """One of STATES. An alarm is shown whatever else holds; silence hides what was known before it."""
    if alarm:
        return "abnormal"
    if maintenance:
        return "maintenance"
    if flag:
        return "warning"
    if link in CUT_OFF:
        return "offline"
    return "in_use" if in_use else "idle"


def counts(rows: Iterable[BoardRow]) -> dict[str, int]:
    """How many there are of each state, and altogether."""
    found = Counter(row.shown.state for row in rows)
    return {"all": sum(found.values()), **{state: found[state] for state in STATES}}


def counts_of(unit_path: str) -> dict[str, int]:
    """`counts` for a unit and below, without making rows: asked after every change."""
    rows = instruments().filter(unit__path__startswith=unit_path).order_by()
    uses = dict(tuples(Session.objects.filter(ended_at=None).order_by(), ("instrument_id", "flags")))
    alarms, links = _alarms(None), links_now()
    found = Counter(
        state_of(
            bool(maintenance),
            key in alarms,
            key in uses,
            worst_flag(words(uses[key])) if key in uses else "",
            links.get(name, "never"),
        )
        for key, name, maintenance in tuples(rows, ("pk", "folded", "maintenance"))
    )
    return {"all": sum(found.values()), **{state: found[state] for state in STATES}}


def floors(rows: Iterable[BoardRow]) -> list[str]:
    return sorted({row.shown.floor for row in rows if row.shown.floor})


def rests() -> dict[str, datetime]:
    """Until when instruments rest, by code; past instants included."""
    rows = instruments().filter(rest_minutes__gt=0, logged_off_at__isnull=False)
    found = rows.values_list("code", "logged_off_at", "rest_minutes")
    return {code: at + timedelta(minutes=minutes) for code, at, minutes in found if at}
