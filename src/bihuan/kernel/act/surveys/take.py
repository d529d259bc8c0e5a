"""Taking in one reply: read first, then one short write transaction; told twice, it is one reply."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from bihuan.kernel.bulk import Table, among, execute, fetch, stored, these
from bihuan.kernel.models import Event, Reply, User, Verbatim
from bihuan.kernel.read.surveys.sheets import Found
from bihuan.kernel.rules.surveys.answers import Answers, BadAnswer, clean
from bihuan.kernel.rules.surveys.validity import Reason, Standing, answered_at, judged
from bihuan.kernel.together import Together, note

REPLIES = Table(
    Reply,
    *("wave", "sheet", "key", "channel", "language", "answers"),
    *("opened_at", "answered_at", "received_at", "took_s", "device", "valid", "reasons"),
)
VERBATIMS = Table(Verbatim, "reply", "code", "text", "personal", "at")
EVENTS = Table(Event, "at", "verb", "system", "actor", "subject", "payload")
FREE = "SELECT id FROM kernel_sheet WHERE {} AND used_at IS NULL{}"
USED = "UPDATE kernel_sheet SET used_at = %s WHERE {}"
OPENED = "UPDATE kernel_sheet SET opened_at = %s WHERE id = %s AND opened_at IS NULL"
"""Written once: the ORM takes longer to build a statement than the database to run it."""


class NotOpen(Exception):
    """The sheet takes no reply; `standing` says why."""

    def __init__(self, standing: Standing) -> None:
        super().__init__(standing)
        self.standing = standing


@dataclass(frozen=True, slots=True)
class Coming:
    """A reply on its way in."""

    raw: Mapping[str, Any]
    key: str
    """Made by the sender, the same for every try."""
    channel: str
    language: str = ""
    opened_at: datetime | None = None
    """Proved: by a token that our server signed when it handed out the page, or by the paper."""
    took_s: float | None = None
    device: str = ""
    ended_at: datetime | None = None
    """Of paper and files: when it was answered, as noted."""


@dataclass(frozen=True, slots=True)
class Taken:
    reply: int
    fresh: bool
    """False: the same reply had arrived before."""
    valid: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """A reply and the sheet that it came with."""

    found: Found
    coming: Coming
    at: datetime
    user: User | None = None


Outcome = Taken | NotOpen | BadAnswer


def take(*, found: Found, coming: Coming, user: User | None = None, at: datetime | None = None) -> Taken:
    """Store a reply and judge whether it counts.

    A reply that was begun while the sheet was open is never turned away for arriving late: it is kept with
    the reason why it does not count. Raises BadAnswer for what is not offered, NotOpen for a
    sheet that another reply has used, that was withdrawn, or that was not open when the page was handed out.
    """
    return _or_raised(TOGETHER.write(Offer(found, coming, at or timezone.now(), user)))


def take_all(
    coming: Sequence[tuple[Found, Coming]], *, user: User | None = None, at: datetime | None = None
) -> list[Taken]:
    """As `take` would one after the other, all of them or none: the same judgements, however many there are
    with the same few statements. Raises what `take` raises for the first of them that cannot be taken."""
    now = at or timezone.now()
    with transaction.atomic():
        outcomes = take_each([Offer(found, each, now, user) for found, each in coming])
        return [_or_raised(outcome) for outcome in outcomes]


def take_each(offers: Sequence[Offer]) -> list[Outcome]:
    """In the caller's transaction: for each, in order, what `take` would return or raise."""
    answered = _have_answered([offer.found for offer in offers])
    batch: list[_Ready | Outcome] = []
    for offer in offers:
        who = (offer.found.wave, offer.found.customer)
        one = _looked_at(offer, duplicate=who in answered)
        batch.append(one)
        if isinstance(one, _Ready) and offer.found.customer is not None:
            answered.add(who)
    ready = [each for each in batch if isinstance(each, _Ready)]
    made = iter(_put(ready) if ready else ())
    return [_told(each, next(made)) if isinstance(each, _Ready) else each for each in batch]


def _or_raised(outcome: Outcome) -> Taken:
    if isinstance(outcome, Taken):
        return outcome
    raise outcome


def _looked_at(offer: Offer, *, duplicate: bool) -> "_Ready | Outcome":
    found, coming = offer.found, offer.coming
    try:
        answers = clean(found.form, coming.raw)
        standing = found.standing(offer.at)
        if standing == "used":
            return _again(found, coming.key) or NotOpen("used")
        _check_open(found, coming, standing)
    except (NotOpen, BadAnswer) as refusal:
        return refusal
    return _judged(found, coming, answers, offer.at, offer.user, duplicate=duplicate)


def _judged(
    found: Found, coming: Coming, answers: Answers, now: datetime, user: User | None, *, duplicate: bool
) -> "_Ready":
    answered = coming.ended_at or answered_at(coming.opened_at, coming.took_s, now)
    reasons = judged(
        missing=bool(answers.missing),
        duplicate=duplicate,
        answered=answered,
        received=now,
        window=found.window,
    )
    return _Ready(found, coming, answers, answered, reasons, now, user)


