"""What a letter that comes back says: delivery status notifications (RFC 3464), by the standard library."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from enum import Enum

LONGEST = 1_000_000
"""Bytes of one notification that are read: the reports come first, and may quote a long letter."""
STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
NAMED = re.compile(r"<[^<>\s]{3,200}>")


class Fate(Enum):
    FAILED = "failed"
    """It will not arrive: RFC 3464 `Action: failed`."""
    DELAYED = "delayed"
    """The server still tries: nothing is known yet."""
    ARRIVED = "arrived"
    """Delivered, relayed or expanded: a receipt, not a bounce."""


ACTIONS = {
    "failed": Fate.FAILED,
    "delayed": Fate.DELAYED,
    "delivered": Fate.ARRIVED,
    "relayed": Fate.ARRIVED,
    "expanded": Fate.ARRIVED,
}


@dataclass(frozen=True, slots=True)
class Bounce:
    """`letters`: Message-IDs without brackets that the notification may be about; `status` as `5.1.1`."""

    fate: Fate
    status: str
    letters: tuple[str, ...]


def read_bounce(raw: bytes) -> Bounce | None:
    """None for what is no delivery status notification: an answer of a person, an absence note, a receipt of
    reading. Never raises, whatever is in it."""
    try:
        told = message_from_bytes(raw[:LONGEST])
        if told.get_content_type() != "multipart/report" or not told.is_multipart():
            return None
        if (told.get_param("report-type") or "delivery-status") != "delivery-status":
            return None
        fates = [found for part in told.walk() for found in _fates(part)]
        letters = dict.fromkeys(_letters(told))
    except (LookupError, ValueError, TypeError, AttributeError):
        return None
    if not fates:
        return None
    worst = next((each for each in fates if each[0] is Fate.FAILED), fates[0])
    return Bounce(worst[0], worst[1], tuple(letters))


def _fates(part: Message) -> Iterator[tuple[Fate, str]]:
    """Of every recipient that the report names; the block about the message as a whole has no action."""
    if part.get_content_type() != "message/delivery-status":
        return
    for block in _parts(part):
        action = str(block.get("Action", "")).strip().lower()
        if action in ACTIONS:
            found = STATUS.search(str(block.get("Status", "")))
            yield ACTIONS[action], found.group() if found else ""


def _parts(part: Message) -> list[Message]:
    inside = part.get_payload()
    return [each for each in inside if isinstance(each, Message)] if isinstance(inside, list) else []


def _letters(told: Message) -> Iterator[str]:
    """The letter itself or its head quoted in the report, else what the notification says it answers."""
    for part in told.walk():
        if part is told:
            continue
        kind = part.get_content_type()
        if kind == "text/rfc822-headers":
            body = part.get_payload(decode=True)
            if isinstance(body, bytes):
                yield from _ids(str(message_from_bytes(body).get("Message-ID", "")))
        elif kind == "message/rfc822":
            for inner in _parts(part):
                yield from _ids(str(inner.get("Message-ID", "")))
    yield from _ids(f"{told.get('In-Reply-To', '')} {told.get('References', '')}")


def _ids(text: str) -> Iterator[str]:
    for found in NAMED.findall(text):
        yield found[1:-1]
