"""A laboratory in the tables: DNA01 (rest 30 min) and PCR02 in 生科楼, NMR13 in 北山; 张三, 李四, 王五."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image

from bihuan.kernel import evidence
from bihuan.kernel.act.evidence import keep
from bihuan.kernel.intake.log import IntakeLog, IntakeRow, Seen
from bihuan.kernel.models import Case, Person, Place
from bihuan.kernel.tests.once import once
from bihuan.kernel.tests.world import World, seed
from bihuan.kernel.tests.world import build as build_world
from bihuan.systems.instruments.act import publish
from bihuan.systems.instruments.models import Alarm, Authorisation, Instrument, Journal, Photo, Session, Swipe

ZHANG = "0008075634"


@dataclass(frozen=True)
class Lab:
    world: World
    dna: Instrument
    pcr: Instrument
    nmr: Instrument
    """of 北山分公司: nobody in 江州 sees it"""


@once
def build() -> Lab:
    seed()
    world = build_world()
    attic = Place.objects.create(name="核磁室", code="BS-101", floor="1", unit=world.beishan)
    other = Place.objects.create(name="PCR 室", code="SKL-402", floor="4", unit=world.building)
    dna = instrument("DNA01", "高速冷冻离心机", world.lab, rest_minutes=30, owner=world.wu_min)
    pcr = instrument("PCR02", "荧光定量 PCR 仪", other, owner=world.wu_min)
    nmr = instrument("NMR13", "核磁共振波谱仪", attic)
    for row, person in ((dna, world.zhang_san), (pcr, world.zhang_san), (pcr, world.li_si)):
        Authorisation.objects.create(instrument=row, person=person)
    publish([dna, pcr, nmr])
    return Lab(world, dna, pcr, nmr)


def instrument(code: str, name: str, place: Place, **more: Any) -> Instrument:
    return Instrument.objects.create(
        code=code, folded=code.casefold(), name=name, place=place, unit=place.unit, **more
    )


def local(text: str) -> datetime:
    """`2026-11-23 09:00` on the laboratory's clock."""
    return timezone.make_aware(datetime.fromisoformat(text))


def use(
    row: Instrument, person: Person | None, began: datetime, ended: datetime | None = None, **more: Any
) -> Session:
    """One session with its opening swipe."""
    card = more.pop("card", None) or (person.cards.get().number if person else "9999999999")
    swipe = Swipe.objects.create(
        instrument=row, card=card, person=person, verb="open", at=began, received_at=began, role="opened"
    )
    return Session.objects.create(
        instrument=row,
        card=card,
        person=person,
        started_at=began,
        ended_at=ended,
        opening=swipe,
        **more,
    )


def alarm(row: Instrument, began: datetime, ended: datetime | None = None, case: Case | None = None) -> Alarm:
    reason = "shutdown" if ended else ""
    return Alarm.objects.create(instrument=row, began_at=began, ended_at=ended, reason=reason, case=case)


def picture(colour: tuple[int, int, int] = (200, 30, 30), size: tuple[int, int] = (640, 480)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


def photo(row: Instrument, at: datetime, of: Alarm | None = None, data: bytes = b"") -> Photo:
    data = data or picture()
    digest = evidence.store(data)
    kept = keep(
        sha256=digest,
        size=len(data),
        media_type="image/jpeg",
        unit=row.unit,
        at=at,
        private=True,
        case=of.case if of else None,
    )
    return Photo.objects.create(instrument=row, alarm=of, evidence=kept, sha256=digest, received_at=at)


def journal(row: Instrument, text: str, at: datetime, **figures: Any) -> Journal:
    from hashlib import sha256

    digest = sha256(text.encode()).hexdigest()
    path = evidence.journal_path(digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return Journal.objects.create(instrument=row, received_at=at, sha256=digest, **figures)


def noted(row: Instrument, at: datetime, *, received: bool, verb: str = "open") -> Swipe:
    """A swipe that a journal tells of."""
    return Swipe.objects.create(
        instrument=row, card=ZHANG, verb=verb, at=at, noted_at=at, received_at=at if received else None
    )


def heard(monkeypatch: pytest.MonkeyPatch, **ages_s: float) -> None:
    """What the gateway has last heard: seconds ago, by identifier; everybody first a year ago."""
    now = timezone.now()
    rows = [
        seen(code, now - timedelta(seconds=age), now - timedelta(days=365)) for code, age in ages_s.items()
    ]
    hears(monkeypatch, rows)


def seen(code: str, at: datetime, first: datetime, messages: int = 7) -> Seen:
    ring = "o" * 50
    stamps = int(at.timestamp() * 1_000_000), int(first.timestamp() * 1_000_000)
    return Seen(code.casefold(), code, *stamps, "10.0.0.7", messages, ring)


def hears(monkeypatch: pytest.MonkeyPatch, rows: Iterable[Seen], raw: Iterable[IntakeRow] = ()) -> None:
    known = list(rows)
    monkeypatch.setattr(IntakeLog, "seen", lambda self: known)
    words = [(row.terminal, row.at_us, row.address, row.ring.encode()) for row in known]
    monkeypatch.setattr(IntakeLog, "last_words", lambda self: words)
    by_name = {row.terminal: row for row in known}
    monkeypatch.setattr(IntakeLog, "seen_of", lambda self, terminal: by_name.get(terminal.casefold()))
    monkeypatch.setattr(IntakeLog, "raw", lambda self, first, last, terminal="": iter(raw))
