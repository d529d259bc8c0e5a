"""Who wants no more questions is asked none: what waits is stopped, and every programme knows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act.events import digest, record
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Customer, User
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import covers

from ..models import Declined, Invitation

SALT: Final = "loyalty.decline"


def token_of(invitation: Invitation) -> str:
    """For the link in a letter: names the invitation and nobody's number."""
    return signing.dumps(invitation.pk, salt=SALT, compress=True)


def invitation_of(token: str) -> Invitation | None:
    try:
        pk = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return Invitation.objects.select_related("customer", "programme").filter(pk=pk).first()


def decline(
    *, customers: Sequence[Customer], how: str, user: User | None = None, at: datetime | None = None
) -> int:
    """From now on nobody asks them; letters that wait do not leave. Returns how many are new. Told again it
    changes nothing: the first instant stands."""
    now = at or timezone.now()
    for row in customers:
        _may(user, row)
    with transaction.atomic():
        keys = [row.pk for row in customers]
        known = set(Declined.objects.filter(pk__in=keys).values_list("pk", flat=True))
        fresh = [row for row in customers if row.pk not in known]
        Declined.objects.bulk_create(
            (Declined(customer=row, at=now, how=how, by=user) for row in fresh), ignore_conflicts=True
        )
        waiting = Invitation.objects.filter(customer__in=keys, next_at__isnull=False)
        waiting.update(next_at=None, failed="declined")
        for row in fresh:
            _told("declined", row, user, now, how=how)
    return len(fresh)


def allow(*, row: Declined, user: User, at: datetime | None = None) -> None:
    """The customer has changed her mind, or it was entered by mistake."""
    _may(user, row.customer)
    with transaction.atomic():
        _told("allowed", row.customer, user, at or timezone.now())
        row.delete()


def _may(user: User | None, customer: Customer) -> None:
    if user and (not may(user.role, "handle") or not covers(user, customer)):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))


def _told(verb: str, customer: Customer, user: User | None, at: datetime, **payload: str) -> None:
    subject = f"customer:{digest(customer.number)}"
    record(verb=f"loyalty.{verb}", actor=user, case=None, subject=subject, system="loyalty", at=at, **payload)
