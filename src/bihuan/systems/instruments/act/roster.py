"""What the gateway must know of each instrument, and who may use it."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from bihuan.kernel.act.live import touch
from bihuan.kernel.locks import hold
from bihuan.kernel.models import Card, FieldTerminal
from bihuan_edge.roster import LINE

from ..models import Instrument


def publish(instruments: Iterable[Instrument]) -> None:
    """Hand the gateway what it must know of these instruments; in the caller's transaction.

    To be called after every change of an instrument, its authorisations, or the cards and names
    of people. The roster version grows only when the roster's text has changed.
    """
    with transaction.atomic():
        hold("directory")
        rows = list(instruments)
        rev = _next_rev()
        known = FieldTerminal.objects.in_bulk([row.folded for row in rows], field_name="terminal")
        for row in rows:
            _publish(row, known.get(row.folded), rev)
        touch("instruments.board", [row.code for row in rows])


def _publish(row: Instrument, known: FieldTerminal | None, rev: int) -> None:
    lines = "".join(f"{LINE.format(card=card, name=name)}\r\n" for card, name in roster_of(row))
    version = row.roster_version
    if known is not None and known.roster != f"{lines}end,{version}\r\n":
        version += 1
        Instrument.objects.filter(pk=row.pk).update(roster_version=version)
        row.roster_version = version
    FieldTerminal.objects.update_or_create(
        terminal=row.folded,
        defaults={
            "rev": rev,
            "addresses": row.addresses,
            "encoding": row.encoding,
            "roster": f"{lines}end,{version}\r\n",
            "roster_version": version,
            "roster_delivered": row.roster_delivered,
            "removed": row.archived_at is not None,
        },
    )


def roster_of(row: Instrument) -> list[tuple[str, str]]:
    """Cards and names allowed on this instrument, nobody else's."""
    cards = Card.objects.filter(person__authorisation__instrument=row, blocked=False, person__active=True)
    return list(cards.order_by("number").values_list("number", "person__name"))


def people_changed(people: Collection[int]) -> None:
    """Names or cards of these people have changed: rosters, judgement and board follow."""
    with transaction.atomic():
        hold("directory")
        permitted = Q(authorisation__person__in=people)
        present = Q(sessions__person__in=people, sessions__ended_at=None)
        rows = list(Instrument.objects.filter(permitted | present).distinct())
        publish(rows)
        if not rows:
            _stir()


def _stir() -> None:
    """Nobody's roster has changed, but cards are judged anew: `intake.directory` looks at `rev`."""
    first = FieldTerminal.objects.order_by("pk").first()
    if first is not None:
        FieldTerminal.objects.filter(pk=first.pk).update(rev=_next_rev())


def _next_rev() -> int:
    return (FieldTerminal.objects.aggregate(top=Max("rev"))["top"] or 0) + 1


def arm(row: Instrument, now: datetime | None = None) -> None:
    """Start the silence clock of an instrument that is new or back from the archive."""
    row.next_at = (now or timezone.now()) + timedelta(seconds=60)
