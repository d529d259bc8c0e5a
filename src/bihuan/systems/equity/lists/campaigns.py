"""Campaigns, coupons, and every scan of a coupon."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import User
from bihuan.kernel.scope import visible
from bihuan.web.listing import Choice, Column, Dates, Facts, Flag, InUnit, Primary, Text, View
from bihuan.web.lists.cells import count_of, unit_code, unit_name

from ..models import Campaign, CampaignVisit, Coupon, CouponScan
from .cells import Table

UNIT = Column(
    key="unit", label=_("unit"), value=unit_name, export=unit_code, sort=("unit__path",), quiet=True
)


class CampaignsListing(Table):
    model = Campaign
    title = _("Campaigns")
    url_name = "equity:campaigns"
    related = ("unit", "reward")
    order = ("-opens_on", "code")
    columns = (
        Column(key="code", label=_("code"), sort=("code",)),
        Column(key="title_zh", label=_("title in Chinese"), sort=("title_zh",), fluid=True),
        Column(key="kind", label=_("kind"), sort=("kind",)),
        Column(key="opens_on", label=_("first day"), sort=("opens_on",), quiet=True),
        Column(key="closes_on", label=_("last day"), sort=("closes_on",), quiet=True),
        Column(key="seen", label=_("visits"), numeric=True),
        Column(key="given", label=_("rewards given"), numeric=True),
        Column(
            key="reward",
            label=_("reward"),
            value=lambda row: row.reward.title_zh if row.reward else None,
            sort=("reward__title_zh",),
            hidden=True,
        ),
        UNIT,
    )
    filters = (
        Text(key="q", label=_("code or title"), over=("code", "title_zh", "title_en")),
        Choice(key="kind", label=_("kind"), choices=Campaign.Kind.choices),
        InUnit(key="unit", label=_("unit"), field="unit__path"),
    )

    def base(self) -> Any:
        return (
            super()
            .base()
            .annotate(
                seen=count_of(CampaignVisit.objects.all(), "campaign"),
                given=count_of(Coupon.objects.all(), "campaign"),
            )
        )

    def primary(self) -> Primary | None:
        if not self.may("edit"):
            return None
        return Primary(label=gettext("New campaign"), url=reverse("equity:campaign-new"))

    def row_url(self, row: Campaign) -> str:
        return reverse("equity:campaign-one", args=[row.pk])


def _open() -> Q:
    return Q(redeemed_at=None, valid_to__gte=timezone.localdate())


class CouponsListing(Table):
    """Codes are in no table: they are kept nowhere."""

    model = Coupon
    title = _("Coupons")
    url_name = "equity:coupons"
    related = ("unit", "offer", "shop", "redeemed_by", "customer")
    order = ("-issued_at",)
    columns = (
        Column(key="pk", label=_("number"), numeric=True, quiet=True),
        Column(
            key="offer",
            label=_("offer"),
            value=lambda row: row.offer.title_zh,
            sort=("offer__title_zh",),
            fluid=True,
        ),
        Column(key="source", label=_("came by"), sort=("source",)),
        Column(
            key="customer",
            label=_("customer"),
            value=lambda row: row.customer.name if row.customer else None,
            sort=("customer__name",),
        ),
        Column(key="issued_at", label=_("issued at"), sort=("issued_at",), quiet=True),
        Column(key="valid_to", label=_("valid to"), sort=("valid_to",), quiet=True),
        Column(key="redeemed_at", label=_("redeemed at"), sort=("redeemed_at",)),
        Column(key="shop", label=_("shop"), sort=("shop__name",)),
        Column(key="redeemed_by", label=_("redeemed by"), sort=("redeemed_by__name",), hidden=True),
        UNIT,
    )
    views = (
        View(key="open", label=pgettext_lazy("coupons", "Open"), where=lambda user: _open()),
        View(
            key="redeemed",
            label=pgettext_lazy("coupons", "Redeemed"),
            where=lambda user: Q(redeemed_at__isnull=False),
        ),
        View(key="all", label=pgettext_lazy("view", "all"), counted=False),
    )
    filters = (
        Text(
            key="q",
            label=_("offer, customer or shop"),
            over=("offer__title_zh", "customer__name", "shop__name"),
        ),
        Choice(key="source", label=_("came by"), choices=Coupon.Source.choices),
        Dates(key="issued", label=_("issued at"), field="issued_at"),
        Dates(key="redeemed", label=_("redeemed at"), field="redeemed_at"),
        InUnit(key="unit", label=_("unit"), field="unit__path"),
    )

    def primary(self) -> Primary | None:
        if not self.may("edit"):
            return None
        return Primary(label=gettext("Hand over coupons"), url=reverse("equity:coupons-new"))


def _outcome(outcome: str) -> Callable[[User], Q]:
    return lambda user: Q(outcome=outcome)


class ScansListing(Table):
    """The shops' tries, refused ones with who came first."""

    model = CouponScan
    title = _("Scans of coupons")
    url_name = "equity:scans"
    related = ("coupon", "coupon__offer", "coupon__shop", "shop", "user")
    order = ("-received_at",)
    columns = (
        Column(key="scanned_at", label=_("scanned at"), sort=("scanned_at",), quiet=True),
        Column(key="received_at", label=_("received"), sort=("received_at",), hidden=True),
        Column(key="shop", label=_("shop"), sort=("shop__name",)),
        Column(
            key="offer",
            label=_("offer"),
            value=lambda row: row.coupon.offer.title_zh,
            sort=("coupon__offer__title_zh",),
            fluid=True,
        ),
        Column(key="outcome", label=_("outcome"), sort=("outcome",)),
        Column(key="offline", label=_("without network"), sort=("offline",)),
        Column(
            key="first",
            label=_("redeemed at"),
            value=lambda row: row.coupon.redeemed_at,
            sort=("coupon__redeemed_at",),
        ),
        Column(
            key="where",
            label=_("redeemed by the shop"),
            value=lambda row: row.coupon.shop,
            sort=("coupon__shop__name",),
        ),
        Column(key="user", label=_("scanned by"), sort=("user__name",), hidden=True),
        Column(key="coupon", label=_("coupon"), value=lambda row: row.coupon_id, hidden=True, numeric=True),
    )
    views = (
        View(key="used", label=pgettext_lazy("scans", "Used before"), where=_outcome("used")),
        View(
            key="offline",
            label=pgettext_lazy("scans", "Refused after a scan without network"),
            where=lambda user: Q(outcome="used", offline=True),
        ),
        View(key="all", label=pgettext_lazy("view", "all"), counted=False),
    )
    filters = (
        Text(key="q", label=_("offer or shop"), over=("coupon__offer__title_zh", "shop__name")),
        Choice(key="outcome", label=_("outcome"), choices=CouponScan.Outcome.choices),
        Flag(key="offline_only", label=_("without network"), where=lambda: Q(offline=True)),
        Dates(key="scanned", label=_("scanned at"), field="scanned_at"),
        InUnit(key="unit", label=_("shop"), field="shop__path"),
    )

    def facts(self) -> Facts | None:
        if self.user is None:
            return None
        rows = visible(self.user, CouponScan.objects.filter(outcome="used", offline=True))
        return Facts(number=rows.count(), words=gettext("benefits given twice without network"))
