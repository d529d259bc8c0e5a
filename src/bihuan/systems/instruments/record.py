"""The kept raw bytes as a transcript that `bihuan instruments replay` reads (contract §6)."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from bihuan.kernel.evidence import journal_path, path_of
from bihuan.kernel.intake.log import IntakeLog, IntakeRow
from bihuan.kernel.models import Person
from bihuan_edge.messages import Kind

from .models import Instrument

UNSPOKEN = frozenset({Kind.DELIVERED, Kind.REJECTED})
"""Rows that stand for no message of their own on the wire, or for none at all."""


def transcript(begin: datetime, end: datetime, codes: Sequence[str] = ()) -> Iterator[str]:
    """JSON lines: the directory as it is now, then every message received in [begin, end).

    Heartbeats are never rows, so links are not part of it. A body that retention has removed
    leaves a line without it.
    """
    log = IntakeLog(settings.HOME, settings.ENVIRONMENT.database_url)
    rows = _rows(log, begin, end, codes)
    yield json.dumps({"fixture": fixture(begin)}, ensure_ascii=False)
    for row in rows:
        yield from _lines(row)


def fixture(at: datetime) -> dict[str, Any]:
    instruments = Instrument.objects.select_related("place").order_by("code")
    people = Person.objects.filter(erased_at=None).prefetch_related("cards", "instruments").order_by("pk")
    return {
        "at": timezone.localtime(at).isoformat(),
        "instruments": [
            {
                "id": row.code,
                "name": row.name,
                "place": row.place.code if row.place else "",
                "rest_minutes": row.rest_minutes,
                **({"card_format": row.card_format} if row.card_format else {}),
            }
            for row in instruments
        ],
        "people": [
            {
                "name": person.name,
                "cards": [card.number for card in person.cards.all()],
                "instruments": [row.code for row in person.instruments.all()],
            }
            for person in people
        ],
        "roster_version": max((row.roster_version for row in instruments), default=0),
        "delivered": {row.code: row.roster_delivered for row in instruments},
    }


def _rows(log: IntakeLog, begin: datetime, end: datetime, codes: Sequence[str]) -> Iterator[IntakeRow]:
    first, last = int(begin.timestamp() * 1_000_000), int(end.timestamp() * 1_000_000)
    if not codes:
        yield from log.raw(first, last)
        return
    wanted: Iterable[IntakeRow] = (row for code in codes for row in log.raw(first, last, code))
    yield from sorted(wanted, key=lambda row: (row.gateway, row.seq))


def _lines(row: IntakeRow) -> Iterator[str]:
    kind = Kind(row.kind)
    at = datetime.fromtimestamp(row.at_us / 1_000_000, UTC)
    head = {"at": timezone.localtime(at).isoformat(), "conn": row.seq}
    if kind in UNSPOKEN:
        return
    yield json.dumps({**head, "send_hex": (row.raw + _body(kind, row.body)).hex()})
    yield json.dumps({**head, "close": "fin"})


def _body(kind: Kind, digest: str) -> bytes:
    """Each message stands on a connection of its own: its body ends with the FIN."""
    path = path_of(digest) if kind is Kind.PHOTO else journal_path(digest)
    return path.read_bytes() if digest and path.exists() else b""
