"""Forgetting a person: cards and name go, counts and durations stay."""

import os
from collections.abc import Collection, Iterable
from pathlib import Path

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from bihuan.kernel.evidence import journal_path
from bihuan.kernel.models import Evidence, Person

from ..intake.forgotten import mark
from ..models import Alarm, Authorisation, ForgottenCard, Instrument, Journal, Photo, Session, Swipe
from ..rules.cards import canonical
from ..rules.mask import masked
from .roster import publish


def erase(person: Person) -> None:
    """Nothing here names the person afterwards; rows of one card still belong together, for the rules.

    Photos of alarms that were this person's are removed by the next retention run. Raw messages
    stay in the intake log for at most 30 days, backups and the terminals' own journals as long as
    whoever keeps them decides: of a card that comes again nothing but its digest is known.
    """
    cards = cards_of(person)
    name = f"erased-{person.pk}"
    _remember(cards, name)
    mine = Q(person=person) | Q(card__in=cards)
    with transaction.atomic():
        instruments = list(Instrument.objects.filter(authorisation__person=person))
        told = set(Swipe.objects.filter(mine, noted_at__isnull=False).values_list("instrument_id", flat=True))
        _end_photos(Alarm.objects.filter(mine).values_list("pk", flat=True))
        for model in (Session, Swipe, Alarm):
            model.objects.filter(mine).update(card=name, person=None)
        Authorisation.objects.filter(person=person).delete()
        publish(instruments)
        journals = Journal.objects.filter(Q(instrument__in=told) | Q(rejected__gt=0))
        for row in journals.order_by("pk").iterator(chunk_size=500):
            mask_journal(row, cards)


def _remember(cards: Iterable[str], name: str) -> None:
    now = timezone.now()
    for card in {canonical(card) for card in cards}:
        ForgottenCard.objects.update_or_create(mark=mark(card), defaults={"name": name, "at": now})


def cards_of(person: Person) -> list[str]:
    """Every registered spelling of every card."""
    return [text for card in person.cards.all() for text in (card.number, *card.spellings)]


def _end_photos(alarms: Iterable[int]) -> None:
    photos = Photo.objects.filter(alarm__in=list(alarms))
    Evidence.objects.filter(pk__in=photos.values("evidence")).update(keep_until=timezone.now())


def mask_journal(row: Journal, cards: Collection[str]) -> None:
    zone = timezone.get_default_timezone()
    path = journal_path(row.sha256)
    changed = False
    if path.exists():
        before = path.read_bytes()
        after = masked(before, cards, zone, row.received_at)
        changed = after != before
        if changed:
            _rewrite(path, after)
    rejects = [
        {
            **each,
            "line": masked(each["line"].encode(), cards, zone, row.received_at).decode("utf-8", "replace"),
        }
        for each in row.rejects
    ]
    if changed or rejects != row.rejects:
        row.rejects, row.masked_at = rejects, timezone.now()
        row.save(update_fields=["rejects", "masked_at"])


def _rewrite(path: Path, data: bytes) -> None:
    """Under its old name, by which journals that come again are recognised."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_bytes(data)
    fresh.replace(path)
