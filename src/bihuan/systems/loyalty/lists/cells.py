"""What several tables share: columns, filters, and how a file names what it belongs to."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.models import Customer, Unit, User
from bihuan.kernel.scope import visible
from bihuan.web.listing import Choice, Column, Exact, InUnit, Listing, Primary
from bihuan.web.listing.columns import follow
from bihuan.web.listing.transfer.fields import Field, Wrong, as_text, text
from bihuan.web.listing.transfer.transfer import Stored, Transfer, Values
from bihuan.web.lists.cells import customer_cell

from ..models import Channel, Programme, Touchpoint


class Table(Listing):
    """A table between the tabs of this system."""

    template = "loyalty/listing.html"
    page: ClassVar[tuple[str, str]] = ("", "pk")
    """Url of a row's page, and the attribute that names it there."""
    new: ClassVar[tuple[StrOrPromise, str, str]] = ("", "", "edit")
    """Words, url and permission of the button above the table."""

    def context(self) -> dict[str, Any]:
        home = {"title": _("Net Promoter System"), "url": reverse("loyalty:score")}
        return {"crumbs": [home, {"title": self.title}]}

    def row_url(self, row: Any) -> str:
        name, key = self.page
        return reverse(name, args=[getattr(row, key)]) if name else ""

    def primary(self) -> Primary | None:
        words, name, verb = self.new
        if not name or not self.may(verb):
            return None
        return Primary(label=str(words), url=reverse(name), kbd="c")


def column(key: str, label: StrOrPromise, **more: Any) -> Column:
    """A column that is sorted by its own field."""
    return Column(key=key, label=label, **{"sort": (key,), **more})


def named_by(key: str, label: StrOrPromise, path: str, *, code: str = "code", **more: Any) -> Column:
    """A relation: its name on the page, its code in a file; empty where there is none."""

    def shown(row: Any) -> str:
        found = follow(row, path)
        return "" if found is None else str(found)

    def coded(row: Any) -> str:
        found = follow(row, path)
        return "" if found is None else str(getattr(found, code))

    return Column(key=key, label=label, value=shown, export=coded, **more)


OF_UNIT = _("unit")


def unit_column(path: str = "unit", label: StrOrPromise = OF_UNIT, **more: Any) -> Column:
    return named_by(
        path.rpartition("__")[2], label, path, **{"sort": (f"{path}__path",), "width": 20, **more}
    )


def programme_column(**more: Any) -> Column:
    more = {"sort": ("programme__code",), "width": 24, **more}
    return named_by("programme", _("programme"), "programme", **more)


def customer_column(**more: Any) -> Column:
    def number(row: Any) -> str:
        return row.customer.number if row.customer else ""

    more = {
        "sort": ("customer__number",),
        "cell": lambda row: customer_cell(row.customer, number(row)),
        **more,
    }
    return Column(key="customer", label=_("customer"), value=number, **more)


def touchpoint_column(**more: Any) -> Column:
    more = {"sort": ("touchpoint__code",), **more}
    return named_by("touchpoint", _("touchpoint"), "touchpoint", **more)


def in_unit(path: str = "unit__path", label: StrOrPromise = OF_UNIT) -> InUnit:
    return InUnit(key="unit", label=label, field=path)


def of_programme() -> Choice:
    def choices(user: User | None) -> list[tuple[int, str]]:
        rows = Programme.objects.order_by("code")
        return [(row.pk, row.name) for row in (rows if user is None else programmes_near(user))]

    return Choice(key="programme", label=_("programme"), choices=choices, field="programme_id")


def programmes_near(user: User) -> QuerySet[Programme]:
    """Those of the user's units, and those of the house above: a branch brings answers to them."""
    near = visible(user, Programme.objects.all()) | Programme.objects.filter(unit__in=user.unit.ancestors)
    rows: QuerySet[Programme] = near.distinct().order_by("code")
    return rows


UNKNOWN = "-"
"""In an address: the class that nobody knows, which is empty in the table."""


class OrUnknown(Exact):
    """What only a link asks for: rows of a class, or those whose class nobody knows."""

    def narrow(self, rows: Any, values: Any, user: User | None) -> Any:
        value = values.get(self.key)
        return rows.filter(**{self.field: "" if value == UNKNOWN else value}) if value else rows

    def words(self, values: Any) -> str:
        return gettext("not known") if values.get(self.key) == UNKNOWN else super().words(values)


WAY = Choice(key="channel", label=_("way"), choices=Channel.choices)


def whole(most: int, least: int = 0) -> Callable[[Any], int]:
    """A parser of whole numbers from `least` to `most`."""

    def parse(raw: Any) -> int:
        found = as_text(raw)
        if not (found.isascii() and found.isdigit()) or not least <= int(found) <= most:
            raise Wrong(gettext("not a whole number from %(a)d to %(b)d") % {"a": least, "b": most})
        return int(found)

    return parse


