"""The demo laboratory's instruments, people and cards; what happens there the terminals tell."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from bihuan.kernel.act.events import record
from bihuan.kernel.evidence import journal_path, path_of
from bihuan.kernel.intake.log import IntakeLog
from bihuan.kernel.locks import hold
from bihuan.kernel.models import Evidence, FieldTerminal, Role, Unit, User
from bihuan.systems.instruments.act import publish, record_service
from bihuan.systems.instruments.fleet.chance import chance
from bihuan.systems.instruments.fleet.laboratory import read
from bihuan.systems.instruments.models import (
    Alarm,
    Authorisation,
    Instrument,
    Journal,
    Photo,
    Service,
    Session,
    Swipe,
)
from bihuan.web.listing.furnish import bring_new

DEPENDENT = (Photo, Session, Alarm, Swipe, Journal, Service, Authorisation)
"""What belongs to an instrument, in the order in which it can go."""
COLUMNS = (
    *("code", "name", "place", "unit", "rest_minutes", "overlong_h", "card_format"),
    *("service_hours", "service_days"),
)
OVERDUE = "AUT29"
"""Its service was due two days ago."""


def load() -> None:
    """Thirty instruments and thirty people through the import that a user has; once."""
    data = read()
    if Instrument.objects.filter(code__in=[row["code"] for row in data["instruments"]]).exists():
        return
    with transaction.atomic():
        bring_new("instruments", [_instrument(row) for row in data["instruments"]])
        bring_new("people", [_person(row) for row in data["people"]])
        cards = [(row["card"], row["number"], row["spellings"]) for row in data["people"]]
        bring_new(
            "cards",
            [{"number": card, "person": who, "spellings": " ".join(more)} for card, who, more in cards],
            over=True,
        )
        permits = [(row["number"], row["instruments"]) for row in data["people"]]
        bring_new("permits", [{"number": who, "permits": " ".join(ids)} for who, ids in permits], over=True)
        for row in data["instruments"]:
            _serviced(row)
        record(verb="sample.loaded", system="instruments", instruments=len(data["instruments"]))


def _instrument(row: dict[str, Any]) -> dict[str, Any]:
    named = {key: row.get(key, "") for key in COLUMNS}
    owner = User.objects.filter(unit__code=row["unit"], role=Role.OWNER, demo=True).first()
    return {**named, "owner": owner.username if owner else "", "maintenance": row.get("maintenance", False)}


def _person(row: dict[str, Any]) -> dict[str, Any]:
    return {key: row[key] for key in ("number", "name", "unit", "customer")} | {"cards": row["card"]}


def _serviced(row: dict[str, Any]) -> None:
    """When each was last looked after, as its owner would have recorded it."""
    instrument = Instrument.objects.select_related("owner__unit", "unit").get(code=row["code"])
    days = row.get("service_days") or 60
    ago = days + 2 if row["code"] == OVERDUE else days * chance("service", row["code"]).uniform(0.1, 0.8)
    if instrument.owner:
        at = timezone.now() - timedelta(days=ago)
        record_service(row=instrument, user=instrument.owner, note="例行保养", at=at)


def clear(unit: Unit) -> None:
    """Delete the instruments of a unit and below with all that is theirs, raw messages and files too."""
    own = list(Instrument.objects.filter(unit__path__startswith=unit.path))
    with transaction.atomic():
        bodies = _bodies(own)
        for model in DEPENDENT:
            model._default_manager.filter(instrument__in=own).delete()
        elsewhere = list(
            Instrument.objects.filter(permitted__unit__path__startswith=unit.path).exclude(pk__in=_keys(own))
        )
        Authorisation.objects.filter(person__unit__path__startswith=unit.path).delete()
        publish(elsewhere)
        _withdraw([row.folded for row in own])
        Instrument.objects.filter(pk__in=_keys(own)).delete()
        terminals = [*(row.folded for row in own), *(code.casefold() for code in read()["strangers"])]
        bodies |= _forget(terminals)
    transaction.on_commit(lambda: _remove(bodies))


def _keys(rows: list[Instrument]) -> list[int]:
    return [row.pk for row in rows]


def _bodies(own: list[Instrument]) -> set[str]:
    photos = Photo.objects.filter(instrument__in=own).values_list("sha256", flat=True)
    journals = Journal.objects.filter(instrument__in=own).values_list("sha256", flat=True)
    return {*photos, *journals}


def _withdraw(terminals: list[str]) -> None:
    """The gateway learns of a removal by a row that says so; nobody's name stays in it."""
    with transaction.atomic():
        hold("directory")
        rev = (FieldTerminal.objects.aggregate(top=Max("rev"))["top"] or 0) + 1
        rows = FieldTerminal.objects.filter(terminal__in=terminals)
        rows.update(rev=rev, removed=True, roster="", addresses=[])


def _forget(terminals: list[str]) -> set[str]:
    log = IntakeLog(settings.HOME, settings.ENVIRONMENT.database_url)
    try:
        return log.forget(terminals)
    finally:
        log.close()


def _remove(digests: set[str]) -> None:
    """Files that no row names any more."""
    kept = {*Evidence.objects.filter(sha256__in=digests).values_list("sha256", flat=True)}
    kept |= {*Journal.objects.filter(sha256__in=digests).values_list("sha256", flat=True)}
    for digest in digests - kept:
        path_of(digest).unlink(missing_ok=True)
        journal_path(digest).unlink(missing_ok=True)
