"""Which consents stand, and since when."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from bihuan.kernel.models import Customer, User
from bihuan.kernel.scope import visible

from ..models import Consent, OfferSend


def standing(at: datetime) -> QuerySet[Consent]:
    """Given by `at` and not withdrawn by then: a withdrawal holds from its own instant on."""
    return Consent.objects.filter(Q(withdrawn_at=None) | Q(withdrawn_at__gt=at), given_at__lte=at)


def stands(customer: Customer, purpose: str, way: str, at: datetime, recipient: str = "") -> bool:
    return standing(at).filter(customer=customer, purpose=purpose, way=way, recipient=recipient).exists()


def consents_of(customer: Customer, user: User) -> list[Consent]:
    """Every consent of a customer that the user may see, the standing ones first, then the newest."""
    rows = visible(user, Consent.objects.filter(customer=customer))
    found = list(rows.select_related("recorded_by", "withdrawn_by", "customer").order_by("-given_at", "-pk"))
    now = timezone.now()
    return sorted(found, key=lambda row: row.withdrawn_at is not None and row.withdrawn_at <= now)


def offers_of(customer: Customer, user: User, most: int = 50) -> list[OfferSend]:
    """The newest offers to a customer, with what became of each; for the customer's page."""
    rows = visible(user, OfferSend.objects.filter(customer=customer))
    return list(rows.select_related("offer", "coupon", "coupon__shop", "shop").order_by("-pk")[:most])