def _told(ready: "_Ready", reply: int | None) -> Outcome:
    if reply is None:  # the sheet was used between our look and our write
        return _again(ready.found, ready.coming.key) or NotOpen("used")
    return Taken(reply, True, not ready.reasons, ready.reasons)


def _check_open(found: Found, coming: Coming, standing: Standing) -> None:
    """Open now; or late, from a page that was handed out in time. Paper and files carry their own times."""
    late = standing in ("expired", "closed")
    if standing == "withdrawn" or (standing == "early" and coming.channel in ("phone", "api")):
        raise NotOpen(standing)
    if late and coming.channel in ("phone", "api"):
        begun = coming.opened_at
        if begun is None or begun > min(
            found.expires_at, found.closes_at, found.closed_at or found.closes_at
        ):
            raise NotOpen(standing)


def _again(found: Found, key: str) -> Taken | None:
    row = Reply.objects.filter(sheet_id=found.pk, key=key).values_list("pk", "valid", "reasons").first()
    return Taken(row[0], False, row[1], tuple(row[2])) if row else None


def _have_answered(found: Sequence[Found]) -> set[tuple[int, int | None]]:
    """Of waves and customers those with a reply; whose sheet has one itself comes again and is not asked."""
    customers = {each.customer for each in found if each.customer is not None}
    if not customers:
        return set()
    waves = {each.wave for each in found}
    rows = Reply.objects.filter(wave__in=waves, sheet__customer__in=customers).order_by()
    return set(rows.values_list("wave_id", "sheet__customer_id"))


@dataclass(frozen=True, slots=True)
class _Ready:
    """A reply that is judged and waits to be written."""

    found: Found
    coming: Coming
    answers: Answers
    answered: datetime
    reasons: tuple[Reason, ...]
    now: datetime
    user: User | None

    @property
    def row(self) -> tuple[Any, ...]:
        coming, found = self.coming, self.found
        return (
            *(found.wave, found.pk, coming.key, coming.channel, coming.language, self.answers.values),
            *(coming.opened_at, self.answered, self.now, _seconds(coming.took_s)),
            *(_device(found, coming.device), not self.reasons, list(self.reasons)),
        )

    def texts(self, reply: int) -> list[tuple[Any, ...]]:
        personal = {item.code for item in self.found.form.items if item.personal}
        told = self.answers.texts.items()
        return [(reply, code, text, code in personal, self.now) for code, text in told]

    @property
    def event(self) -> tuple[Any, ...]:
        told = {"sheet": self.found.number, "channel": self.coming.channel, "valid": not self.reasons}
        actor = self.user.pk if self.user else None
        return (self.now, "wave.reply", "kernel", actor, f"wave:{self.found.wave}", told)


def _put(batch: Sequence[_Ready]) -> list[int | None]:
    """Write many replies; None for one whose sheet is used, by another of the batch or by somebody before."""
    free = _claimed(batch)
    mine = [free.pop(ready.found.pk, None) is ready for ready in batch]
    rows = [ready for ready, own in zip(batch, mine, strict=True) if own]
    keys = REPLIES.insert([ready.row for ready in rows])
    texts = [text for ready, key in zip(rows, keys, strict=True) for text in ready.texts(key)]
    VERBATIMS.insert(texts)
    EVENTS.insert([ready.event for ready in rows])
    made = iter(keys)
    return [next(made) if own else None for own in mine]


def _claimed(batch: Sequence[_Ready]) -> dict[int, _Ready]:
    """Sheets that nobody had used, locked and marked, each for the first of the batch that came with it."""
    first: dict[int, _Ready] = {}
    for ready in batch:
        first.setdefault(ready.found.pk, ready)
    lock = " ORDER BY id FOR UPDATE" if connection.vendor == "postgresql" else ""
    unused = FREE.format(among("id"), lock)
    free = [pk for (pk,) in fetch(unused, these(first))]
    if free:
        execute(USED.format(among("id")), stored(batch[-1].now), these(free))
    return {pk: first[pk] for pk in free}


TOGETHER = Together(take_each)


def _seconds(took_s: float | None) -> int | None:
    return int(took_s) if took_s is not None and 0 <= took_s < 2**31 else None


def _device(found: Found, token: str) -> str:
    """Agrees for replies of one wave from one phone, and says nothing about any other wave."""
    if not token:
        return ""
    return salted_hmac(f"bihuan.survey.device.{found.wave}", token, algorithm="sha256").hexdigest()[:32]


def note_opening(*, found: Found, at: datetime | None = None) -> None:
    """The first time that somebody opened the page; no event, because nothing was decided."""
    if found.opened_at is None:
        note(lambda: execute(OPENED, stored(at or timezone.now()), found.pk))
