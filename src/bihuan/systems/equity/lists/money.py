"""Exchange rates, product margins, costs of customers."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Customer
from bihuan.kernel.scope import visible
from bihuan.web.listing import Choice, Column, Dates, InUnit, Primary, Text
from bihuan.web.listing.transfer.fields import Field, Wrong, as_text, day, one_of, text
from bihuan.web.listing.transfer.transfer import Stored, Transfer, Values
from bihuan.web.lists.cells import unit_code, unit_name
from bihuan.web.lists.units_of import UnitCells

from ..models import Cost, Margin, Rate
from .cells import Table, between, cents, currency, decimal, money


class Together(Transfer):
    """Rows that several fields name; `model` has attributes of the same names."""

    def stored(self, keys: Sequence[Any]) -> dict[Any, Stored]:
        first = self.together[0]
        rows = self.model._default_manager.filter(**{f"{self.attr_of(first)}__in": {key[0] for key in keys}})
        where = getattr(self.model, "scope_path", "")
        names = [self.attr_of(field.key) for field in self.fields]
        found = {}
        for row in rows.values_list("pk", where or "pk", *names):
            values = dict(zip([field.key for field in self.fields], row[2:], strict=True))
            key = tuple(values[name] for name in self.together)
            found[key] = Stored(row[0], str(row[1]) if where else None, values)
        return found

    def attr_of(self, key: str) -> str:
        return next(self.attr(field) for field in self.fields if field.key == key)

    def write(self, rows: Sequence[Values], *, new: bool) -> None:
        for row in rows:
            told = {self.attr_of(key): value for key, value in row.items()}
            key = {self.attr_of(name): row[name] for name in self.together}
            self.model._default_manager.update_or_create(**key, defaults=told)


class RatesTransfer(Together):
    kind = "rates"
    model = Rate
    key = "currency"
    together = ("currency", "valid_from")
    most = 20_000
    fields = (
        Field(key="currency", label=_("currency"), parse=currency, required=True, aliases=("币种",)),
        Field(key="valid_from", label=_("valid from"), parse=day, required=True, aliases=("生效日期",)),
        Field(key="rate", label=_("rate"), required=True, aliases=("汇率",)),
        Field(key="source", label=_("source"), parse=text(120), aliases=("来源",)),
    )

    def parse_rate(self, raw: Any) -> Any:
        found = decimal(raw)
        if found <= 0:
            raise Wrong(gettext("a rate lies above 0"))
        return found


class RatesListing(Table):
    model = Rate
    title = _("Exchange rates")
    url_name = "equity:rates"
    transfer = RatesTransfer
    import_verb = "standards"
    order = ("currency", "-valid_from")
    columns = (
        Column(key="currency", label=_("currency"), sort=("currency",)),
        Column(key="valid_from", label=_("valid from"), sort=("valid_from",), quiet=True),
        Column(key="rate", label=_("rate"), sort=("rate",), numeric=True),
        Column(key="source", label=_("source"), fluid=True, width=30),
    )
    filters = (Text(key="q", label=_("currency or source"), over=("currency", "source")),)


class MarginsTransfer(UnitCells, Together):
    kind = "margins"
    model = Margin
    key = "category"
    together = ("category", "unit", "valid_from")
    most = 20_000
    fields = (
        Field(
            key="category",
            label=_("product category"),
            parse=text(60),
            required=True,
            aliases=("品类", "产品"),
        ),
        Field(key="unit", label=_("unit"), attr="unit_id", required=True, help=_("code or name of the unit")),
        Field(key="valid_from", label=_("valid from"), parse=day, required=True, aliases=("生效日期",)),
        Field(
            key="ratio",
            label=_("margin"),
            parse=between("-1", "1"),
            required=True,
            help=_("share of sales, -1 to 1"),
            aliases=("利润率",),
        ),
        Field(key="source", label=_("source"), parse=text(120), aliases=("来源",)),
    )


class MarginsListing(Table):
    model = Margin
    title = _("Product margins")
    url_name = "equity:margins"
    transfer = MarginsTransfer
    related = ("unit",)
    order = ("category", "-valid_from")
    columns = (
        Column(key="category", label=_("product category"), sort=("category",), fluid=True),
        Column(key="valid_from", label=_("valid from"), sort=("valid_from",), quiet=True),
        Column(key="ratio", label=_("margin"), sort=("ratio",), numeric=True),
        Column(key="source", label=_("source"), width=30),
        Column(key="unit", label=_("unit"), value=unit_name, export=unit_code, sort=("unit__path",)),
    )
    filters = (
        Text(key="q", label=_("category or source"), over=("category", "source")),
        InUnit(key="unit", label=_("unit"), field="unit__path"),
    )


class CostsTransfer(Together):
    kind = "costs"
    model = Cost
    key = "customer"
    together = ("customer", "kind", "first_on", "last_on")
    fields = (
        Field(
            key="customer",
            label=_("customer number"),
            attr="customer_id",
            required=True,
            aliases=("客户号", "number"),
        ),
        Field(key="kind", label=_("kind"), parse=one_of(Cost.Kind.choices), required=True),
        Field(key="first_on", label=_("from"), parse=day, required=True),
        Field(key="last_on", label=_("to"), parse=day, required=True),
        Field(key="amount", label=_("amount"), parse=cents, required=True, help=_("yuan")),
        Field(key="source", label=_("source"), parse=text(120), aliases=("来源",)),
    )

    def start(self) -> None:
        rows = Customer.objects.filter(erased_at=None)
        mine = rows if self.user is None else visible(self.user, rows)
        self.customers = dict(mine.values_list("number", "pk"))

    def parse_customer(self, raw: Any) -> int:
        found = self.customers.get(as_text(raw))
        if found is None:
            raise Wrong(gettext("no such customer in your units"))
        return found

    def check(self, row: Values) -> Iterator[tuple[str, str]]:
        if row["last_on"] < row["first_on"]:
            yield "last_on", gettext("ends before it begins")


class CostsListing(Table):
    model = Cost
    title = _("Costs of customers")
    of_customers = True
    url_name = "equity:costs"
    transfer = CostsTransfer
    related = ("customer",)
    order = ("-first_on", "customer__number")
    columns = (
        Column(
            key="customer",
            label=_("customer number"),
            value=lambda row: row.customer.number,
            sort=("customer__number",),
        ),
        Column(key="name", label=_("customer"), value=lambda row: row.customer.name, fluid=True),
        Column(
            key="kind",
            label=_("kind"),
            value=lambda row: row.get_kind_display(),
            sort=("kind",),
        ),
        Column(key="first_on", label=_("from"), sort=("first_on",), quiet=True),
        Column(key="last_on", label=_("to"), sort=("last_on",), quiet=True),
        Column(key="amount", label=_("amount"), sort=("amount",), **money("amount")),
        Column(key="source", label=_("source"), hidden=True, width=30),
    )
    filters = (
        Text(key="q", label=_("customer number or name"), over=("customer__number", "customer__name")),
        Choice(key="kind", label=_("kind"), choices=Cost.Kind.choices),
        Dates(key="day", label=_("from"), field="first_on", instants=False),
        InUnit(key="unit", label=_("unit"), field="customer__unit__path"),
    )

    def row_url(self, row: Cost) -> str:
        return reverse("customer", args=[row.customer_id])

    def primary(self) -> Primary | None:
        if not self.may("import"):
            return None
        return Primary(label=gettext("Import costs"), url=reverse("equity:costs-import"), icon="upload")
