"""The live board: what every instrument is doing, from five bulk queries, as light objects."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from ..models import Alarm, Instrument, Session
from ..rules.state import CASE_FLAGS, FLAGS
from .heard import NEVER, Heard, heard

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


@dataclass(frozen=True, slots=True)
class BoardRow:
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
    card: str
    user: str | None
    started_at: datetime
    flags: list[str]
    trust: str


FIELDS = (
    *("pk", "code", "folded", "name", "place__code", "place__floor", "unit__path", "maintenance"),
    *("rest_minutes", "idle_since", "logged_off_at"),
)


def instruments() -> QuerySet[Instrument]:
    return Instrument.objects.filter(archived_at=None)


def board(rows: QuerySet[Instrument], now: datetime | None = None, *, last: bool = True) -> list[BoardRow]:
    """Rows of the board, worst first. `last` False leaves out who used it last (for counts)."""
    now = now or timezone.now()
    before = Session.objects.filter(instrument=OuterRef("pk"), ended_at__isnull=False).order_by("-started_at")
    asked = rows.order_by()
    if last:
        asked = asked.annotate(last=Subquery(before.values(who=Coalesce("person__name", "card"))[:1]))
    found = list(asked.values_list(*FIELDS, *(("last",) if last else ())))
    keys = [row[0] for row in found] if len(found) <= 50 else None
    uses, alarms, links = _uses(keys), _alarms(keys), heard(now)
    made = [_row(row, uses.get(row[0]), alarms.get(row[0]), links.get(row[2], NEVER), now) for row in found]
    return sorted(made, key=lambda row: row.order)


def _uses(keys: Collection[int] | None) -> dict[int, Use]:
    rows = Session.objects.filter(ended_at=None).order_by()
    rows = rows if keys is None else rows.filter(instrument__in=keys)
    names = ("instrument_id", "card", "person__name", "started_at", "flags", "trust")
    return {key: Use(*rest) for key, *rest in rows.values_list(*names)}


def _alarms(keys: Collection[int] | None) -> dict[int, datetime]:
    rows = Alarm.objects.filter(ended_at=None).order_by()
    rows = rows if keys is None else rows.filter(instrument__in=keys)
    return dict(rows.values_list("instrument_id", "began_at"))


def _row(
    row: tuple[Any, ...], use: Use | None, alarm: datetime | None, link: Heard, now: datetime
) -> BoardRow:
    key, code, _folded, name, place, floor, path, maintenance, rest, idle_since, logged_off_at, *last = row
    flag = worst_flag(use.flags) if use else ""
    state = state_of(maintenance, alarm is not None, use is not None, flag, link.link)
    rest_until = logged_off_at + timedelta(minutes=rest) if logged_off_at and rest else None
    clock, since = _clock(state, use, alarm, flag, link, rest_until, idle_since, now)
    present = use is not None and alarm is None
    shown = Shown(
        key,
        code,
        name,
        place or "",
        floor or "",
        state,
        link.link,
        use.card if use and present else "",
        (use.user or "") if use and present else "" if alarm else (last[0] or "" if last else ""),
        flag,
        clock,
        since,
        None if present or alarm else logged_off_at or idle_since,
        use.trust if use else "low",
    )
    return BoardRow(shown, link, path)


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


def _clock(
    state: str,
    use: Use | None,
    alarm: datetime | None,
    flag: str,
    link: Heard,
    rest_until: datetime | None,
    idle_since: datetime | None,
    now: datetime,
) -> tuple[str, datetime | None]:
    if alarm is not None:
        return "used", alarm
    if state == "offline":
        return "silent", link.at
    if use is not None:
        return ("flagged" if flag else "used"), use.started_at
    if rest_until is not None and rest_until > now:
        return "rest", rest_until
    return "idle", idle_since


def counts(rows: Iterable[BoardRow]) -> dict[str, int]:
    """How many there are of each state, and altogether."""
    found = Counter(row.shown.state for row in rows)
    return {"all": sum(found.values()), **{state: found[state] for state in STATES}}


def counts_of(unit_path: str) -> dict[str, int]:
    """`counts` for a unit and below, without the question who used what last."""
    return counts(board(instruments().filter(unit__path__startswith=unit_path), last=False))


def floors(rows: Iterable[BoardRow]) -> list[str]:
    return sorted({row.shown.floor for row in rows if row.shown.floor})


def rests() -> dict[str, datetime]:
    """Until when instruments rest, by code; past instants included."""
    rows = instruments().filter(rest_minutes__gt=0, logged_off_at__isnull=False)
    found = rows.values_list("code", "logged_off_at", "rest_minutes")
    return {code: at + timedelta(minutes=minutes) for code, at, minutes in found if at}
