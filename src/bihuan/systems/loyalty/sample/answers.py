"""Answers of the demo bank: the pilot gains, the comparison hardly does."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from bihuan.kernel.models import Customer, Unit

from ..act import AskedElsewhere, Told
from ..models import Channel, Programme, Reason, Touchpoint
from ..words import AGE, CAME, DRIVERS, NEW
from . import bank

STARTED = timedelta(days=130)
EACH, CUSTOMERS, BRANCH_ANSWERS, BRANCH_ASKED = 12, 60, 90, 240
YOUNG = {"学生": ("under18", "18-24"), "青年客户": ("18-24", "25-34"), "家庭客户": ("25-34", "35-49")}


def pick(what: str, below: int) -> int:
    """The same number for the same words, so that every demo house is alike."""
    return int(sha256(what.encode()).hexdigest()[:8], 16) % below


def told(programme: Programme, now: datetime) -> Iterator[Told]:
    """Both arms three quarters before and after; the pilot gains, the comparison does not."""
    start = now - STARTED
    units = {unit.code: unit for unit in Unit.objects.filter(code__startswith="DEMO-B")}
    points = list(Touchpoint.objects.filter(code__startswith="DEMO-T").order_by("code"))
    people = list(Customer.objects.filter(number__startswith="DEMO-BK").order_by("number")[:CUSTOMERS])
    spans = (("earlier", -178, 88), ("before", -88, 86), ("after", 32, 88))
    arms = ((bank.CARDS, "C", 24), (bank.LOANS, "L", 4))
    for above, letter, gain in arms:
        for n in range(1, len(bank.CENTRES) + 1):
            for name, first, length in spans:
                for k in range(EACH):
                    what = f"{letter}{n} {name} {k}"
                    at = start + timedelta(days=first + pick(what, length), hours=pick(what + "h", 9))
                    score = scored(what, gain if name == "after" else 0, k)
                    unit = units[f"{above}-{letter}{n}"]
                    yield one(
                        what, score, unit, min(at, now), points[1 + k % 5] if letter == "C" else None, None
                    )
    for k in range(BRANCH_ANSWERS):
        what = f"branch {k}"
        unit = units[f"DEMO-B{1 + pick(what, 9):03d}"]
        at = now - timedelta(days=1 + pick(what + "d", 50))
        told = one(what, scored(what, 8), unit, at, points[0], None)
        yield replace(told, asked_key=f"DEMO-branch-{k}")
    for k in range(8):
        what = f"social {k}"
        yield one(
            what,
            pick(what, 5),
            units[f"{bank.CARDS}-C1"],
            now - timedelta(days=2 + k),
            points[3],
            Channel.SOCIAL,
        )
    for k, customer in enumerate(people[:14]):
        what = f"named {k}"
        at = now - timedelta(hours=6 + 17 * k)
        yield one(
            what, pick(what, 7), units[f"{bank.CARDS}-C{k % 6 + 1}"], at, points[1 + k % 5], None, customer
        )


def asked(now: datetime) -> Iterator[AskedElsewhere]:
    """What the branches' own system asked: of 240 some were never reached, and 90 answered."""
    units = {unit.code: unit for unit in Unit.objects.filter(code__startswith="DEMO-B")}
    for k in range(BRANCH_ASKED):
        what = f"branch {k}"
        at = now - timedelta(days=3 + pick(what + "d", 50))
        lost = k >= BRANCH_ANSWERS and not pick(what + "lost", 12)
        yield AskedElsewhere(
            key=f"DEMO-branch-{k}",
            unit=units[f"DEMO-B{1 + pick(what, 9):03d}"],
            invited_at=at,
            delivered_at=None if lost else at + timedelta(minutes=2),
            failed="mailbox full" if lost else "",
            segment=bank.SEGMENTS[pick(what + "s", 4)][0],
        )


def one(
    what: str,
    score: int,
    unit: Unit,
    at: datetime,
    point: Touchpoint | None,
    channel: Channel | None,
    customer: Customer | None = None,
) -> Told:
    words = bank.GOOD if score > 8 else bank.SO_SO if score > 6 else bank.BAD
    return Told(
        key=f"DEMO-{what}",
        score=score,
        unit=unit,
        answered_at=at,
        channel=channel or Channel.FILE,
        customer=customer,
        touchpoint=point,
        segment=bank.SEGMENTS[pick(what + "s", 4)][0],
        text=words[pick(what + "w", len(words))] if pick(what + "t", 3) else "",
        more={**ratings(what, score), **aged(what)},
    )


def aged(what: str) -> dict[str, str]:
    """By the segment; one in five does not say."""
    if not pick(what + "age", 5):
        return {}
    bands = YOUNG.get(bank.SEGMENTS[pick(what + "s", 4)][0], ("50+",))
    return {AGE: bands[pick(what + "band", len(bands))]}


def scored(what: str, gain: int, place: int | None = None) -> int:
    """Of a hundred 34 promote and 34 detract; a gain moves so many from one end to the other. With a place
    among the unit's answers they are spread evenly, as those of many more customers would be."""
    at = pick(what + "score", 100)
    if place is not None:
        at = (place * 100 + pick(what + "spread", 100)) // EACH
    if at < 34 - gain * 0.6:
        return pick(what + "low", 7)
    return 7 + pick(what + "mid", 2) if at < 66 - gain else 9 + pick(what + "high", 2)


def ratings(what: str, score: int) -> dict[str, int | str]:
    """Clear rules and fees weigh most; none of them is the score itself."""
    found: dict[str, int | str] = {}
    for code, weight in zip(DRIVERS, (3, 2, 6, 5, 1), strict=True):
        base = 1 + round((score * weight / 10 + pick(what + code, 10 - weight)) / 9 * 4)
        found[code] = min(5, max(1, base))
    found[NEW] = int(not pick(what + "new", 5))
    if found[NEW]:
        found[CAME] = Reason.values[pick(what + "came", 5)]
    return found
