"""The rules' directory as the tables have it, rebuilt only when something in it changed."""

from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings

from bihuan.kernel.bulk import fetch
from bihuan.kernel.models import Card, FieldTerminal, Standard
from bihuan.kernel.read.standards import value

from ..models import Authorisation, Instrument
from ..rules.facts import Directory, InstrumentFacts, Person
from .forgotten import forgotten


def directory() -> Directory:
    """Every change that matters to it passes `act.publish`, which moves the terminals' `rev`."""
    rev = fetch(f"SELECT MAX(rev) FROM {FieldTerminal._meta.db_table}")[0][0] or 0  # noqa: S608
    standards = fetch(f"SELECT MAX(id) FROM {Standard._meta.db_table}")[0][0] or 0  # noqa: S608
    return _build(settings.DATABASES["default"]["NAME"], rev, standards)


@lru_cache(maxsize=2)
def _build(database: str, rev: int, standards: int) -> Directory:
    overlong_h, silence_s = float(value("instruments.overlong")), float(value("instruments.silence"))
    permits: dict[str, list[int]] = {}
    for code, person in Authorisation.objects.values_list("instrument__code", "person_id"):
        permits.setdefault(code, []).append(person)
    return Directory(
        [facts_of(row, overlong_h, silence_s) for row in Instrument.objects.select_related("place")],
        _cards(),
        permits,
        ZoneInfo(settings.TIME_ZONE),
        forgotten(),
    )


def facts_of(row: Instrument, overlong_h: float, silence_s: float) -> InstrumentFacts:
    return InstrumentFacts(
        code=row.code,
        name=row.name,
        place=row.place.code if row.place else "",
        rest_s=row.rest_minutes * 60.0,
        overlong_s=(row.overlong_h or overlong_h) * 3600.0,
        silence_s=row.silence_s or silence_s,
        card_format=row.card_format,
        encoding=row.encoding,
        roster_version=row.roster_version,
        key=row.pk,
    )


def _cards() -> dict[str, Person]:
    found: dict[str, Person] = {}
    for card in Card.objects.filter(blocked=False, person__active=True).select_related("person"):
        holder = Person(card.person_id, card.person.name)
        for spelling in (card.number, *card.spellings):
            found[spelling] = holder
    return found
