"""Who may use which instruments: one row a person, as files bring it and as rosters are made of it."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Person
from bihuan.kernel.scope import visible
from bihuan.web.listing import Column, InUnit, Text
from bihuan.web.listing.transfer.fields import Field, Wrong, as_text, text
from bihuan.web.listing.transfer.transfer import CHUNK, Stored, Transfer, Values
from bihuan.web.lists.cells import unit_name

from ..act import publish
from ..models import Authorisation, Instrument
from .cells import Table


class PermitsTransfer(Transfer):
    """The file says all that a person may use in the reader's units: what it leaves out is revoked."""

    kind = "permits"
    model = Person
    key = "number"
    reads = {"name": "", "permits": ""}
    fields = (
        Field(key="number", label=_("staff number"), required=True, aliases=("工号", "学号")),
        Field(key="name", label=_("name"), parse=text(80), help=_("for the reader; not imported")),
        Field(
            key="permits",
            label=_("permitted instruments"),
            required=True,
            help=_("IDs separated by blanks; a dash for none"),
            aliases=("instruments", "仪器"),
        ),
    )

    def start(self) -> None:
        rows = Instrument.objects.all()
        rows = rows if self.user is None else visible(self.user, rows)
        self.codes = {code.casefold(): pk for code, pk in rows.values_list("code", "pk")}
        people = Person.objects.filter(erased_at=None)
        people = people if self.user is None else visible(self.user, people)
        self.people: dict[str, int] = dict(people.values_list("number", "pk"))
        self.touched: set[int] = set()

    def parse_number(self, raw: Any) -> str:
        number = as_text(raw)
        if number not in self.people:
            raise Wrong(gettext("no such person in your units; import people first"))
        return number

    def parse_permits(self, raw: Any) -> tuple[int, ...]:
        found = []
        for code in as_text(raw).replace(",", " ").replace("，", " ").replace("、", " ").split():
            if code.strip("-—") and code.casefold() not in self.codes:
                raise Wrong(gettext("no instrument %(code)s in your units") % {"code": code})
            if code.strip("-—"):
                found.append(self.codes[code.casefold()])
        return tuple(sorted(set(found)))

    def stored(self, keys: Sequence[Any]) -> dict[Any, Stored]:
        found = super().stored(keys)
        had = self._permits(keys)
        for number, person in found.items():
            person.values["permits"] = tuple(sorted(had.get(number, {})))
        return found

    def _permits(self, numbers: Sequence[Any]) -> dict[str, dict[int, int]]:
        """Staff number → instrument → key of the permit, within the reader's units."""
        rows = Authorisation.objects.filter(
            person__number__in=numbers, instrument__in=self.codes.values()
        ).values_list("person__number", "instrument_id", "pk")
        found: dict[str, dict[int, int]] = {}
        for number, instrument, key in rows:
            found.setdefault(number, {})[instrument] = key
        return found

    def write(self, rows: Sequence[Values], *, new: bool) -> None:
        held = self._permits([row["number"] for row in rows])
        gone: list[int] = []
        fresh: list[Authorisation] = []
        for row in rows:
            had, wanted = held.get(row["number"], {}), set(row["permits"])
            gone += [key for instrument, key in had.items() if instrument not in wanted]
            person = self.people[row["number"]]
            fresh += [Authorisation(instrument_id=key, person_id=person) for key in wanted - had.keys()]
            self.touched |= wanted ^ had.keys()
        Authorisation.objects.filter(pk__in=gone).delete()
        Authorisation.objects.bulk_create(fresh, batch_size=CHUNK)

    def done(self, rows: Iterable[Values]) -> None:
        publish(Instrument.objects.filter(pk__in=self.touched))


class PermitsListing(Table):
    model = Person
    title = _("Permits")
    url_name = "instruments:permits"
    related = ("unit",)
    transfer = PermitsTransfer
    order = ("number",)
    columns = (
        Column(key="number", label=_("staff number"), sort=("number",), quiet=True),
        Column(key="name", label=_("name"), sort=("name",), width=16),
        Column(key="unit", label=_("unit"), value=unit_name, sort=("unit__path",), width=24),
        Column(
            key="permits",
            label=_("permitted instruments"),
            value=lambda row: " ".join(permit.instrument.code for permit in row.permits) or "—",
            fluid=True,
            width=60,
        ),
    )
    filters = (
        Text(
            key="q",
            label=_("number, name or instrument"),
            over=("number", "name", "authorisation__instrument__code"),
        ),
        InUnit(key="unit", label=_("unit"), field="unit__path"),
    )

    def base(self) -> QuerySet[Any]:
        instruments = Instrument.objects.all()
        mine = instruments if self.user is None else visible(self.user, instruments)
        permits = Authorisation.objects.filter(instrument__in=mine).select_related("instrument")
        ordered = permits.order_by("instrument__code")
        rows = Person.objects.filter(erased_at=None).select_related("unit").distinct()
        return rows.prefetch_related(Prefetch("authorisation_set", queryset=ordered, to_attr="permits"))

    def row_url(self, row: Person) -> str:
        return ""
