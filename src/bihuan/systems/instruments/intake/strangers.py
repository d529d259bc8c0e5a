"""Terminals that nobody registered: a bounded list, nothing created."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F

from ..models import UnknownTerminal
from ..rules import effects as fx

MOST = 500
"""Distinct identifiers kept; the gateway bounds how many rows a minute reach this."""


def note_strangers(found: Sequence[tuple[object, fx.UnknownTerminal]]) -> None:
    for _, unknown in found:
        hear(unknown.terminal, unknown.at)


def hear(code: str, at: datetime, address: str = "") -> None:
    """Count one message of an unregistered identifier."""
    folded = code.casefold()[:32]
    rows = UnknownTerminal.objects.filter(folded=folded)
    values = {"last_at": at, "messages": F("messages") + 1}
    if rows.update(**values) or not folded:
        return
    if UnknownTerminal.objects.count() >= MOST:
        UnknownTerminal.objects.order_by("last_at")[0].delete()
    UnknownTerminal.objects.create(
        code=code[:32], folded=folded, address=address, first_at=at, last_at=at, messages=1
    )