def keys(user: User | None, rows: Any, name: str) -> dict[str, int]:
    """Natural key, casefolded, → key, for the rows that the user may see."""
    found = rows if user is None else visible(user, rows)
    return {str(key).casefold(): pk for key, pk in found.values_list(name, "pk")}


def looked_up(known: dict[str, int], raw: Any, why: str) -> int:
    found = known.get(as_text(raw).casefold())
    if found is None:
        raise Wrong(why)
    return found


PROGRAMME = Field(
    key="programme",
    label=_("programme"),
    attr="programme_id",
    required=True,
    help=_("code"),
    aliases=("项目",),
)
UNIT = Field(
    key="unit", label=_("unit"), attr="unit_id", required=True, help=_("code"), aliases=("单位", "网点")
)
CUSTOMER = Field(key="customer", label=_("customer number"), attr="customer_id", aliases=("客户编号",))
TOUCHPOINT = Field(
    key="touchpoint", label=_("touchpoint"), attr="touchpoint_id", help=_("code"), aliases=("触点",)
)
SEGMENT = Field(key="segment", label=_("segment"), parse=text(48), aliases=("客群",))


class Named(Transfer):
    """Rows that name units, programmes, customers and touchpoints by their codes."""

    above: ClassVar[bool] = False
    """Programmes of the house above count too."""

    def start(self) -> None:
        names = {field.key for field in self.fields}
        self.units = keys(self.user, Unit.objects.all(), "code")
        self.programmes = keys(None, self._programmes(), "code") if "programme" in names else {}
        self.customers = (
            keys(self.user, Customer.objects.filter(erased_at=None), "number") if "customer" in names else {}
        )
        self.touchpoints = keys(None, Touchpoint.objects.all(), "code") if "touchpoint" in names else {}

    def _programmes(self) -> QuerySet[Programme]:
        if self.user is None:
            return Programme.objects.all()
        if self.above:
            return programmes_near(self.user)
        return visible(self.user, Programme.objects.all())

    def parse_programme(self, raw: Any) -> int:
        return looked_up(self.programmes, raw, gettext("no such programme in your units"))

    def parse_unit(self, raw: Any) -> int:
        return looked_up(self.units, raw, gettext("no such unit in your units"))

    def parse_customer(self, raw: Any) -> int:
        return looked_up(self.customers, raw, gettext("no such customer in your units"))

    def parse_touchpoint(self, raw: Any) -> int:
        return looked_up(self.touchpoints, raw, gettext("no such touchpoint"))


class Together(Named):
    """Rows that several fields name together."""

    place: ClassVar[str] = "unit__path"
    """Whose units a row belongs to."""

    def narrowed(self, found: Sequence[Any]) -> QuerySet[Any]:
        """The stored rows that may be among these; by the first field where nothing is better."""
        field = self._named()[0][1]
        rows: QuerySet[Any] = self.existing().filter(
            **{f"{self.attr(field)}__in": {each[0] for each in found}}
        )
        return rows

    def stored(self, found: Sequence[Any]) -> dict[Any, Stored]:
        names = [self.attr(field) for _name, field in self._named()]
        attrs = {
            field.key: self.reads.get(field.key, self.attr(field))
            for field in self.fields
            if self.reads.get(field.key, "x")
        }
        wanted = set(found)
        made = {}
        for row in self.narrowed(found).values("pk", self.place, *names, *attrs.values()):
            key = tuple(row[name] for name in names)
            if key in wanted:
                values = {name: row[attr] for name, attr in attrs.items()}
                made[key] = Stored(row["pk"], row[self.place], values)
        return made

    def _named(self) -> list[tuple[str, Field]]:
        by_key = {field.key: field for field in self.fields}
        return [(name, by_key[name]) for name in self.together]

    def write(self, rows: Sequence[Values], *, new: bool) -> None:
        for row in rows:
            values = {self.attr(field): row[field.key] for field in self.fields if field.key in row}
            named = {self.attr(field): values.pop(self.attr(field)) for _name, field in self._named()}
            self.model._default_manager.update_or_create(**named, defaults=values)


class Told(Together):
    """What other systems tell, in numbers of their own: `programme` and `key` name a row."""

    together = ("programme", "key")
    above = True

    def narrowed(self, found: Sequence[Any]) -> QuerySet[Any]:
        rows = super().narrowed(found)
        return rows.filter(key__in={each[1] for each in found})

    def by_programme(self, rows: Sequence[Values]) -> Iterator[tuple[Programme, list[Values]]]:
        programmes = Programme.objects.select_related("unit").in_bulk({row["programme"] for row in rows})
        for pk, programme in programmes.items():
            yield programme, [row for row in rows if row["programme"] == pk]

    def related(self, rows: Sequence[Values]) -> dict[str, dict[int, Any]]:
        """Units, customers and touchpoints that the rows name, by their keys."""
        kinds: dict[str, Any] = {"unit": Unit, "customer": Customer, "touchpoint": Touchpoint}
        return {
            name: model.objects.in_bulk({row[name] for row in rows if row.get(name)})
            for name, model in kinds.items()
        }


ANSWERED = pgettext_lazy("ledger", "answered")
