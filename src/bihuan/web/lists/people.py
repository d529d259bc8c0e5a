"""People and their cards."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.act.people import changed
from bihuan.kernel.bulk import Table
from bihuan.kernel.models import Card, Customer, Person, User
from bihuan.kernel.scope import visible
from bihuan.web.listing import Choice, Column, InUnit, Listing, Primary, Text
from bihuan.web.listing.filters import Rows
from bihuan.web.listing.filters import Values as Filled
from bihuan.web.listing.transfer.fields import Field, Wrong, email, flag, text
from bihuan.web.listing.transfer.transfer import CHUNK, Stored, Transfer, Values, unique_in_file
from bihuan.web.lists.cells import active_choices, blocked_choices, customer_cell, unit_code, unit_name
from bihuan.web.lists.numbers import card_number, card_numbers
from bihuan.web.lists.units_of import UnitCells


class PeopleTransfer(UnitCells, Transfer):
    """Cards in the file are added to the person; a card that the file leaves out stays."""

    kind = "people"
    model = Person
    key = "number"
    reads = {"cards": ""}
    fields = (
        Field(key="number", label=_("staff number"), parse=text(32), required=True, aliases=("工号", "学号")),
        Field(
            key="name",
            label=pgettext_lazy("person", "name"),
            parse=text(80),
            required=True,
            aliases=("姓名",),
        ),
        Field(key="unit", label=_("unit"), attr="unit_id", required=True, help=_("code or name of the unit")),
        Field(
            key="customer",
            label=_("customer"),
            attr="customer_id",
            help=_("customer number"),
            aliases=("课题组",),
        ),
        Field(key="email", label=_("e-mail"), parse=email),
        Field(key="phone", label=_("phone"), parse=text(32)),
        Field(key="active", label=_("active"), parse=flag, help=_("yes or no")),
        Field(
            key="cards",
            label=_("cards"),
            parse=card_numbers,
            help=_("ten-digit numbers, several separated by blanks"),
            aliases=("card", "卡号"),
        ),
    )

    def start(self) -> None:
        super().start()
        customers = Customer.objects.filter(erased_at=None)
        mine = customers if self.user is None else visible(self.user, customers)
        self.customers: dict[str, int] = dict(mine.values_list("number", "pk"))
        self.holders: dict[str, str] = dict(Card.objects.values_list("number", "person__number"))
        self.seen: dict[str, int] = {}
        self.touched: set[str] = set()

    def parse_customer(self, raw: Any) -> int:
        number = text(32)(raw)
        if number not in self.customers:
            raise Wrong(gettext("no such customer in your units; import customers first"))
        return self.customers[number]

    def check(self, row: Values) -> Iterator[tuple[str, str]]:
        for number in row.get("cards") or ():
            if self.holders.get(number, row["number"]) != row["number"]:
                yield "cards", gettext("card %(card)s belongs to somebody else") % {"card": number}
            try:
                unique_in_file(self.seen, number, row["#"])
            except Wrong as fault:
                yield "cards", f"{number}: {fault}"

    def differs(self, stored: Stored, row: Values) -> bool:
        fresh = [number for number in row.get("cards") or () if number not in self.holders]
        return bool(fresh) or super().differs(stored, row)

    def write(self, rows: Sequence[Values], *, new: bool) -> None:
        super().write(rows, new=new)
        self.touched |= set() if new else {row["number"] for row in rows}
        wanted = {number: row["number"] for row in rows for number in row.get("cards") or ()}
        fresh = {card: holder for card, holder in wanted.items() if card not in self.holders}
        keys = dict(Person.objects.filter(number__in=fresh.values()).values_list("number", "pk"))
        table = Table(Card, "number", "person", "spellings", "blocked")
        table.insert([(number, keys[holder], [], False) for number, holder in fresh.items()])

    def done(self, rows: Iterable[Values]) -> None:
        """Who is new stands on no roster yet; one empty call says that cards are known which were not."""
        tell_changed(Person.objects.filter(number__in=chunk) for chunk in chunked(sorted(self.touched)))


def chunked(keys: list[str]) -> Iterator[list[str]]:
    return (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))


def tell_changed(people: Iterable[QuerySet[Person]]) -> None:
    """A bounded number of persons at once; at least one call."""
    told = False
    for rows in people:
        told = True
        changed(list(rows.values_list("pk", flat=True)))
    if not told:
        changed([])


@dataclass(frozen=True, kw_only=True)
class PersonText(Text):
    """Cards are asked apart: a person with three of them is still one row."""

    def narrow(self, rows: Rows, values: Filled, user: User | None) -> Rows:
        wanted = (values.get(self.key) or "").strip()
        if wanted.isdigit():
            holders = Card.objects.filter(number__contains=wanted).values("person")
            return rows.filter(Q(pk__in=holders) | Q(number__contains=wanted) | Q(name__contains=wanted))
        return super().narrow(rows, values, user)


class PeopleListing(Listing):
    model = Person
    title = _("People")
    url_name = "people"
    related = ("unit",)
    transfer = PeopleTransfer
    template = "web/lists/organisation.html"
    order = ("number",)
    columns = (
        Column(key="number", label=_("staff number"), sort=("number",), quiet=True),
        Column(key="name", label=pgettext_lazy("person", "name"), sort=("name",), fluid=True, width=20),
        Column(
            key="unit", label=_("unit"), value=unit_name, export=unit_code, sort=("unit__path",), width=24
        ),
        Column(
            key="cards",
            label=_("cards"),
            value=lambda row: " ".join(sorted(c.number for c in row.cards.all())),
        ),
        Column(
            key="customer",
            label=_("customer"),
            value=lambda row: row.customer.name if row.customer else None,
            cell=lambda row: customer_cell(row.customer),
            export=lambda row: row.customer.number if row.customer else None,
            sort=("customer__name",),
            width=24,
        ),
        Column(key="email", label=_("e-mail"), sort=("email",), width=24, hidden=True),
        Column(key="phone", label=_("phone"), sort=("phone",)),
        Column(key="active", label=_("active"), sort=("active",)),
    )
    filters = (
        PersonText(key="q", label=_("number, name or card"), over=("number", "name")),
        InUnit(key="unit", label=_("unit"), field="unit__path"),
        Choice(key="active", label=_("active"), choices=active_choices),
    )

    def base(self) -> QuerySet[Any]:
        return (
            Person.objects.filter(erased_at=None).select_related("unit", "customer").prefetch_related("cards")
        )

    def row_url(self, row: Person) -> str:
        return reverse("person", args=[row.pk])

    def primary(self) -> Primary | None:
        if not self.may("edit"):
            return None
        return Primary(label=gettext("New person"), url=reverse("person-new"), kbd="c")


class CardsTransfer(Transfer):
    """A card belongs to the person of that staff number; another number moves it."""

    kind = "cards"
    model = Card
    key = "number"
    fields = (
        Field(
            key="number", label=_("card number"), parse=card_number, required=True, aliases=("卡号", "card")
        ),
        Field(
            key="person",
            label=_("staff number"),
            attr="person_id",
            required=True,
            help=_("of a person who exists already"),
            aliases=("工号", "学号"),
        ),
        Field(key="spellings", label=_("other spellings"), help=_("separated by blanks")),
        Field(key="blocked", label=_("blocked"), parse=flag, help=_("yes or no")),
    )

    def start(self) -> None:
        people = Person.objects.filter(erased_at=None)
        rows = people if self.user is None else visible(self.user, people)
        self.people: dict[str, int] = dict(rows.values_list("number", "pk"))

    def parse_person(self, raw: Any) -> int:
        number = text(32)(raw)
        if number not in self.people:
            raise Wrong(gettext("no such person in your units; import people first"))
        return self.people[number]

    def parse_spellings(self, raw: Any) -> list[str]:
        """Blanks alone divide them: a facility,number holds a comma."""
        return str(text(200)(raw)).split()

    def write(self, rows: Sequence[Values], *, new: bool) -> None:
        """Who had a moved card until now is told of it as well."""
        numbers = [row["number"] for row in rows]
        before = (
            set() if new else set(Card.objects.filter(number__in=numbers).values_list("person_id", flat=True))
        )
        super().write(rows, new=new)
        changed(before | {row["person"] for row in rows})


class CardsListing(Listing):
    model = Card
    title = _("Cards")
    url_name = "cards"
    related = ("person__unit",)
    transfer = CardsTransfer
    template = "web/lists/organisation.html"
    order = ("number",)
    columns = (
        Column(key="number", label=_("card number"), sort=("number",), quiet=True),
        Column(
            key="person",
            label=_("staff number"),
            value=lambda row: row.person.number,
            sort=("person__number",),
        ),
        Column(
            key="holder",
            label=_("holder"),
            value=lambda row: row.person.name,
            sort=("person__name",),
            fluid=True,
        ),
        Column(
            key="unit", label=_("unit"), value=lambda row: row.person.unit.name, sort=("person__unit__path",)
        ),
        Column(key="spellings", label=_("other spellings"), value=lambda row: " ".join(row.spellings)),
        Column(key="blocked", label=_("blocked"), sort=("blocked",)),
    )
    filters = (
        Text(key="q", label=_("card, number or name"), over=("number", "person__number", "person__name")),
        InUnit(key="unit", label=_("unit"), field="person__unit__path"),
        Choice(key="blocked", label=_("blocked"), choices=blocked_choices),
    )

    def row_url(self, row: Card) -> str:
        return reverse("card", args=[row.pk])

    def primary(self) -> Primary | None:
        return (
            Primary(label=gettext("New card"), url=reverse("card-new"), kbd="c") if self.may("edit") else None
        )
