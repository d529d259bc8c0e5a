"""Invitations of other systems: how many they asked, so that their answers have a denominator."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act.events import record
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Customer, Unit, User
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import covers

from ..models import Answer, Channel, Invitation, Programme, Touchpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedElsewhere:
    """An invitation as the other system tells it; `key` is its number there. Told again with more known,
    it is brought up to date: delivered, opened and failed only."""

    key: str
    unit: Unit
    invited_at: datetime
    channel: str = Channel.FILE
    customer: Customer | None = None
    touchpoint: Touchpoint | None = None
    segment: str = ""
    delivered_at: datetime | None = None
    opened_at: datetime | None = None
    failed: str = ""


def asked_elsewhere(
    *,
    programme: Programme,
    told: Sequence[AskedElsewhere],
    user: User | None = None,
    now: datetime | None = None,
) -> tuple[int, int]:
    """How many are new, and how many changed. Raises Refused for a unit outside of the programme or the
    account, for instants to come or in the wrong order, and for a key that is ours or blank."""
    moment = now or timezone.now()
    for each in told:
        _check(programme, each, user, moment)
    with transaction.atomic():
        Programme.objects.select_for_update().get(pk=programme.pk)
        rows = Invitation.objects.filter(programme=programme, key__in=[each.key for each in told])
        known = {row.key: row for row in rows}
        fresh = list({each.key: each for each in told if each.key not in known}.values())
        Invitation.objects.bulk_create(_row(programme, each) for each in fresh)
        changed = [each for each in told if each.key in known and _updated(known[each.key], each)]
        Invitation.objects.bulk_update(known.values(), ["delivered_at", "opened_at", "failed"])
        link(programme, [each.key for each in told])
        if fresh or changed:
            record(
                verb="loyalty.asked_elsewhere",
                actor=user,
                subject=f"programme:{programme.code}",
                system="loyalty",
                at=moment,
                new=len(fresh),
                changed=len(changed),
            )
    return len(fresh), len(changed)


def fault(told: AskedElsewhere, now: datetime) -> str:
    """Why this cannot have been so; empty where it can."""
    instants = [at for at in (told.invited_at, told.delivered_at, told.opened_at) if at]
    if max(instants) > now:
        return _("An invitation cannot come from the future.")
    if instants != sorted(instants):
        return _("Invited, delivered and opened come in this order.")
    return ""


def _check(programme: Programme, told: AskedElsewhere, user: User | None, now: datetime) -> None:
    if user and (not may(user.role, "handle") or not covers(user, told.unit)):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))
    if not told.unit.path.startswith(programme.unit.path):
        raise Refused(_("This unit is no part of the programme."))
    if not told.key:
        raise Refused(_("Each invitation needs a number of its own."))
    if why := fault(told, now):
        raise Refused(f"{told.key}: {why}")


def _row(programme: Programme, told: AskedElsewhere) -> Invitation:
    return Invitation(
        programme=programme,
        key=told.key,
        customer=told.customer,
        unit=told.unit,
        touchpoint=told.touchpoint,
        channel=told.channel,
        segment=told.segment,
        invited_at=told.invited_at,
        delivered_at=told.delivered_at,
        opened_at=told.opened_at,
        failed=told.failed,
    )


def _updated(row: Invitation, told: AskedElsewhere) -> bool:
    before = (row.delivered_at, row.opened_at, row.failed)
    row.delivered_at = told.delivered_at or row.delivered_at
    row.opened_at = told.opened_at or row.opened_at
    row.failed = told.failed or row.failed
    return before != (row.delivered_at, row.opened_at, row.failed)


def link(programme: Programme, keys: Collection[str]) -> int:
    """Answers and the invitations that they answer find each other, whichever came first. The first answer
    of an invitation stands; in the caller's transaction."""
    if not keys:
        return 0
    waiting = Invitation.objects.filter(programme=programme, key__in=keys, sheet=None).exclude(key="")
    rows = {row.key: row for row in waiting.select_related("customer")}
    found = Answer.objects.filter(programme=programme, asked_key__in=rows, reply__sheet__invitation=None)
    linked = []
    for answer in found.select_related("reply").order_by("-pk"):
        row = rows[answer.asked_key]
        row.sheet_id = answer.reply.sheet_id
        linked.append(row)
    Invitation.objects.bulk_update(set(linked), ["sheet"])
    return len(set(linked))
