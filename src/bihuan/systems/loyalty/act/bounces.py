"""Letters that came back: “delivered” becomes “came back”, by the Message-ID that the letter left with."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.utils import timezone

from bihuan.kernel.act.events import record
from bihuan.kernel.act.surveys import withdraw_unused

from ..models import Invitation
from ..rules.bounces import Bounce, Fate, read_bounce

A_PASS = 200
UNKNOWN = "undeliverable"


@dataclass(frozen=True, slots=True)
class BouncesTaken:
    """Notifications by what came of them; together they are all that were read."""

    bounced: int
    """Letters that count as undelivered now."""
    known: int
    """Told before."""
    answered: int
    """Of letters whose code has been answered: somebody got it, so it stands."""
    waiting: int
    """Delays and receipts: nothing follows from them."""
    strangers: int
    """About letters that are not ours."""
    unread: int
    """No delivery status notifications: look at them yourself."""


def take_bounces(*, raw: Iterable[bytes], now: datetime | None = None) -> BouncesTaken:
    """Any number of messages, a few in memory at a time. The same mailbox again changes nothing."""
    moment = now or timezone.now()
    counts: Counter[str] = Counter()
    left = iter(raw)
    while pieces := list(islice(left, A_PASS)):
        counts.update(_pass(pieces, moment))
    taken = BouncesTaken(**{name: counts[name] for name in BouncesTaken.__dataclass_fields__})
    if taken.bounced:
        record(
            verb="loyalty.bounced", subject="invitations", system="loyalty", at=moment, count=taken.bounced
        )
    return taken


def _pass(pieces: list[bytes], now: datetime) -> Iterator[str]:
    read = [read_bounce(piece) for piece in pieces]
    names = {name for each in read if each for name in each.letters}
    rows = Invitation.objects.filter(message_id__in=names).values_list("message_id", "pk")
    keys = dict(rows) if names else {}
    for each in read:
        if each is None:
            yield "unread"
        elif each.fate is not Fate.FAILED:
            yield "waiting"
        else:
            found = next((keys[name] for name in each.letters if name in keys), None)
            yield _bounced(found, each, now) if found else "strangers"


def _bounced(pk: int, bounce: Bounce, now: datetime) -> str:
    """Who was never reached is not under the quarantine, and the code of the letter opens nothing."""
    with transaction.atomic():
        rows = Invitation.objects.select_for_update(of=("self",)).select_related("sheet__wave")
        row = rows.get(pk=pk)
        if row.bounced_at:
            return "known"
        if row.sheet and row.sheet.used_at:
            return "answered"
        row.bounced_at, row.delivered_at, row.next_at = now, None, None
        row.failed = f"bounced {bounce.status}".strip() if bounce.status else UNKNOWN
        row.save(update_fields=["bounced_at", "delivered_at", "next_at", "failed"])
        if row.sheet and row.sheet.wave.closed_at is None:
            withdraw_unused(wave=row.sheet.wave, user=None, numbers=[row.sheet.number])
    return "bounced"
