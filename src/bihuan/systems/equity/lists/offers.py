"""Offers, the rules by which they are given, who would get what, and the ledger of what was sent."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Customer, User
from bihuan.kernel.scope import visible
from bihuan.web.components.figures import number
from bihuan.web.listing import Choice, Column, Dates, InUnit, Primary, Text, View
from bihuan.web.listing.transfer.fields import Field, Wrong, as_text, day, one_of, text
from bihuan.web.listing.transfer.transfer import Stored, Transfer, Values
from bihuan.web.lists.cells import unit_code, unit_name
from bihuan.web.lists.units_of import UnitCells

from ..models import Offer, OfferRound, OfferRule, OfferSend, SendState, Way
from ..read.offers import LEFT_OUT, candidates, run_for
from .cells import CUSTOMER, Table, between, whole
from .money import Together

UNIT = Column(
    key="unit", label=_("unit"), value=unit_name, export=unit_code, sort=("unit__path",), quiet=True
)


class OffersTransfer(UnitCells, Together):
    kind = "offers"
    model = Offer
    key = "code"
    together = ("code",)
    most = 2_000
    fields = (
        Field(key="code", label=_("code"), parse=text(32), required=True, aliases=("编号",)),
        Field(key="unit", label=_("unit"), attr="unit_id", required=True, help=_("code or name of the unit")),
        Field(key="title_zh", label=_("title in Chinese"), parse=text(80), required=True),
        Field(key="title_en", label=_("title in English"), parse=text(80)),
        Field(key="text_zh", label=_("text in Chinese"), parse=text(1000), required=True),
        Field(key="text_en", label=_("text in English"), parse=text(1000)),
        Field(key="partner", label=_("third party"), parse=text(80)),
        Field(
            key="coupon_days",
            label=_("days that its coupon is valid"),
            parse=whole(730, 1),
            help=_("empty: no coupon"),
        ),
    )


class OffersListing(Table):
    model = Offer
    title = _("Offers")
    url_name = "equity:offers"
    transfer = OffersTransfer
    related = ("unit",)
    order = ("code",)
    columns = (
        Column(key="code", label=_("code"), sort=("code",)),
        Column(key="title_zh", label=_("title in Chinese"), sort=("title_zh",), fluid=True),
        Column(key="title_en", label=_("title in English"), sort=("title_en",)),
        Column(key="partner", label=_("third party"), sort=("partner",)),
        Column(key="coupon_days", label=_("days that its coupon is valid"), numeric=True),
        Column(key="text_zh", label=_("text in Chinese"), hidden=True, width=40),
        Column(key="text_en", label=_("text in English"), hidden=True, width=40),
        UNIT,
    )
    filters = (
        Text(key="q", label=_("code or title"), over=("code", "title_zh", "title_en")),
        InUnit(key="unit", label=_("unit"), field="unit__path"),
    )

    def primary(self) -> Primary | None:
        if not self.may("edit"):
            return None
        return Primary(label=gettext("New offer"), url=reverse("equity:offer-new"))

    def row_url(self, row: Offer) -> str:
        return reverse("equity:offer", args=[row.pk])


class RulesTransfer(UnitCells, Transfer):
    """A file brings new rules and leaves those that there are alone: by them offers may have been sent."""

    kind = "offer-rules"
    model = OfferRule
    key = "position"
    together = ("unit", "position", "valid_from", "offer", "category", "segment")
    most = 2_000
    fields = (
        Field(key="unit", label=_("customers of"), attr="unit_id", required=True),
        Field(
            key="position", label=pgettext_lazy("offer rule", "order"), parse=whole(9999, 1), required=True
        ),
        Field(key="valid_from", label=_("valid from"), parse=day, required=True, aliases=("生效日期",)),
        Field(key="valid_to", label=_("valid to"), parse=day),
        Field(
            key="kind",
            label=_("kind of customer"),
            parse=one_of(Customer.Kind.choices),
            help=_("empty: persons and organisations"),
        ),
        Field(key="segment", label=_("segment"), parse=text(48), help=_("empty: any")),
        Field(key="tenth_from", label=_("tenth by value, from"), parse=whole(10, 1)),
        Field(key="tenth_to", label=_("tenth by value, to"), parse=whole(10, 1)),
        Field(key="alive_from", label=_("P(alive), from"), parse=between("0", "1")),
        Field(key="alive_to", label=_("P(alive), to"), parse=between("0", "1")),
        Field(key="category", label=_("last category"), parse=text(60), help=_("empty: any")),
        Field(key="offer", label=_("offer"), attr="offer_id", required=True, help=_("code of the offer")),
    )

    def start(self) -> None:
        super().start()
        rows = Offer.objects.all() if self.user is None else visible(self.user, Offer.objects.all())
        self.offers = {code.casefold(): key for code, key in rows.values_list("code", "pk")}

    def parse_offer(self, raw: Any) -> int:
        found = self.offers.get(as_text(raw).split(" ")[0].casefold())
        if found is None:
            raise Wrong(gettext("no offer of your units has this code"))
        return found

    def blank(self, field: Field) -> Any:
        return {"category": "", "kind": "", "segment": ""}.get(field.key, super().blank(field))

    def check(self, row: Values) -> Iterator[tuple[str, str]]:
        for low, high in (("tenth_from", "tenth_to"), ("alive_from", "alive_to")):
            if row.get(low) is not None and row.get(high) is not None and row[low] > row[high]:
                yield high, gettext("smaller than where it begins")
        if row.get("valid_to") and row["valid_to"] < row["valid_from"]:
            yield "valid_to", gettext("before the first day")

    def identity(self, row: Values) -> Any:
        return tuple(row.get(name, "") for name in self.together)

    def stored(self, keys: Sequence[Any]) -> dict[Any, Stored]:
        rows = OfferRule.objects.filter(position__in={key[1] for key in keys}).order_by()
        named = rows.values_list("pk", "unit__path", *self.together)
        return {tuple(told): Stored(pk, path, {}) for pk, path, *told in named}

    def write(self, rows: Sequence[Values], *, new: bool) -> None:
        if new:
            super().write(rows, new=True)


def _alive(row: OfferRule) -> str:
    return f"{number(float(row.alive_from), 2)} – {number(float(row.alive_to), 2)}"


class RulesListing(Table):
    model = OfferRule
    title = _("Offer rules")
    url_name = "equity:offer-rules"
    template = "equity/offer_rules.html"
    transfer = RulesTransfer
    related = ("unit", "offer")
    order = ("position", "pk")
    columns = (
        Column(key="position", label=pgettext_lazy("offer rule", "order"), sort=("position",), numeric=True),
        Column(
            key="offer",
            label=_("offer"),
            value=lambda row: row.offer.title_zh,
            export=lambda row: f"{row.offer.code} {row.offer.title_zh}",
            sort=("offer__title_zh",),
            fluid=True,
        ),
        Column(key="kind", label=_("kind of customer"), sort=("kind",)),
        Column(key="segment", label=_("segment"), sort=("segment",)),
        Column(
            key="tenths",
            label=_("tenth by value"),
            value=lambda row: f"{row.tenth_from} – {row.tenth_to}",
            sort=("tenth_from",),
        ),
        Column(key="alive", label=_("P(alive)"), value=_alive, sort=("alive_from",)),
        Column(key="category", label=_("last category"), sort=("category",)),
        Column(key="valid_from", label=_("valid from"), sort=("valid_from",), quiet=True),
        Column(key="valid_to", label=_("valid to"), sort=("valid_to",), quiet=True),
        Column(key="unit", label=_("customers of"), value=unit_name, export=unit_code, sort=("unit__path",)),
        *(
            Column(key=name, label=label, numeric=True, hidden=True)
            for name, label in (
                ("tenth_from", _("tenth by value, from")),
                ("tenth_to", _("tenth by value, to")),
                ("alive_from", _("P(alive), from")),
                ("alive_to", _("P(alive), to")),
            )
        ),
    )
    views = (
        View(
            key="force",
            label=pgettext_lazy("offer rules", "In force"),
            where=lambda user: in_force(timezone.localdate()),
        ),
        View(key="all", label=pgettext_lazy("view", "all"), counted=False),
    )
    filters = (
        Text(key="q", label=_("offer or category"), over=("offer__title_zh", "offer__code", "category")),
        InUnit(key="unit", label=_("customers of"), field="unit__path"),
    )

    def primary(self) -> Primary | None:
        if not self.may("edit"):
            return None
        return Primary(label=gettext("New offer rule"), url=reverse("equity:offer-rule-new"))

    def row_url(self, row: OfferRule) -> str:
        return reverse("equity:offer-rule", args=[row.pk])


def in_force(on: date) -> Q:
    return Q(valid_from__lte=on) & (Q(valid_to=None) | Q(valid_to__gte=on))


class PreviewListing(Table):
    """Every customer with the offer that a sending would bring now, or with the reason why it brings none."""

    model = Customer
    title = _("Who gets what")
    of_customers = True
    url_name = "equity:offer-preview"
    template = "equity/preview.html"
    related = ("unit",)
    order = ("number",)
    columns = (
        Column(key="number", label=_("customer number"), sort=("number",)),
        Column(key="name", label=_("customer"), sort=("name",), fluid=True),
        Column(key="offered", label=_("offer"), sort=("offered",)),
        Column(
            key="why",
            label=_("why not"),
            value=lambda row: LEFT_OUT.get(row.why, ""),
            sort=("why",),
            width=40,
        ),
        Column(
            key="unit", label=_("unit"), value=unit_name, export=unit_code, sort=("unit__path",), quiet=True
        ),
    )
    views = (
        View(
            key="chosen",
            label=pgettext_lazy("offers", "Would get one"),
            where=lambda user: Q(why=""),
            counted=False,
        ),
        View(
            key="left",
            label=pgettext_lazy("offers", "Left out"),
            where=lambda user: ~Q(why=""),
            counted=False,
        ),
        View(key="all", label=pgettext_lazy("view", "All customers"), counted=False),
    )
    filters = (
        Text(key="q", label=_("customer number or name"), over=("number", "name")),
        Choice(key="why", label=_("why not"), choices=tuple(LEFT_OUT.items())),
        InUnit(key="unit", label=_("unit"), field="unit__path"),
    )

    def __init__(self, user: User | None) -> None:
        super().__init__(user)
        self.now = timezone.now()

    def base(self) -> QuerySet[Any]:
        if self.user is None:
            return super().base().none()
        rows = candidates(self.user.unit, self.now, Way.EMAIL, super().base())
        title = OfferRule.objects.filter(pk=OuterRef("rule")).values("offer__title_zh")
        named = Case(When(why="", then=Subquery(title)), default=Value(""))
        found: QuerySet[Any] = rows.annotate(offered=named)
        return found

    def context(self) -> dict[str, Any]:
        run = run_for(self.user.unit) if self.user else None
        return {**super().context(), "run": run, "may_send": self.may("edit")}

    def row_url(self, row: Customer) -> str:
        return reverse("equity:consents-of", args=[row.pk])


class RoundsListing(Table):
    model = OfferRound
    title = _("Sendings")
    url_name = "equity:rounds"
    related = ("unit", "made_by")
    order = ("-made_at",)
    columns = (
        Column(key="made_at", label=_("made at"), sort=("made_at",), quiet=True),
        Column(
            key="unit", label=_("unit"), value=unit_name, export=unit_code, sort=("unit__path",), fluid=True
        ),
        Column(key="planned", label=_("chosen"), sort=("planned",), numeric=True),
        Column(
            key="left",
            label=_("left out"),
            value=lambda row: sum(row.left_out.values()),
            numeric=True,
        ),
        Column(key="state", label=_("state"), sort=("state",)),
        Column(key="ended_at", label=_("ended"), sort=("ended_at",), quiet=True),
        Column(key="made_by", label=_("made by"), sort=("made_by__name",)),
    )
    filters = (
        Choice(key="state", label=_("state"), choices=OfferRound.State.choices),
        Dates(key="made", label=_("made at"), field="made_at"),
        InUnit(key="unit", label=_("unit"), field="unit__path"),
    )

    def row_url(self, row: OfferRound) -> str:
        return reverse("equity:round", args=[row.pk])


def _in_state(*states: str) -> Callable[[User], Q]:
    return lambda user: Q(state__in=states)


class SendsListing(Table):
    model = OfferSend
    title = _("Ledger of offers")
    of_customers = True
    url_name = "equity:sends"
    related = ("customer", "customer__unit", "offer", "shop", "coupon")
    order = ("-pk",)
    columns = (
        *CUSTOMER,
        Column(
            key="offer", label=_("offer"), value=lambda row: row.offer.title_zh, sort=("offer__title_zh",)
        ),
        Column(key="way", label=pgettext_lazy("consent", "channel"), sort=("way",)),
        Column(key="state", label=_("state"), sort=("state",)),
        Column(key="reason", label=_("why not"), sort=("reason",)),
        Column(key="sent_at", label=pgettext_lazy("offer", "sent at"), sort=("sent_at",), quiet=True),
        Column(key="opened_at", label=_("link first opened"), sort=("opened_at",), quiet=True),
        Column(
            key="redeemed",
            label=_("coupon redeemed"),
            value=lambda row: row.coupon.redeemed_at if hasattr(row, "coupon") else None,
            sort=("coupon__redeemed_at",),
            quiet=True,
        ),
        Column(key="shop", label=_("near the shop"), sort=("shop__name",), hidden=True),
        Column(key="round", label=_("sending"), value=lambda row: row.round_id, sort=("round",), hidden=True),
        Column(
            key="unit",
            label=_("unit"),
            value=lambda row: unit_name(row.customer),
            export=lambda row: unit_code(row.customer),
            sort=("customer__unit__path",),
            hidden=True,
        ),
    )
    views = (
        View(
            key="sent",
            label=SendState.SENT.label,
            where=_in_state(SendState.SENT),
        ),
        View(
            key="waiting",
            label=SendState.WAITING.label,
            where=_in_state(SendState.WAITING, SendState.CLAIMED),
        ),
        View(
            key="dropped",
            label=SendState.DROPPED.label,
            where=_in_state(SendState.DROPPED, SendState.FAILED),
        ),
        View(key="all", label=pgettext_lazy("view", "all"), counted=False),
    )
    filters = (
        Text(
            key="q",
            label=_("customer or offer"),
            over=("customer__number", "customer__name", "offer__title_zh"),
        ),
        Choice(key="reason", label=_("why not"), choices=OfferSend.Reason.choices),
        Choice(key="way", label=pgettext_lazy("consent", "channel"), choices=Way.choices),
        Dates(key="sent", label=pgettext_lazy("offer", "sent at"), field="sent_at"),
        InUnit(key="unit", label=_("unit"), field="customer__unit__path"),
    )

    def row_url(self, row: OfferSend) -> str:
        return reverse("equity:consents-of", args=[row.customer_id])
