"""The live board: what every instrument is doing, from five bulk queries, as light objects."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import Any, NamedTuple

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from bihuan.kernel.prepared import Hole, Prepared
from bihuan.kernel.scope import Actor, below, scope

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
    order: tuple[int, float, str]
    """Worst first; what lasts longest first among the alarms and warnings."""
    shown: Shown
    heard: Heard
    unit_path: str


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
    found = tuples(*_asked(rows, last))
    keys = [row[0] for row in found] if len(found) <= FEW else None
    return _rows(found, _uses(keys), _alarms(keys), now or timezone.now(), last)


def board_of(user: Actor, now: datetime | None = None) -> list[BoardRow]:
    """`board` of all that the user may see, from prepared queries: every board asks again each minute."""
    path = scope(user)
    if path is None:
        return []
    uses = {key: rest for key, *rest in USES.rows()}
    return _rows(BELOW.rows(path=path), uses, dict(ALARMS.rows()), now or timezone.now())


def _asked(rows: QuerySet[Instrument], last: bool = True) -> tuple[QuerySet[Any], tuple[str, ...]]:
    """Columns in the order of `Row`."""
    rows = rows.order_by().annotate(idle_text=as_text("idle_since"), logged_off_text=as_text("logged_off_at"))
    if not last:
        return rows, FIELDS
    before = Session.objects.filter(instrument=OuterRef("pk"), ended_at__isnull=False)
    name = before.order_by("-started_at").values(who=Coalesce("person__name", "card"))[:1]
    return rows.annotate(last=Subquery(name)), (*FIELDS, "last")


def _rows(
    found: list[tuple[Any, ...]],
    uses: dict[int, list[Any]],
    alarms: dict[int, str],
    now: datetime,
    last: bool = True,
) -> list[BoardRow]:
    """The loop over every row of a board: what is behind a row is compared, and only what differs is made."""
    links, remembered = heard(now), _known[last]
    made = []
    for row in found:
        key = row[0]
        link = links.get(row[2], NEVER)
        cut_off_us = link.at_us if link.link in CUT_OFF else 0
        behind = (row, uses.get(key), alarms.get(key), link.link, cut_off_us)
        known = remembered.get(key)
        if known is None or known.behind != behind or known.turns(now):
            known = remembered[key] = _made(behind, now)
        made.append(BoardRow(known.order, known.shown, link, row[6]))
    made.sort(key=itemgetter(0))
    return made


def _uses(keys: Collection[int] | None) -> dict[int, list[Any]]:
    rows, names = _present()
    rows = rows if keys is None else rows.filter(instrument__in=keys)
    return {key: rest for key, *rest in tuples(rows, names)}


def _present() -> tuple[QuerySet[Session], tuple[str, ...]]:
    """Columns in the order of `Use`, after the instrument."""
    rows = Session.objects.filter(ended_at=None).order_by().annotate(began=as_text("started_at"))
    return rows, ("instrument_id", "card", "person__name", "began", "flags", "trust")


def _alarms(keys: Collection[int] | None) -> dict[int, str]:
    rows, names = _present_alarms()
    return dict(tuples(rows if keys is None else rows.filter(instrument__in=keys), names))


def _present_alarms() -> tuple[QuerySet[Alarm], tuple[str, ...]]:
    rows = Alarm.objects.filter(ended_at=None).order_by().annotate(began=as_text("began_at"))
    return rows, ("instrument_id", "began")


def _listed(asked: tuple[QuerySet[Any], tuple[str, ...]]) -> QuerySet[Any, Any]:
    rows, names = asked
    return rows.values_list(*names)


BELOW = Prepared(lambda: _listed(_asked(below(Hole("path"), instruments()))))
USES, ALARMS = Prepared(lambda: _listed(_present())), Prepared(lambda: _listed(_present_alarms()))

Behind = tuple[tuple[Any, ...], list[Any] | None, str | None, str, int]
"""Of one instrument: its row, its present use, since when its alarm lasts, its link, the last word before
it was cut off. As the driver gives them: comparing costs less than naming or hashing."""


class Known(NamedTuple):
    """What the row of an instrument says, and until when, while nothing behind it changes."""

    behind: Behind
    shown: Shown
    order: tuple[int, float, str]
    rest_until: datetime | None
    rests: bool

    def turns(self, now: datetime) -> bool:
        """A rest that lasted is over; or `now` is before the end of one that was over."""
        return self.rest_until is not None and (self.rest_until > now) != self.rests


_known: dict[bool, dict[int, Known]] = {True: {}, False: {}}
"""By whether the last user was asked for, and instrument."""


def _made(behind: Behind, now: datetime) -> Known:
    values, present, alarm, link, cut_off_us = behind
    row, use = Row(*values), Use(*present) if present else None
    off = instant(row.logged_off_at) if row.rest_minutes else None
    rest_until = off + timedelta(minutes=row.rest_minutes) if off else None
    rests = rest_until is not None and rest_until > now
    shown = _shown(row, use, alarm, link, cut_off_us, rest_until if rests else None)
    rank = RANK[shown.state]
    since = shown.since.timestamp() if shown.since and rank < 2 else 0.0
    return Known(behind, shown, (rank, since, shown.code), rest_until, rests)


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
