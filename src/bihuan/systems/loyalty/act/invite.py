"""Asking customers: nobody twice within the quarantine, each invitation a row of the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act.events import record
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.act.surveys import issue_codes
from bihuan.kernel.act.surveys.waves import MOST_AT_ONCE, Issued
from bihuan.kernel.locks import hold
from bihuan.kernel.models import Customer, Unit, User
from bihuan.kernel.read.standards import value
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import covers

from ..models import Channel, Invitation, Programme, Step, Touchpoint
from ..read.programmes import asked_since, declined_of
from .waves import wave_for

ASKED_BY = (Channel.EMAIL, Channel.LINK, Channel.QR)


@dataclass(frozen=True, slots=True)
class Asked:
    """Who was invited, with codes where they are handed over here, and who was left out why."""

    invitations: list[Invitation]
    codes: list[Issued] = field(default_factory=list)
    rested: list[Customer] = field(default_factory=list)
    """Asked within the quarantine."""
    without_address: list[Customer] = field(default_factory=list)
    declined: list[Customer] = field(default_factory=list)
    """Want no more questions."""


def invite(
    *,
    programme: Programme,
    unit: Unit,
    channel: str,
    user: User | None,
    customers: Sequence[Customer] = (),
    count: int = 0,
    touchpoint: Touchpoint | None = None,
    segment: str = "",
    at: datetime | None = None,
) -> Asked:
    """Customers by name, or so many unnamed codes to be handed over (QR). Raises Refused for a programme that
    has ended, a unit outside of it, and for nobody to ask."""
    now = at or timezone.now()
    if user and (not may(user.role, "handle") or not covers(user, unit)):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))
    if programme.stage == Step.ENDED:
        raise Refused(_("This programme has ended: nobody is asked any more."))
    if Programme.objects.filter(pk=programme.pk, paused_at__isnull=False).exists():
        raise Refused(_("Asking is paused: resume the programme first."))
    if not unit.path.startswith(programme.unit.path):
        raise Refused(_("This unit is no part of the programme."))
    if channel not in ASKED_BY:
        raise Refused(_("Choose how they are asked."))
    with transaction.atomic():
        hold("loyalty.invite")
        unwilling = declined_of(customers)
        willing = [row for row in customers if row not in unwilling]
        chosen, rested, silent = _fit(willing, channel, now)
        if not chosen and not (count and not customers):
            raise Refused(
                _("Nobody is left to ask: all were asked lately, want no questions or have no address.")
            )
        rows = _rows(programme, unit, channel, chosen or [None] * count, touchpoint, segment, now)
        codes = [] if channel == Channel.EMAIL else _codes(programme, rows, chosen, user, now)
        record(
            verb="loyalty.invited",
            actor=user,
            subject=f"programme:{programme.code}",
            system="loyalty",
            at=now,
            count=len(rows),
            rested=len(rested),
            declined=len(unwilling),
            channel=channel,
        )
    return Asked(rows, codes, rested, silent, unwilling)


def _fit(
    customers: Sequence[Customer], channel: str, now: datetime
) -> tuple[list[Customer], list[Customer], list[Customer]]:
    """Each customer once: to ask, asked lately, and without an address."""
    rows = list({row.pk: row for row in customers if row.erased_at is None}.values())
    since = now - timedelta(days=int(value("loyalty.quarantine", now)))
    lately = asked_since([row.pk for row in rows], since)
    rested = [row for row in rows if row.pk in lately]
    left = [row for row in rows if row.pk not in lately]
    silent = [row for row in left if channel == Channel.EMAIL and not row.email]
    return [row for row in left if row not in silent], rested, silent


def _rows(
    programme: Programme,
    unit: Unit,
    channel: str,
    people: Sequence[Customer | None],
    touchpoint: Touchpoint | None,
    segment: str,
    now: datetime,
) -> list[Invitation]:
    if len(people) > MOST_AT_ONCE:
        raise Refused(_("Ask at most %(n)d at once.") % {"n": MOST_AT_ONCE})
    by_mail = channel == Channel.EMAIL
    return Invitation.objects.bulk_create(
        Invitation(
            programme=programme,
            customer=each,
            unit=unit,
            touchpoint=touchpoint,
            channel=channel,
            segment=segment or (each.segment if each else ""),
            invited_at=now,
            delivered_at=None if by_mail else now,
            next_at=now if by_mail else None,
        )
        for each in people
    )


def _codes(
    programme: Programme, rows: list[Invitation], people: Sequence[Customer], user: User | None, now: datetime
) -> list[Issued]:
    wave = wave_for(programme, now, now=now)
    issued = issue_codes(wave=wave, count=len(rows), customers=people, user=None)
    for row, each in zip(rows, issued, strict=True):
        row.sheet_id = each.sheet
    Invitation.objects.bulk_update(rows, ["sheet"])
    return issued
