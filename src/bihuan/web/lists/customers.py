"""Customers."""

from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import texts
from bihuan.kernel.models import Case, Customer
from bihuan.kernel.rules.lifecycle import OPEN
from bihuan.web.listing import Choice, Column, InUnit, Listing, Primary, Text
from bihuan.web.listing.transfer.fields import Field, email, one_of, text
from bihuan.web.listing.transfer.transfer import Transfer
from bihuan.web.lists.cells import count_of, unit_code, unit_name
from bihuan.web.lists.units_of import UnitCells


class CustomersTransfer(UnitCells, Transfer):
    kind = "customers"
    model = Customer
    key = "number"
    fields = (
        Field(key="number", label=_("customer number"), parse=text(32), required=True),
        Field(key="name", label=_("name"), parse=text(120), required=True),
        Field(key="kind", label=_("kind"), parse=one_of(Customer.Kind.choices)),
        Field(key="unit", label=_("unit"), attr="unit_id", required=True, help=_("code or name of the unit")),
        Field(key="email", label=_("e-mail"), parse=email),
        Field(key="phone", label=_("phone"), parse=text(32)),
        Field(key="segment", label=_("segment"), parse=text(48), aliases=("客群", "客户分群")),
    )


class CustomersListing(Listing):
    model = Customer
    template = "web/lists/customers.html"
    title = _("Customers")
    of_customers = True
    url_name = "customers"
    transfer = CustomersTransfer
    order = ("number",)
    columns = (
        Column(key="number", label=_("customer number"), sort=("number",), quiet=True),
        Column(key="name", label=_("name"), sort=("name",), fluid=True, width=28),
        Column(key="kind", label=_("kind"), sort=("kind",)),
        Column(key="segment", label=_("segment"), sort=("segment",)),
        Column(
            key="unit", label=_("unit"), value=unit_name, export=unit_code, sort=("unit__path",), width=24
        ),
        Column(key="email", label=_("e-mail"), sort=("email",), hidden=True, width=24),
        Column(key="phone", label=_("phone"), sort=("phone",)),
        Column(key="open", label=_("open cases"), value=lambda row: row.open, sort=("open",), numeric=True),
    )
    filters = (
        Text(
            key="q",
            label=_("number, name or phone"),
            over=("number", "name", "phone", "email"),
            having=partial(texts.having, texts.CUSTOMERS),
        ),
        Choice(key="kind", label=_("kind"), choices=Customer.Kind.choices),
        Text(key="segment", label=_("segment"), over=("segment",)),
        InUnit(key="unit", label=_("unit"), field="unit__path"),
    )

    def base(self) -> QuerySet[Any]:
        rows = Customer.objects.filter(erased_at=None).select_related("unit")
        return rows.annotate(open=count_of(Case.objects.filter(state__in=OPEN), "customer"))

    def row_url(self, row: Customer) -> str:
        return reverse("customer", args=[row.pk])

    def context(self) -> dict[str, Any]:
        return {"may_look": self.may("report")}

    def primary(self) -> Primary | None:
        if not self.may("edit"):
            return None
        return Primary(label=gettext("New customer"), url=reverse("customer-new"), kbd="c")
