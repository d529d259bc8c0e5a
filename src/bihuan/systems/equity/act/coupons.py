"""Coupons: issued with a code that is kept nowhere, redeemed once, whoever asks first and however late."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from bihuan.kernel.act.events import record
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Customer, Unit, User
from bihuan.kernel.read.standards import value
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.rules.surveys import codes
from bihuan.kernel.scope import covers

from ..models import Campaign, CampaignVisit, Coupon, CouponScan, Offer, OfferSend
from ..rules.promotion import code_of, judged, scanned_at

MOST_SCANS = 50
"""Kept of one coupon: a phone that asks a thousand times fills no table."""
MOST_AT_ONCE = 500


def fresh_key() -> str:
    return secrets.token_hex(16)


def code(coupon: Coupon) -> str:
    """The coupon's code, reckoned again."""
    return code_for(coupon.key)


def code_for(key: str) -> str:
    return code_of(salted_hmac("bihuan.equity.coupon", key, algorithm="sha256").digest())


def digest(clean: str) -> str:
    """What is kept of a code: nothing that a copy of the database could be searched with."""
    return salted_hmac("bihuan.equity.coupon.code", clean, algorithm="sha256").hexdigest()


def find(text: str) -> Coupon | None:
    """The coupon of a code as somebody typed it, or of the address in a QR code as a camera reads it."""
    clean = codes.read(text.rpartition("code=")[2])
    rows = Coupon.objects.select_related("offer", "shop", "unit")
    return rows.filter(digest=digest(clean)).first() if clean else None


def issue(
    *,
    offer: Offer,
    unit: Unit,
    source: str,
    at: datetime,
    send: OfferSend | None = None,
    customer: Customer | None = None,
    campaign: Campaign | None = None,
    visit: CampaignVisit | None = None,
) -> Coupon:
    """In the caller's transaction. Raises Refused for an offer without coupon."""
    if offer.coupon_days is None:
        raise Refused(_("No coupon goes with this offer: say how many days it is valid."))
    key = fresh_key()
    return Coupon.objects.create(
        unit=unit,
        key=key,
        digest=digest(code_for(key)),
        offer=offer,
        source=source,
        send=send,
        customer=customer,
        campaign=campaign,
        visit=visit,
        issued_at=at,
        valid_to=timezone.localdate(at) + timedelta(days=offer.coupon_days),
    )


def hand_over(*, offer: Offer, unit: Unit, count: int, user: User) -> list[Coupon]:
    """So many coupons to be printed and handed over, belonging to nobody."""
    if not may(user.role, "edit") or not covers(user, unit):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))
    if not 1 <= count <= MOST_AT_ONCE:
        raise Refused(_("Issue 1 to %(n)d at once.") % {"n": MOST_AT_ONCE})
    now = timezone.now()
    with transaction.atomic():
        rows = [issue(offer=offer, unit=unit, source=Coupon.Source.PRINT, at=now) for _n in range(count)]
        record(
            verb="coupons.issued",
            actor=user,
            subject=f"offer:{offer.pk}",
            system="equity",
            count=count,
            unit=unit.code,
        )
    return rows


@dataclass(frozen=True, slots=True)
class Scan:
    """A code as a shop's phone scanned it; `at` where it had no network then."""

    text: str
    key: str
    """Made by the phone, the same for every try."""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """`outcome`: redeemed, used, expired or unknown. `first_at` and `first_shop` tell of who came first."""

    outcome: str
    coupon: Coupon | None = None
    first_at: datetime | None = None
    first_shop: str = ""
    valid_to: date | None = None


def redeem(*, scan: Scan, shop: Unit, user: User, at: datetime | None = None) -> Answer:
    """The first scan that arrives redeems the coupon; the same scan told twice is one scan.

    A coupon of units that this shop does not belong to is as unknown as one that was never issued.
    """
    if not may(user.role, "handle") or not covers(user, shop):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))
    now = at or timezone.now()
    found = find(scan.text)
    if found is None or not shop.path.startswith(found.unit.path):
        return Answer("unknown")
    late = timedelta(hours=int(value("equity.coupon.late", now)))
    scanned = scanned_at(scan.at, now, late)
    with transaction.atomic():
        row = Coupon.objects.select_for_update(of=("self",)).select_related("shop", "offer").get(pk=found.pk)
        if row.redeemed_at and row.scan_key == scan.key and row.shop_id == shop.pk:
            return _answered("redeemed", row)
        told = judged(
            redeemed=row.redeemed_at is not None, valid_to=row.valid_to, on=timezone.localdate(scanned)
        )
        if told == "redeemed":
            row.redeemed_at, row.shop, row.redeemed_by, row.scan_key = scanned, shop, user, scan.key
            row.save(update_fields=["redeemed_at", "shop", "redeemed_by", "scan_key"])
            record(
                verb="coupon.redeemed",
                actor=user,
                subject=f"coupon:{row.pk}",
                system="equity",
                shop=shop.code,
            )
        _kept(row, scan, shop, user, scanned, now, told)
    return _answered(told, row)


def _answered(outcome: str, row: Coupon) -> Answer:
    return Answer(outcome, row, row.redeemed_at, row.shop.name if row.shop else "", row.valid_to)


def _kept(
    row: Coupon, scan: Scan, shop: Unit, user: User, scanned: datetime, now: datetime, outcome: str
) -> None:
    if row.scans.count() >= MOST_SCANS:
        return
    CouponScan.objects.get_or_create(
        coupon=row,
        key=scan.key,
        defaults={
            "shop": shop,
            "user": user,
            "scanned_at": scanned,
            "received_at": now,
            "offline": scan.at is not None,
            "outcome": outcome,
        },
    )


def all_of(scans: Sequence[Scan], shop: Unit, user: User) -> list[Answer]:
    """What a phone had kept while it had no network, each for itself and in its order."""
    return [redeem(scan=scan, shop=shop, user=user) for scan in scans]
