"""Scorecards: drafted from the version before, put in force on a day, never changed after."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act.events import record
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import User
from bihuan.kernel.rules.permissions import may

from ..models import CardSubject, Scorecard, ScorecardItem
from ..read.scorecards import items_of
from ..rules.scorecard import faults
from ..words import FIRST_CARDS

VERB = "standards"


def draft_card(*, subject: str, user: User, at: datetime | None = None) -> Scorecard:
    """A copy of the newest version to work on; the first one begins with our proposal, where there is one.

    Raises Refused without the right and while there is a draft.
    """
    _require(user)
    now = at or timezone.now()
    before = Scorecard.objects.filter(subject=subject).order_by("-version").first()
    if before and before.draft:
        raise Refused(_("There is a draft already: finish it first."))
    with transaction.atomic():
        card = Scorecard.objects.create(
            subject=subject,
            version=before.version + 1 if before else 1,
            title=before.title if before else str(CardSubject(subject).label),
            made_at=now,
            made_by=user,
        )
        rows = [*before.items.values("section", "text", "points", "veto")] if before else _first(subject)
        _write(card, rows)
        record(verb="scorecard.drafted", actor=user, subject=_name(card), system="service", at=now)
    return card


def keep_card(*, card: Scorecard, user: User, title: str, rows: Iterable[Mapping[str, Any]]) -> Scorecard:
    """The draft's title and items, in the order of `rows`: section, text, points, veto."""
    _require(user)
    with transaction.atomic():
        row = _draft(card)
        row.title = title.strip()[:80]
        row.save(update_fields=["title"])
        row.items.all().delete()
        _write(row, rows)
        record(verb="scorecard.changed", actor=user, subject=_name(row), system="service")
    return row


def put_in_force(*, card: Scorecard, user: User, on: date) -> Scorecard:
    """From that day new reviews are scored by it; scores that were given keep their own version.

    Raises Refused for a card without items, and for a day that has passed.
    """
    _require(user)
    if on < timezone.localdate():
        raise Refused(_("A version holds from today or later: what was scored keeps its card."))
    with transaction.atomic():
        row = _draft(card)
        if faults(items_of(row)):
            raise Refused(_("A scorecard needs items, each with at least one point."))
        row.valid_from = on
        row.save(update_fields=["valid_from"])
        record(verb="scorecard.in_force", actor=user, subject=_name(row), system="service", on=on.isoformat())
    return row


def _first(subject: str) -> list[dict[str, Any]]:
    return [
        {"section": str(section), "text": str(text), "points": points, "veto": veto}
        for section, text, points, veto in FIRST_CARDS.get(subject, ())
    ]


def _write(card: Scorecard, rows: Iterable[Mapping[str, Any]]) -> None:
    ScorecardItem.objects.bulk_create(
        ScorecardItem(
            card=card, position=place, **{key: row[key] for key in ("section", "text", "points", "veto")}
        )
        for place, row in enumerate(rows, 1)
    )


def _draft(card: Scorecard) -> Scorecard:
    row = Scorecard.objects.select_for_update(of=("self",)).get(pk=card.pk)
    if not row.draft:
        raise Refused(_("This version is in force and cannot be changed. Draft a new one."))
    return row


def _require(user: User) -> None:
    if not may(user.role, VERB):
        raise Refused(_("Your role does not allow this. Ask a director."))


def _name(card: Scorecard) -> str:
    return f"scorecard:{card.pk}"
