"""Orders, and those that do not count with what to do about them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.bulk import Table as Bulk
from bihuan.kernel.models import Customer, Unit, User
from bihuan.web.listing import Choice, Column, Dates, Facts, InUnit, Text, View
from bihuan.web.listing.transfer.fields import Field, day, text
from bihuan.web.listing.transfer.transfer import Stored, Transfer, Values
from bihuan.web.lists.cells import customer_cell, unit_code, unit_name
from bihuan.web.lists.units_of import UnitCells

from ..act.orders import judge
from ..models import Problem, Purchase
from ..read.base import COUNTED, day_of
from ..rules.money import HOUSE, to_major, to_minor
from ..words import TO_DO
from .cells import Table, currency, decimal, whole

OWN = ("order", "line", "number", "on", "amount", "currency", "category", "refund_of")
INSERTED = (*OWN, "customer_id", "unit_id", "day", "value", "problem")
CHUNK = 500


class OrdersTransfer(UnitCells, Transfer):
    """Order and line find a row again. A customer who is not known yet is no error: the row waits and is
    listed."""

    kind = "orders"
    model = Purchase
    key = "order"
    together = ("order", "line")
    most = 200_000
    fields = (
        Field(key="order", label=_("order number"), parse=text(40), required=True, aliases=("订单号",)),
        Field(key="line", label=_("line"), parse=whole(1_000_000, 1), aliases=("行号",)),
        Field(
            key="number",
            label=_("customer number"),
            parse=text(32),
            required=True,
            aliases=("客户号", "customer"),
        ),
        Field(key="on", label=_("day"), parse=day, required=True, aliases=("交易日期", "订单日期", "date")),
        Field(
            key="amount",
            label=_("amount"),
            parse=decimal,
            required=True,
            help=_("below 0 for a refund"),
            aliases=("交易金额",),
        ),
        Field(key="currency", label=_("currency"), parse=currency, aliases=("币种",)),
        Field(key="category", label=_("product category"), parse=text(60), aliases=("品类", "产品")),
        Field(
            key="refund_of",
            label=_("refund of order"),
            parse=text(40),
            help=_("of a refund: the order that it takes back"),
            aliases=("原订单号",),
        ),
        Field(
            key="unit",
            label=_("unit"),
            attr="unit_id",
            help=_("who answers for the row as long as its customer is unknown"),
        ),
    )

    def start(self) -> None:
        super().start()
        root = Unit.objects.filter(parent=None).order_by("pk").first()
        self.home = self.user.unit if self.user else root
        self.seen: dict[str, int] = {}
        self.rows = 0

    def blank(self, field: Field) -> Any:
        given = {"line": 1, "currency": HOUSE, "unit": self.home.pk if self.home else None}
        return given.get(field.key, "")

    def identity(self, row: Values) -> Any:
        return row["order"], row.get("line", 1)

    def check(self, row: Values) -> Iterator[tuple[str, str]]:
        self.rows += 1
        self.seen.setdefault(row["number"], self.rows + 1)
        try:
            to_minor(row["amount"], row.get("currency", HOUSE))
        except ValueError:
            yield "amount", gettext("finer than the currency knows")

    def finish(self) -> Iterator[tuple[int, str, str, str]]:
        """Customers of other units, asked in pieces: there may be a million of them."""
        if self.user is None:
            return
        numbers = list(self.seen)
        for at in range(0, len(numbers), CHUNK):
            foreign = Customer.objects.filter(number__in=numbers[at : at + CHUNK]).exclude(
                unit__path__startswith=self.user.unit.path
            )
            for number in foreign.values_list("number", flat=True):
                why = gettext("this customer belongs to units that are not yours")
                yield self.seen[number], "number", number, why

    def stored(self, keys: Sequence[Any]) -> dict[Any, Stored]:
        rows = Purchase.objects.filter(order__in={order for order, _line in keys}).order_by()
        found = {}
        for key, path, *told in rows.values_list("pk", "unit__path", *OWN):
            values = dict(zip(OWN, told, strict=True))
            values["amount"] = to_major(values["amount"], values["currency"])
            found[values["order"], values["line"]] = Stored(key, path, values)
        return found

    def write(self, rows: Sequence[Values], *, new: bool) -> None:
        if self.home is None:
            raise RuntimeError("there is no unit yet")
        if new:
            found = [
                (*_told(row), None, row.get("unit") or self.home.pk, day_of(row["on"]), 0, "") for row in rows
            ]
            Bulk(Purchase, *INSERTED).insert(found)
            return
        before = self.stored([self.identity(row) for row in rows])
        changed = []
        for row in rows:
            old = before[self.identity(row)]
            whole_row = {**old.values, **row}
            changed.append((old.pk, (*_told(whole_row), None, day_of(whole_row["on"]))))
        Bulk(Purchase, *OWN, "customer_id", "day").update(changed)

    def done(self, rows: Iterable[Values]) -> None:
        judge(today=timezone.localdate())


def _told(row: Values) -> tuple[Any, ...]:
    money = row.get("currency", HOUSE)
    amount = to_minor(Decimal(row["amount"]), money)
    given = {"line": 1, "category": "", "refund_of": "", **row, "currency": money, "amount": amount}
    return tuple(given[name] for name in OWN)


def _major(row: Purchase) -> Decimal:
    return to_major(row.amount, row.currency)


CUSTOMER = Column(
    key="customer",
    label=_("customer"),
    cell=lambda row: customer_cell(row.customer),
    fluid=True,
    width=24,
)


class Lines(Table):
    """Order lines; the two tables of them differ in what they hold and may take in."""

    model = Purchase
    related = ("unit", "customer")
    order = ("-on", "order", "line")
    columns = (
        Column(key="on", label=_("day"), sort=("on",), quiet=True),
        Column(key="order", label=_("order number"), sort=("order",)),
        Column(key="line", label=_("line"), numeric=True, hidden=True),
        Column(key="number", label=_("customer number"), sort=("number",)),
        CUSTOMER,
        Column(key="category", label=_("product category"), sort=("category",)),
        Column(key="amount", label=_("amount"), value=_major, sort=("amount",), numeric=True),
        Column(key="currency", label=_("currency")),
        Column(key="refund_of", label=_("refund of order"), hidden=True),
        Column(
            key="problem",
            label=_("problem"),
            value=lambda row: row.get_problem_display(),
            sort=("problem",),
        ),
        Column(
            key="unit",
            label=_("unit"),
            value=unit_name,
            export=unit_code,
            sort=("unit__path",),
            hidden=True,
        ),
    )
    filters = (
        Text(key="q", label=_("order or customer"), over=("order", "number", "customer__name")),
        Text(key="category", label=_("product category"), over=("category",)),
        Choice(key="problem", label=_("problem"), choices=Problem.choices),
        Dates(key="day", label=_("day"), field="on", instants=False),
        InUnit(key="unit", label=_("unit"), field="unit__path"),
    )


class OrdersListing(Lines):
    title = _("Orders")
    of_customers = True
    url_name = "equity:orders"
    template = "equity/orders.html"
    transfer = OrdersTransfer

    def context(self) -> dict[str, Any]:
        return {**super().context(), "may_import": self.may("import")}

    def facts(self) -> Facts | None:
        if self.user is None:
            return None
        wrong = self.scope(Purchase.objects.exclude(problem__in=COUNTED).order_by()).count()
        return Facts(number=wrong, words=gettext("lines do not count"))


def _with(problem: Problem) -> Callable[[User], Q]:
    return lambda user: Q(problem=problem.value)


class ProblemsListing(Lines):
    """What does not count, or should be looked at, and what to do about it."""

    title = _("Not counted")
    of_customers = True
    url_name = "equity:problems"
    columns = (
        *Lines.columns[:4],
        *Lines.columns[5:8],
        Lines.columns[9],
        Column(
            key="do",
            label=pgettext_lazy("column", "what to do"),
            value=lambda row: TO_DO[row.problem],
            fluid=True,
            width=60,
        ),
        Column(key="refund_of", label=_("refund of order"), hidden=True),
        Column(key="customer", label=_("customer"), hidden=True),
    )
    views = (
        *(View(key=problem.value, label=problem.label, where=_with(problem)) for problem in Problem),
        View(key="all", label=pgettext_lazy("view", "all"), where=lambda user: ~Q(problem="")),
    )

    def base(self) -> QuerySet[Any]:
        return super().base().exclude(problem="")
