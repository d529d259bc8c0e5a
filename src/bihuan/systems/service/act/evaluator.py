"""Evaluators: registered with a token of their own; ratings taken in once, however late and often told."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act.events import record
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import User
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import covers
from bihuan.kernel.together import write

from ..models import EvaluatorDevice, EvaluatorRating, Hall
from ..models.evaluator import BEST

AHEAD = timedelta(minutes=10)
"""How far a device's clock may run ahead."""
OLDEST = timedelta(days=400)
HEARD_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Press:
    key: str
    at: datetime
    score: int
    counter: str = ""
    transaction: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    new: int
    known: int
    refused: tuple[tuple[str, str], ...]
    """Number of the press, and why: `ahead`, `old`, `naive`, `score`."""


def register_device(*, name: str, hall: Hall, user: User) -> tuple[EvaluatorDevice, str]:
    """The device and its token, which is shown once."""
    _need(user, hall)
    token = f"ev_{secrets.token_urlsafe(32)}"
    with transaction.atomic():
        if EvaluatorDevice.objects.filter(name=name).exists():
            raise Refused(_("A device of this name is registered."))
        row = EvaluatorDevice.objects.create(
            name=name, hall=hall, digest=digest_of(token), registered_at=timezone.now()
        )
        record(
            verb="evaluator.registered",
            system="service",
            actor=user,
            subject=f"evaluator:{row.pk}",
            hall=hall.pk,
        )
    return row, token


def revoke_device(*, row: EvaluatorDevice, user: User) -> None:
    """Its token no longer works; its ratings stay."""
    _need(user, row.hall)
    with transaction.atomic():
        row.revoked_at = row.revoked_at or timezone.now()
        row.save(update_fields=["revoked_at"])
        record(verb="evaluator.revoked", system="service", actor=user, subject=f"evaluator:{row.pk}")


def device_of(token: str) -> EvaluatorDevice | None:
    rows = EvaluatorDevice.objects.filter(digest=digest_of(token), revoked_at=None)
    return rows.select_related("hall__place__unit").first()


def digest_of(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def receive(*, device: EvaluatorDevice, presses: Sequence[Press], at: datetime | None = None) -> Received:
    """What a device tells, also after days without network: each press once, each unusable one named."""
    now = at or timezone.now()
    refused = tuple((press.key, why) for press in presses if (why := fault(press, now)))
    bad = {key for key, _why in refused}
    wanted = {press.key: press for press in presses if press.key not in bad}

    def store() -> int:
        there = EvaluatorRating.objects.filter(device=device, key__in=list(wanted))
        known = set(there.values_list("key", flat=True))
        fresh = [_row(device, press, now) for key, press in wanted.items() if key not in known]
        EvaluatorRating.objects.bulk_create(fresh, ignore_conflicts=True)
        if device.heard_at is None or now - device.heard_at > HEARD_EVERY:
            EvaluatorDevice.objects.filter(pk=device.pk).update(heard_at=now)
        if fresh or refused:
            record(
                verb="evaluator.ratings",
                system="service",
                subject=f"evaluator:{device.pk}",
                at=now,
                new=len(fresh),
                refused=len(refused),
            )
        return len(fresh)

    new = write(store) if presses else 0
    return Received(new, len(wanted) - new, refused)


def fault(press: Press, now: datetime) -> str:
    """Why a press cannot be used; empty when it can."""
    if press.at.tzinfo is None:
        return "naive"
    if press.at > now + AHEAD:
        return "ahead"
    if press.at < now - OLDEST:
        return "old"
    return "" if 1 <= press.score <= BEST else "score"


def _row(device: EvaluatorDevice, press: Press, now: datetime) -> EvaluatorRating:
    return EvaluatorRating(
        device=device,
        hall=device.hall,
        key=press.key,
        counter=press.counter,
        transaction=press.transaction,
        at=press.at,
        score=press.score,
        received_at=now,
    )


def _need(user: User, hall: Hall) -> None:
    if not (may(user.role, "edit") and covers(user, hall)):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))
