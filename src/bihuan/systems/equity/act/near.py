"""A customer near a shop: a coupon where the customer agreed to that, and otherwise no trace of it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act.events import record
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.locks import hold
from bihuan.kernel.models import Customer, Unit, User
from bihuan.kernel.scope import covers, visible

from ..models import Consent, Coupon, OfferSend, Purpose, SendState, Way
from ..read.consents import standing
from ..read.offers import candidates
from .coupons import code, issue


@dataclass(frozen=True, slots=True)
class Near:
    """`why` is a key of `LEFT_OUT`, `location` or `offer` (which has no coupon); empty with a coupon."""

    why: str
    coupon: Coupon | None = None
    code: str = ""


def trigger(*, number: str, shop: str, user: User, at: datetime | None = None) -> Near:
    """The consent to the use of the location is asked first: without it not even a rule is looked at, and
    nothing is written, neither event nor row. Raises Refused for a shop outside the account's units."""
    now = at or timezone.now()
    place = visible(user, Unit.objects.filter(code=shop)).first()
    if place is None:
        raise Refused(_("No shop of your units has this code."))
    with transaction.atomic():
        hold(f"equity.near:{number}")
        agreed = standing(now).filter(purpose=Purpose.LOCATION, way=Way.APP, recipient="")
        customers = Customer.objects.filter(number=number, erased_at=None)
        customer = customers.filter(pk__in=agreed.values("customer")).select_related("unit").first()
        if customer is None or not covers(user, customer):
            return Near("location")
        found = candidates(customer.unit, now, Way.APP, Customer.objects.filter(pk=customer.pk))
        rule, consent, why = found.values_list("rule", "consent", "why")[0]
        if why:
            return Near(why)
        return _bring(customer, place, rule, consent, user, now)


def _bring(customer: Customer, place: Unit, rule: int, consent: int, user: User, now: datetime) -> Near:
    rests = Consent.objects.select_for_update().filter(pk=consent, withdrawn_at=None)
    if not list(rests):
        return Near("consent")
    row = OfferSend(customer=customer, rule_id=rule, consent_id=consent, way=Way.APP, shop=place)
    row.offer = row.rule.offer
    if row.offer.coupon_days is None:
        return Near("offer")
    row.state, row.sent_at = SendState.SENT, now
    row.save()
    redeems = row.offer.unit if place.path.startswith(row.offer.unit.path) else user.unit
    coupon = issue(
        offer=row.offer, unit=redeems, source=Coupon.Source.NEAR, at=now, send=row, customer=customer
    )
    record(verb="offer.near", actor=user, subject=f"customer:{customer.pk}", system="equity", send=row.pk)
    return Near("", coupon, code(coupon))
