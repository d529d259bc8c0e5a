"""The demo laboratory's instruments, people and cards; what happens there the terminals tell."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from bihuan.kernel.act.events import record
from bihuan.kernel.evidence import journal_path, path_of
from bihuan.kernel.intake.log import IntakeLog
from bihuan.kernel.locks import hold
from bihuan.kernel.models import Card, Customer, Evidence, FieldTerminal, Person, Place, Role, Unit, User
from bihuan.systems.instruments.act import arm, publish
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

DEPENDENT = (Photo, Session, Alarm, Swipe, Journal, Service, Authorisation)
"""What belongs to an instrument, in the order in which it can go."""
OVERDUE = "AUT29"
"""Its service was due two days ago."""


def load() -> None:
    """Thirty instruments and thirty people; nothing where the demo units have instruments already."""
    data = read()
    units = {
        unit.code: unit for unit in Unit.objects.filter(code__in={row["unit"] for row in data["people"]})
    }
    if Instrument.objects.filter(unit__in=units.values()).exists():
        return
    now = timezone.now()
    with transaction.atomic():
        instruments = {row["code"]: _instrument(row, units[row["unit"]], now) for row in data["instruments"]}
        for row in data["people"]:
            _person(row, units[row["unit"]], instruments, now)
        publish(instruments.values())
        record(verb="sample.loaded", system="instruments", instruments=len(instruments))


def _instrument(row: dict[str, Any], unit: Unit, now: datetime) -> Instrument:
    dice = chance("service", row["code"])
    days = row.get("service_days") or 60
    ago = days + 2 if row["code"] == OVERDUE else days * dice.uniform(0.1, 0.8)
    instrument = Instrument(
        code=row["code"],
        folded=row["code"].casefold(),
        name=row["name"],
        place=Place.objects.get(unit=unit, code=row["place"]),
        unit=unit,
        owner=User.objects.filter(unit=unit, role=Role.OWNER, demo=True).first(),
        rest_minutes=row["rest_minutes"],
        overlong_h=row.get("overlong_h"),
        card_format=row.get("card_format", ""),
        service_hours=row.get("service_hours"),
        service_days=row.get("service_days"),
        serviced_at=now - timedelta(days=ago),
        maintenance=row.get("maintenance", False),
    )
    arm(instrument, now)
    instrument.save()
    return instrument


def _person(row: dict[str, Any], unit: Unit, instruments: dict[str, Instrument], now: datetime) -> None:
    customer = Customer.objects.get(number=row["customer"])
    person = Person.objects.create(number=row["number"], name=row["name"], unit=unit, customer=customer)
    Card.objects.create(number=row["card"], spellings=row["spellings"], person=person)
    dice = chance("training", row["number"])
    Authorisation.objects.bulk_create(
        Authorisation(
            instrument=instruments[code],
            person=person,
            trained_on=(now - timedelta(days=dice.randint(100, 700))).date(),
        )
        for code in row["instruments"]
    )


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
