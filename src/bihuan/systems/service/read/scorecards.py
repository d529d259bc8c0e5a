"""Which scorecard holds, and what it asks."""

from datetime import date

from ..models import Scorecard
from ..rules.scorecard import Item


def card_on(subject: str, on: date) -> Scorecard | None:
    """The newest version in force on that day; of several of one day the last."""
    rows = Scorecard.objects.filter(subject=subject, valid_from__lte=on)
    return rows.order_by("-valid_from", "-version").first()


def items_of(card: Scorecard) -> list[Item]:
    return [Item(row.pk, row.points, row.veto) for row in card.items.all()]
