"""Making a person's card unreadable in a journal's text."""

from collections.abc import Collection
from datetime import datetime, tzinfo
from typing import Final

from .cards import CardBook
from .lines import parse

SHORTEST: Final = 5
"""Characters: fewer could be part of a time."""


def masked(body: bytes, cards: Collection[str], zone: tzinfo, at: datetime) -> bytes:
    """The same journal with every spelling of these cards as stars; other bytes stay where they are.

    A spelling counts when a line's card stands for one of `cards` (all registered spellings of one
    person), or when it is written out anywhere, in a line that could not be read too.
    """
    book = CardBook(cards)
    found = {line.card for line in parse(body, zone, at) if line.card and book.match(line.card)}
    for spelling in sorted(found | set(cards), key=len, reverse=True):
        if len(spelling) < SHORTEST:
            continue
        for form in {spelling, spelling.lower(), spelling.upper()}:
            body = body.replace(form.encode(), b"*" * len(form.encode()))
    return body
