"""A transcript as rows of an intake log, and what the tables hold after them in the words of a replay."""

import json
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.utils import timezone

from bihuan.kernel import evidence
from bihuan.kernel.evidence import journal_path
from bihuan.kernel.intake.log import IntakeRow
from bihuan.kernel.models import Card, Case, Person, Place, Unit
from bihuan.kernel.tests.world import seed
from bihuan.systems.instruments import models
from bihuan.systems.instruments.act import publish
from bihuan.systems.instruments.replay import ZONE
from bihuan.systems.instruments.replay.driver import Driver
from bihuan.systems.instruments.replay.transcript import read
from bihuan_edge.messages import Kind, Message


class Recorder(Driver):
    """Takes the messages as the gateway would, instead of applying them."""

    heard: list[tuple[Message, datetime]]

    def _apply(self, message: Message, at: datetime) -> None:
        self.heard.append((message, at))


def furnish(fixture: dict[str, Any]) -> None:
    """The fixture of a transcript as control records."""
    seed()
    unit = Unit.objects.create(name="生命科学实验中心", code="LAB")
    rows = {}
    for item in fixture["instruments"]:
        place, _ = Place.objects.get_or_create(
            code=item.get("place") or "3F-300", defaults={"name": "实验室", "unit": unit}
        )
        rows[item["id"]] = models.Instrument.objects.create(
            code=item["id"],
            folded=item["id"].casefold(),
            name=item.get("name", ""),
            place=place,
            unit=unit,
            rest_minutes=item.get("rest_minutes", 0),
            card_format=item.get("card_format", ""),
            roster_version=fixture.get("roster_version", 0),
            roster_delivered=fixture.get("delivered", {}).get(item["id"], 0),
        )
    for number, item in enumerate(fixture["people"]):
        person = Person.objects.create(number=f"P{number}", name=item["name"], unit=unit)
        for card in item["cards"]:
            Card.objects.create(number=card, person=person)
        for code in item["instruments"]:
            models.Authorisation.objects.create(instrument=rows[code], person=person)
    publish(rows.values())


def rows_of(path: Path) -> list[IntakeRow]:
    with path.open(encoding="utf-8") as lines:
        fixture, entries = read(lines, timezone.get_default_timezone(), path.name)
        driver = Recorder(fixture, timezone.get_default_timezone())
        driver.heard = []
        for entry in entries:
            driver.play(entry)
    return [row_of(number, message, at) for number, (message, at) in enumerate(driver.heard, 1)]


def row_of(seq: int, message: Message, at: datetime) -> IntakeRow:
    body = ""
    if message.kind is Kind.PHOTO:
        body = evidence.store(message.body)
    elif message.kind is Kind.UPDATE:
        body = sha256(message.body).hexdigest()
        journal_path(body).parent.mkdir(parents=True, exist_ok=True)
        journal_path(body).write_bytes(message.body)
    at_us = int(at.timestamp() * 1_000_000)
    size, cut = message.size, message.truncated
    return IntakeRow(
        seq,
        "g1",
        at_us,
        1,
        "127.0.0.1",
        int(message.kind),
        message.terminal,
        message.text,
        message.raw,
        body,
        size,
        cut,
    )


def tables() -> dict[str, Any]:
    """What a replay calls sessions, alarms, photos, journals, orphans and cases."""
    alarms = list(models.Alarm.objects.order_by("began_at"))
    photos = list(models.Photo.objects.select_related("evidence", "instrument").order_by("pk"))
    return {
        "sessions": [_session(row) for row in models.Session.objects.order_by("started_at")],
        "alarms": [_alarm(row, photos) for row in alarms],
        "photos": [_photo(row, alarms) for row in photos],
        "journals": [_journal(row) for row in models.Journal.objects.order_by("pk")],
        "orphans": [_orphan(row) for row in models.Swipe.objects.filter(role="orphan").order_by("at")],
        "cases": sorted(Case.objects.values_list("kind", "subject")),
    }


def of_replay(outcome: dict[str, Any]) -> dict[str, Any]:
    """A replay's outcome, reduced to what `tables` shows (in JSON's types)."""
    found: dict[str, Any] = json.loads(json.dumps(outcome))
    kept = {key: found[key] for key in ("sessions", "alarms", "photos", "journals", "orphans")}
    return {**kept, "cases": sorted((case["kind"], case["instrument"]) for case in found["cases"])}


def _instant(at: datetime | None) -> str | None:
    return timezone.localtime(at).isoformat() if at else None


def _session(row: models.Session) -> dict[str, Any]:
    return {
        "instrument": row.instrument.code,
        "card": row.card,
        "user": row.person.name if row.person else None,
        "started_at": _instant(row.started_at),
        "ended_at": _instant(row.ended_at),
        "flags": row.flags,
    }


def _alarm(row: models.Alarm, photos: list[models.Photo]) -> dict[str, Any]:
    return {
        "instrument": row.instrument.code,
        "began_at": _instant(row.began_at),
        "ended_at": _instant(row.ended_at),
        "reason": row.reason or None,
        "card": row.card or None,
        "photos": [number for number, photo in enumerate(photos) if photo.alarm_id == row.pk],
    }


def _photo(row: models.Photo, alarms: list[models.Alarm]) -> dict[str, Any]:
    return {
        "instrument": row.instrument.code,
        "bytes": row.evidence.size,
        "sha256": row.sha256,
        "truncated": row.truncated,
        "alarm": next((number for number, alarm in enumerate(alarms) if alarm.pk == row.alarm_id), None),
    }


def _journal(row: models.Journal) -> dict[str, Any]:
    figures = ("received", "matched", "inserted", "duplicate", "rejected")
    return {"instrument": row.instrument.code, **{name: getattr(row, name) for name in figures}}


def _orphan(row: models.Swipe) -> dict[str, Any]:
    user = row.person.name if row.person else None
    return {"instrument": row.instrument.code, "card": row.card, "user": user, "at": _instant(row.at)}


__all__ = ["ZONE", "furnish", "of_replay", "rows_of", "tables"]
