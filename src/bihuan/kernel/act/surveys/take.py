"""Taking in one reply: read first, then one short write transaction; told twice, it is one reply."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.utils import timezone
from django.utils.crypto import salted_hmac

from bihuan.kernel.act.events import record
from bihuan.kernel.locks import short_write
from bihuan.kernel.models import Reply, Sheet, User, Verbatim
from bihuan.kernel.read.surveys.sheets import Found
from bihuan.kernel.rules.surveys.answers import Answers, clean
from bihuan.kernel.rules.surveys.form import Form
from bihuan.kernel.rules.surveys.validity import Reason, Standing, answered_at, judged


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


def take(*, found: Found, coming: Coming, user: User | None = None, at: datetime | None = None) -> Taken:
    """Store a reply and judge whether it counts.

    A reply that was begun while the sheet was open is never turned away for arriving late: it is kept with
    the reason why it does not count. Raises BadAnswer for what is not offered, NotOpen for a
    sheet that another reply has used, that was withdrawn, or that was not open when the page was handed out.
    """
    now = at or timezone.now()
    form = found.form
    answers = clean(form, coming.raw)
    standing = found.standing(now)
    if standing == "used":
        return _again(found, coming.key) or _used()
    _check_open(found, coming, standing)
    answered = coming.ended_at or answered_at(coming.opened_at, coming.took_s, now)
    reasons = judged(
        missing=bool(answers.missing),
        duplicate=_has_answered(found),
        answered=answered,
        received=now,
        window=found.window,
    )
    try:
        with short_write():
            return _stored(found, coming, form, answers, answered, reasons, now, user)
    except IntegrityError:  # the sheet was used between our look and our write
        return _again(found, coming.key) or _used()


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


def _used() -> Taken:
    raise NotOpen("used")


def _again(found: Found, key: str) -> Taken | None:
    row = Reply.objects.filter(sheet_id=found.pk, key=key).values_list("pk", "valid", "reasons").first()
    return Taken(row[0], False, row[1], tuple(row[2])) if row else None


def _has_answered(found: Found) -> bool:
    """Whether the customer who was asked has answered on another sheet of the wave."""
    if found.customer is None:
        return False
    others = Reply.objects.filter(wave_id=found.wave, sheet__customer_id=found.customer)
    return others.exclude(sheet_id=found.pk).exists()


def _stored(
    found: Found,
    coming: Coming,
    form: Form,
    answers: Answers,
    answered: datetime,
    reasons: tuple[Reason, ...],
    now: datetime,
    user: User | None,
) -> Taken:
    """The sheet is claimed by a conditional update: of two replies at once the second finds it used."""
    if not Sheet.objects.filter(pk=found.pk, used_at=None).update(used_at=now):
        return _again(found, coming.key) or _used()
    reply = Reply.objects.create(
        wave_id=found.wave,
        sheet_id=found.pk,
        key=coming.key,
        channel=coming.channel,
        language=coming.language,
        answers=answers.values,
        opened_at=coming.opened_at,
        answered_at=answered,
        received_at=now,
        took_s=_seconds(coming.took_s),
        device=_device(found, coming.device),
        valid=not reasons,
        reasons=list(reasons),
    )
    if answers.texts:
        personal = {item.code for item in form.items if item.personal}
        Verbatim.objects.bulk_create(
            Verbatim(reply=reply, code=code, text=text, personal=code in personal, at=now)
            for code, text in answers.texts.items()
        )
    record(
        verb="wave.reply",
        actor=user,
        subject=f"wave:{found.wave}",
        at=now,
        sheet=found.number,
        channel=coming.channel,
        valid=not reasons,
    )
    return Taken(reply.pk, True, not reasons, reasons)


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
        with short_write():
            Sheet.objects.filter(pk=found.pk, opened_at=None).update(opened_at=at or timezone.now())
