"""Taking in a complaint: a case with its call-backs, and the words of the customer apart from it."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act.cases import duplicate, open_case
from bihuan.kernel.act.cases.open import Breach
from bihuan.kernel.act.cases.step import noted
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Case, Customer, Place, Severity, Unit, User
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import covers

from ..models import Complaint


def take(
    *,
    user: User,
    unit: Unit,
    number: str,
    text: str,
    complained_at: datetime,
    channel: str = Complaint.Channel.HOTLINE,
    customer: Customer | None = None,
    place: Place | None = None,
    serious: bool = False,
    same_as: Case | None = None,
    now: datetime | None = None,
) -> tuple[Case, bool]:
    """The case of a complaint and whether it was opened now; the same number never opens twice.

    Clocks count from the complaint, not from its entry. `same_as`: the open case that this one repeats; it is
    kept as its duplicate. Raises Refused for an instant that is still to come.
    """
    if not may(user.role, "handle") or not covers(user, unit):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))
    if complained_at > (now or timezone.now()):
        raise Refused(_("A complaint cannot be made in the future."))
    if len(text.strip()) < 4:
        raise Refused(_("Write what the customer complains about."))
    with transaction.atomic():
        case, fresh = open_case(
            breach=Breach(
                kind="complaint",
                subject=number,
                subject_name=customer.name if customer else "",
                episode=number,
                at=complained_at,
                unit=unit,
                place=place,
                customer=customer,
                severity=Severity.SERIOUS if serious else None,
            ),
            channel=channel,
        )
        if fresh:
            Complaint.objects.create(case=case, number=number, channel=channel)
            noted(case, "comment", actor=user, at=complained_at, text=text)
            if same_as:
                words = _("The same matter as %(number)s, told again.") % {"number": same_as.number}
                duplicate(case=case, user=user, of=same_as, text=words, at=now)
    return case, fresh
