"""Rows of one batch's instruments as tuples, each in the order of its table's columns in `write`.

What every batch asks is a statement that was written once (`kernel.bulk.fetch`): building it anew
from a query set costs more than running it. `before` is a row's written part, to tell what changed.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from django.db import connection

from bihuan.kernel.bulk import among, fetch, instant, stored, these
from bihuan.kernel.models import Evidence, Person

from .. import models
from ..rules.state import Role, Verb

Before = tuple[object, ...]

STATE = ("idle_since", "logged_off_at", "noted_to", "outage_since", "roster_delivered", "next_at")
"""The columns of an instrument that the projector writes, in the order of `Slot.written`."""
SWIPE_COLUMNS = ("instrument", "card", "person", "verb", "at", "received_at", "noted_at", "role")
SESSION_COLUMNS = (
    *("instrument", "card", "person", "started_at", "ended_at", "opening", "alarm", "flags"),
    *("source", "trust"),
)
ALARM_COLUMNS = ("instrument", "began_at", "ended_at", "reason", "card", "person", "shutdown_at", "noted")

SWIPE = ("pk", *SWIPE_COLUMNS, "person__name")
SESSION = ("pk", *SESSION_COLUMNS, "person__name")
ALARM = ("pk", *ALARM_COLUMNS, "person__name")


@dataclass(slots=True)
class Slot:
    """What an instrument's row says of its state."""

    key: int
    code: str
    overlong_h: int | None
    idle_since: datetime | None
    logged_off_at: datetime | None
    noted_to: datetime | None
    outage_since: datetime | None
    roster_delivered: int
    next_at: datetime | None

    @property
    def written(self) -> Before:
        told = (self.idle_since, self.logged_off_at, self.noted_to, self.outage_since)
        return (*told, self.roster_delivered, self.next_at)


class SwipeRow(NamedTuple):
    key: int
    instrument: int
    card: str
    person: int | None
    verb: Verb
    at: datetime
    received_at: datetime | None
    noted_at: datetime | None
    role: Role
    name: str | None

    @property
    def before(self) -> Before:
        return self[1:9]


class SessionRow(NamedTuple):
    key: int
    instrument: int
    card: str
    person: int | None
    started_at: datetime
    ended_at: datetime | None
    opening: int
    alarm: int | None
    flags: list[str]
    source: str
    trust: str
    name: str | None

    @property
    def before(self) -> Before:
        return self[1:11]


class AlarmRow(NamedTuple):
    key: int
    instrument: int
    began_at: datetime
    ended_at: datetime | None
    reason: str
    card: str
    person: int | None
    shutdown_at: datetime | None
    noted: bool
    name: str | None
    pictures: int

    @property
    def before(self) -> Before:
        return self[1:9]


class LooseRow(NamedTuple):
    """A photo without an alarm."""

    key: int
    instrument: int
    received_at: datetime
    sha256: str
    size: int
    truncated: bool


def slots(codes: Iterable[str]) -> dict[str, Slot]:
    """Lock and read the instruments, always in the same order."""
    return {row[1]: _slot(row) for row in fetch(_texts()["slots"], these(codes))}


def open_sessions(keys: Iterable[int]) -> list[tuple[SessionRow, SwipeRow]]:
    width = len(SESSION)
    found = fetch(_texts()["sessions"], these(keys))
    return [(_session(row[:width]), _swipe(row[width:])) for row in found]


def alarms_since(keys: Iterable[int], ended: datetime) -> list[AlarmRow]:
    """Those that last, and those that ended since an instant."""
    return [_alarm(row) for row in fetch(_texts()["alarms"], these(keys), stored(ended))]


def loose_since(keys: Iterable[int], received: datetime) -> list[LooseRow]:
    found = fetch(_texts()["loose"], these(keys), stored(received))
    return [LooseRow._make((*row[:2], instant(row[2]), *row[3:])) for row in found]


def _slot(row: tuple[Any, ...]) -> Slot:
    key, code, overlong_h, idle, off, noted, outage, delivered, due = row
    told = (instant(idle), instant(off), instant(noted), instant(outage))
    return Slot(key, code, overlong_h, *told, delivered, instant(due))


def _swipe(row: tuple[Any, ...]) -> SwipeRow:
    key, instrument, card, person, verb, at, received, noted, role, name = row
    times = (instant(at), instant(received), instant(noted))
    return SwipeRow._make((key, instrument, card, person, verb, *times, role, name))


def _session(row: tuple[Any, ...]) -> SessionRow:
    key, instrument, card, person, started, ended, opening, alarm, flags, *rest = row
    times, told = (instant(started), instant(ended)), [] if flags == "[]" else json.loads(flags)
    return SessionRow._make((key, instrument, card, person, *times, opening, alarm, told, *rest))


def _alarm(row: tuple[Any, ...]) -> AlarmRow:
    key, instrument, began, ended, reason, card, person, shutdown, *rest = row
    times = (instant(began), instant(ended))
    return AlarmRow._make((key, instrument, *times, reason, card, person, instant(shutdown), *rest))


@cache
def _texts() -> dict[str, str]:
    """The statements, for the database of this process."""
    lock = "FOR UPDATE" if connection.features.has_select_for_update else ""
    session, swipe, alarm = models.Session, models.Swipe, models.Alarm
    person, photo, evidence = _table(Person), _table(models.Photo), _table(Evidence)
    # ruff: noqa: S608 - names of our own tables and columns
    return {
        "slots": f"SELECT i.id, i.code, i.overlong_h, i.{', i.'.join(STATE)}"
        f" FROM {_table(models.Instrument)} i WHERE {among('i.code')} ORDER BY i.id {lock}",
        "sessions": f"SELECT {_columns('s', session, SESSION_COLUMNS)}, p.name,"
        f" {_columns('o', swipe, SWIPE_COLUMNS)}, h.name FROM {_table(session)} s"
        f" JOIN {_table(swipe)} o ON o.id = s.opening_id LEFT JOIN {person} p ON p.id = s.person_id"
        f" LEFT JOIN {person} h ON h.id = o.person_id"
        f" WHERE {among('s.instrument_id')} AND s.ended_at IS NULL",
        "alarms": f"SELECT {_columns('a', alarm, ALARM_COLUMNS)}, p.name,"
        f" (SELECT COUNT(*) FROM {photo} f WHERE f.alarm_id = a.id)"
        f" FROM {_table(alarm)} a LEFT JOIN {person} p ON p.id = a.person_id"
        f" WHERE {among('a.instrument_id')} AND (a.ended_at IS NULL OR a.ended_at >= %s)",
        "loose": "SELECT f.id, f.instrument_id, f.received_at, f.sha256, e.size, f.truncated"
        f" FROM {photo} f JOIN {evidence} e ON e.id = f.evidence_id"
        f" WHERE {among('f.instrument_id')} AND f.alarm_id IS NULL AND f.received_at >= %s"
        " ORDER BY f.received_at",
    }


def _table(model: Any) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _columns(alias: str, model: Any, names: Iterable[str]) -> str:
    """The key and the named columns."""
    found = (connection.ops.quote_name(model._meta.get_field(name).column) for name in names)
    return ", ".join((f"{alias}.id", *(f"{alias}.{column}" for column in found)))
