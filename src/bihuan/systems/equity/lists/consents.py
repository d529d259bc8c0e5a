"""Consents: every giving and withdrawal there was."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Customer
from bihuan.kernel.scope import visible
from bihuan.web.listing import Choice, Column, Dates, InUnit, Primary, Text, View
from bihuan.web.listing.transfer.fields import Field, Wrong, as_text, instant, one_of, text
from bihuan.web.listing.transfer.transfer import Stored, Transfer, Values
from bihuan.web.lists.cells import unit_code, unit_name

from ..act import consents as act
from ..models import Consent, Purpose, Way
from .cells import CUSTOMER, Table

KEY = ("number", "purpose", "way", "recipient", "given_at")


def evidence(raw: Any) -> str:
    found: str = text(200)(raw)
    try:
        act.check_evidence(found)
    except Refused as refusal:
        raise Wrong(str(refusal.message)) from None
    return found


class ConsentsTransfer(Transfer):
    """A row that is there already may be withdrawn by the file and is otherwise left as it was given."""

    kind = "consents"
    model = Consent
    key = "number"
    together = KEY
    most = 100_000
    fields = (
        Field(key="number", label=_("customer number"), required=True, aliases=("客户号",)),
        Field(key="purpose", label=_("purpose"), parse=one_of(Purpose.choices), required=True),
        Field(key="way", label=pgettext_lazy("consent", "channel"), parse=one_of(Way.choices), required=True),
        Field(key="recipient", label=_("recipient"), parse=text(80), help=_("empty: ourselves")),
        Field(key="given_at", label=_("given at"), parse=instant, required=True, aliases=("授权时间",)),
        Field(key="evidence", label=_("evidence"), parse=evidence, required=True, aliases=("凭证",)),
        Field(key="withdrawn_at", label=_("withdrawn at"), parse=instant, aliases=("撤回时间",)),
        Field(key="withdrawal", label=_("how it was withdrawn"), parse=evidence),
    )

    def start(self) -> None:
        self.now = timezone.now()
        self.known: dict[str, Customer | None] = {}
        self.open: dict[tuple[Any, ...], int] = {}
        self.rows = 1

    def parse_number(self, raw: Any) -> str:
        found = as_text(raw)
        if self._customer(found) is None:
            raise Wrong(gettext("no customer of your units has this number"))
        return found

    def _customer(self, number: str) -> Customer | None:
        if number not in self.known:
            rows = Customer.objects.filter(erased_at=None, number=number)
            mine = rows if self.user is None else visible(self.user, rows)
            self.known[number] = mine.first()
        return self.known[number]

    def identity(self, row: Values) -> Any:
        return (*(row.get(name, "") for name in KEY[:4]), row["given_at"])

    def check(self, row: Values) -> Iterator[tuple[str, str]]:
        self.rows += 1
        given, withdrawn = row["given_at"], row.get("withdrawn_at")
        for name, at in (("given_at", given), ("withdrawn_at", withdrawn)):
            if at and at > self.now:
                yield name, gettext("has not come yet")
        if withdrawn and withdrawn < given:
            yield "withdrawn_at", gettext("before it was given")
        if withdrawn and not row.get("withdrawal"):
            yield "withdrawal", gettext("say how it was withdrawn")
        if not withdrawn:
            key = self.identity(row)[:4]
            if self.open.setdefault(key, self.rows) != self.rows:
                yield "given_at", gettext("the same consent stands by row %(n)d") % {"n": self.open[key]}

    def stored(self, keys: Sequence[Any]) -> dict[Any, Stored]:
        rows = Consent.objects.filter(customer__number__in={key[0] for key in keys}).order_by()
        names = ("purpose", "way", "recipient", "given_at", "evidence", "withdrawn_at", "withdrawal")
        found = {}
        for pk, path, number, *told in rows.values_list(
            "pk", "customer__unit__path", "customer__number", *names
        ):
            values = {"number": number, **dict(zip(names, told, strict=True))}
            found[tuple(values[name] for name in KEY)] = Stored(pk, path, values)
        return found

    def differs(self, stored: Stored, row: Values) -> bool:
        """Only a withdrawal is added; what was given at that instant is not written over."""
        return bool(row.get("withdrawn_at")) and stored.values["withdrawn_at"] is None

    def write(self, rows: Sequence[Values], *, new: bool) -> None:
        for row in rows:
            if new:
                self._given(row)
            else:
                consent = Consent.objects.get(pk=self._pk(row))
                act.end(consent, row["withdrawn_at"], row["withdrawal"], self.user)

    def _pk(self, row: Values) -> int:
        key = self.identity(row)
        return self.stored([key])[key].pk

    def _given(self, row: Values) -> None:
        """Raises Refused, which takes the whole file back, where the same consent stands already."""
        customer = self._customer(row["number"])
        if customer is None:
            raise Refused(gettext("no customer of your units has this number"))
        try:
            with transaction.atomic():
                act.give(
                    customer=customer,
                    purpose=row["purpose"],
                    way=row["way"],
                    recipient=row.get("recipient", ""),
                    evidence=row["evidence"],
                    given_at=row["given_at"],
                    user=None,
                    by=self.user,
                    ended=(row["withdrawn_at"], row["withdrawal"]) if row.get("withdrawn_at") else None,
                )
        except Refused as refusal:
            raise Refused(f"{row['number']}: {refusal.message}") from None


def recipient(row: Consent) -> str:
    return row.recipient or gettext("ourselves")


class ConsentsListing(Table):
    model = Consent
    title = _("Consents")
    of_customers = True
    template = "equity/consents.html"
    url_name = "equity:consents"
    transfer = ConsentsTransfer
    related = ("customer", "customer__unit")
    order = ("-given_at",)
    columns = (
        *CUSTOMER,
        Column(key="purpose", label=_("purpose"), sort=("purpose",)),
        Column(key="way", label=pgettext_lazy("consent", "channel"), sort=("way",)),
        Column(
            key="recipient",
            label=_("recipient"),
            value=recipient,
            export=lambda row: row.recipient,
            sort=("recipient",),
        ),
        Column(key="given_at", label=_("given at"), sort=("given_at",), quiet=True),
        Column(key="evidence", label=_("evidence"), width=30),
        Column(key="withdrawn_at", label=_("withdrawn at"), sort=("withdrawn_at",)),
        Column(key="withdrawal", label=_("how it was withdrawn"), hidden=True),
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
            key="standing",
            label=pgettext_lazy("consents", "Standing"),
            where=lambda user: Q(withdrawn_at=None),
        ),
        View(
            key="third",
            label=pgettext_lazy("consents", "To third parties"),
            where=lambda user: Q(withdrawn_at=None) & ~Q(recipient=""),
        ),
        View(
            key="withdrawn",
            label=pgettext_lazy("consents", "Withdrawn"),
            where=lambda user: Q(withdrawn_at__isnull=False),
        ),
        View(key="all", label=pgettext_lazy("view", "all"), counted=False),
    )
    filters = (
        Text(
            key="q",
            label=_("customer or recipient"),
            over=("customer__number", "customer__name", "recipient"),
        ),
        Choice(key="purpose", label=_("purpose"), choices=Purpose.choices),
        Choice(key="way", label=pgettext_lazy("consent", "channel"), choices=Way.choices),
        Dates(key="given", label=_("given at"), field="given_at"),
        InUnit(key="unit", label=_("unit"), field="customer__unit__path"),
    )

    def primary(self) -> Primary | None:
        if not self.may("import"):
            return None
        return Primary(label=gettext("Import consents"), url=reverse("equity:consents-import"), icon="upload")

    def row_url(self, row: Consent) -> str:
        return reverse("equity:consents-of", args=[row.customer_id])
