"""The sealed chain: events are put into blocks whose digests hang on each other.

One sealer at a time takes the events that have no block yet; the order of sealing is the order
of the chain. `verify` recomputes everything and names the first block that does not fit.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from django.db import transaction

from bihuan.kernel.bulk import Table
from bihuan.kernel.locks import hold
from bihuan.kernel.models import Block, Event

GENESIS = "0" * 64
PLACES = Table(Event, "block", "position")
MOST = 2000
"""Events a block, so that sealing stays a short transaction."""


@dataclass(frozen=True)
class Finding:
    """What `verify` found: `broken` names the first block that does not fit, and why."""

    blocks: int
    events: int
    unsealed: int
    broken: str = ""


def event_digest(event: Event) -> str:
    """SHA-256 over the canonical JSON of every field that must never change."""
    at = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    fields = [event.pk, at, event.verb, event.system, event.actor_id, event.case_id, event.subject]
    text = json.dumps([*fields, event.payload], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def block_digest(previous: str, events: Iterable[Event]) -> str:
    chain = sha256(previous.encode())
    for event in events:
        chain.update(event_digest(event).encode())
    return chain.hexdigest()


def seal(*, now: datetime) -> int:
    """Seal what is not sealed yet; returns how many events."""
    total = 0
    while count := _seal_block(now):
        total += count
        if count < MOST:
            break
    return total


def _seal_block(now: datetime) -> int:
    with transaction.atomic():
        hold("seal")
        events = list(Event.objects.filter(block=None).order_by("pk")[:MOST])
        if not events:
            return 0
        last = Block.objects.order_by("-pk").first()
        previous = last.digest if last else GENESIS
        block = Block.objects.create(
            sealed_at=now, count=len(events), previous=previous, digest=block_digest(previous, events)
        )
        PLACES.update([(event.pk, (block.pk, position)) for position, event in enumerate(events)])
        return len(events)


def verify() -> Finding:
    """Recompute the whole chain."""
    previous, blocks, count = GENESIS, 0, 0
    for block in Block.objects.order_by("pk").iterator():
        events = list(block.events.order_by("position"))
        why = _misfit(block, previous, events)
        if why:
            return Finding(blocks, count, _unsealed(), f"block {block.pk}: {why}")
        previous, blocks, count = block.digest, blocks + 1, count + len(events)
    return Finding(blocks, count, _unsealed())


def _misfit(block: Block, previous: str, events: list[Event]) -> str:
    if block.previous != previous:
        return "does not follow the block before it"
    if len(events) != block.count:
        return f"has {len(events)} events, was sealed with {block.count}"
    if block_digest(previous, events) != block.digest:
        return "an event was changed after sealing"
    return ""


def _unsealed() -> int:
    return Event.objects.filter(block=None).count()
