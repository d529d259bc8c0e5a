"""Giving and withdrawing consent. What stands is never written over: a withdrawal is added once, for good."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act.events import record
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Customer, User
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import covers

from ..models import Consent, OfferSend, Purpose, SendState
from ..rules.promotion import holds_identity


def allowed(user: User | None, verb: str, row: Customer) -> None:
    """Raises Refused for a role without the verb and for a customer of other units."""
    if user and not (may(user.role, verb) and covers(user, row)):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))


def check_evidence(text: str) -> None:
    """Raises Refused for no evidence, and for the number of an identity document in it."""
    if not text.strip():
        raise Refused(_("Say what shows it: a form, a recording, a click with its time."))
    if holds_identity(text):
        raise Refused(_("Leave the number of the identity document out: promotion has no use for it."))


def give(
    *,
    customer: Customer,
    purpose: str,
    way: str,
    evidence: str,
    user: User | None,
    recipient: str = "",
    given_at: datetime | None = None,
    by: User | None = None,
    ended: tuple[datetime, str] | None = None,
) -> Consent:
    """`user` needs the right and is on record; `by` is on record alone, where an import has checked before.

    `ended`: instant and way of a withdrawal that is history already: such a row stands in nobody's way.

    Raises Refused for an instant that has not come, without evidence, and where one stands already."""
    allowed(user, "handle", customer)
    check_evidence(evidence)
    now = timezone.now()
    given = given_at or now
    if given > now:
        raise Refused(_("This instant has not come yet."))
    if customer.erased_at:
        raise Refused(_("This customer has been erased."))
    try:
        with transaction.atomic():
            row = Consent.objects.create(
                customer=customer,
                purpose=purpose,
                way=way,
                recipient=recipient.strip(),
                evidence=evidence.strip(),
                given_at=given,
                recorded_at=now,
                recorded_by=user or by,
                withdrawn_at=ended[0] if ended else None,
                withdrawal=ended[1] if ended else "",
                withdrawn_by=user or by if ended else None,
            )
            _note(row, "given", user or by, now)
            if ended:
                _note(row, "withdrawn", user or by, ended[0])
    except IntegrityError:
        raise Refused(_("This consent stands already.")) from None
    return row


def withdraw(*, consent: Consent, how: str, user: User | None, at: datetime | None = None) -> int:
    """Holds from `at` on and stops everything unsent that rests on it; returns how many offers that were.

    Raises Refused when it is withdrawn already, and for an instant before it was given or not yet come.
    """
    allowed(user, "handle", consent.customer)
    check_evidence(how)
    now = timezone.now()
    instant = at or now
    if instant > now:
        raise Refused(_("This instant has not come yet."))
    if instant < consent.given_at:
        raise Refused(_("It cannot be withdrawn before it was given."))
    with transaction.atomic():
        stopped = end(consent, instant, how.strip(), user)
        if stopped is None:
            raise Refused(_("This consent has been withdrawn already."))
    return stopped


def end(consent: Consent, instant: datetime, how: str, user: User | None) -> int | None:
    """In the caller's transaction; None when somebody else has withdrawn it before.

    The row of the consent is locked first, as a send does before it leaves: of the two the later one sees
    what the earlier did. With the consent to the location goes where the customer was.
    """
    standing = Consent.objects.filter(pk=consent.pk, withdrawn_at=None)
    if not standing.update(withdrawn_at=instant, withdrawal=how, withdrawn_by=user):
        return None
    _note(consent, "withdrawn", user, instant)
    if consent.purpose == Purpose.LOCATION and not consent.recipient:
        OfferSend.objects.filter(customer=consent.customer_id, way=consent.way).update(shop=None)
    if consent.purpose != Purpose.OFFERS:
        return 0
    rests = (
        Q(consent=consent) | Q(offer__partner=consent.recipient) if consent.recipient else Q(consent=consent)
    )
    rows = OfferSend.objects.filter(rests, customer=consent.customer_id, way=consent.way)
    unsent = list(rows.filter(state=SendState.WAITING).values_list("pk", flat=True))
    return OfferSend.objects.filter(pk__in=unsent, state=SendState.WAITING).update(
        state=SendState.DROPPED, reason=OfferSend.Reason.WITHDRAWN
    )


def withdraw_all(
    *, customer: Customer, how: str, way: str = "", at: datetime | None = None, user: User | None = None
) -> int:
    """What the link in a letter does: every consent to offers by this way, ours and third parties'; without a
    way every consent there is. Returns how many were withdrawn now."""
    now = at or timezone.now()
    rows = Consent.objects.filter(customer=customer, withdrawn_at=None, given_at__lte=now)
    if way:
        rows = rows.filter(way=way, purpose=Purpose.OFFERS)
    with transaction.atomic():
        return sum(end(row, now, how, user) is not None for row in rows.order_by("pk"))


def _note(row: Consent, verb: str, user: User | None, at: datetime) -> None:
    record(
        verb=f"consent.{verb}",
        actor=user,
        subject=f"customer:{row.customer_id}",
        system="equity",
        at=timezone.now(),
        consent=row.pk,
        purpose=row.purpose,
        way=row.way,
        third_party=bool(row.recipient),
        instant=at.isoformat(),
    )
