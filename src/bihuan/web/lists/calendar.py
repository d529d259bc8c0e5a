"""Days that differ from Monday to Friday, by layer; official notices come in as files."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.act.calendar import NAME, remove_days, set_days
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.models import CalendarDay, User
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.rules.calendar import Layer
from bihuan.web.casework.due import weekday
from bihuan.web.listing import Action, Choice, Column, Dates, Facts, Listing, Primary, Text, View
from bihuan.web.listing.filters import Rows, Values
from bihuan.web.listing.state import State
from bihuan.web.listing.transfer.fields import Field, day, one_of, text
from bihuan.web.listing.transfer.transfer import Transfer
from bihuan.web.listing.transfer.transfer import Values as Row
from bihuan.web.lists.cells import translated

SHOWN_YEARS = 3
OCCASIONS = (
    *(gettext_noop("New Year's Day"), gettext_noop("Spring Festival"), gettext_noop("Tomb-sweeping Day")),
    *(gettext_noop("Labour Day"), gettext_noop("Dragon Boat Festival"), gettext_noop("Mid-autumn Festival")),
    *(gettext_noop("National Day"), gettext_noop("Anti-Fascist 70th Day")),
)
"""What the shipped calendar is celebrated for; its days carry the English names."""


class CalendarTransfer(Transfer):
    """An official notice: its days become the gazetted layer; open deadlines are recomputed."""

    kind = "calendar"
    model = CalendarDay
    key = "on"
    most = 5_000
    fields = (
        Field(key="on", label=_("date"), parse=day, required=True, aliases=("date", "日期")),
        Field(
            key="kind",
            label=_("kind"),
            parse=one_of(CalendarDay.Kind.choices, 班="work", 上班="work", 休="rest", 放假="rest"),
            required=True,
            help=_("work or rest"),
        ),
        Field(key="note", label=_("occasion"), attr="name", parse=text(64), aliases=("note", "说明", "name")),
        Field(
            key="layer",
            label=_("layer"),
            parse=one_of(CalendarDay.Layer.choices),
            help=_("empty: official notice; provisional days are passed over"),
        ),
    )
    reads = {"layer": ""}

    def existing(self) -> QuerySet[Any]:
        return CalendarDay.objects.filter(calendar=NAME, layer=Layer.GAZETTED)

    def write(self, rows: Sequence[Row], *, new: bool) -> None:
        """All at once in `done`: each writing recomputes the open deadlines."""

    def done(self, rows: Iterable[Row]) -> None:
        """Provisional days are the program's own guess: what was exported does not come back as a notice."""
        told: dict[str, list[tuple[date, bool, str]]] = {}
        for row in rows:
            layer = row.get("layer") or Layer.GAZETTED
            told.setdefault(layer, []).append((row["on"], row["kind"] == "work", row.get("note") or ""))
        for layer in (Layer.GAZETTED, Layer.OVERRIDE):
            if layer in told:
                source = gettext("imported notice") if layer == Layer.GAZETTED else ""
                set_days(user=self.user, days=told[layer], layer=layer, source=source)

    def blank(self, field: Field) -> Any:
        return Layer.GAZETTED if field.key == "layer" else super().blank(field)


def year_choices(user: User | None) -> list[tuple[str, StrOrPromise]]:
    years = {each.year for each in CalendarDay.objects.filter(calendar=NAME).dates("on", "year")}
    return [(str(year), str(year)) for year in sorted(years, reverse=True)]


class Year(Choice):
    def narrow(self, rows: Rows, values: Values, user: User | None) -> Rows:
        year = values.get(self.key)
        return rows.filter(on__year=int(year)) if year else rows


def remove(*, row: CalendarDay, user: User) -> None:
    if row.layer != Layer.OVERRIDE:
        raise Refused(gettext("Only own rules can be taken back; make an own rule for that day instead."))
    remove_days(user=user, on=[row.on])


def in_sight() -> Q:
    this = timezone.localdate().year
    return Q(on__year__gte=this, on__year__lte=this + 1)


class CalendarListing(Listing):
    """One calendar for the whole house: everybody may see it."""

    model = CalendarDay
    title = _("Working calendar")
    url_name = "calendar"
    import_verb = "calendar"
    transfer = CalendarTransfer
    template = "web/lists/calendar.html"
    order = ("on", "layer")
    views = (
        View(key="now", label=pgettext_lazy("view", "This year and next"), where=lambda user: in_sight()),
        View(key="all", label=pgettext_lazy("view", "Every year")),
    )
    columns = (
        Column(key="on", label=_("date"), sort=("on",)),
        Column(key="weekday", label=_("weekday"), value=lambda row: weekday(row.on.weekday()), hidden=True),
        Column(key="kind", label=_("kind"), sort=("kind",)),
        Column(
            key="note",
            label=_("occasion"),
            value=lambda row: row.name,
            cell=lambda row: translated(row.name),
            sort=("name",),
            fluid=True,
            width=24,
        ),
        Column(key="layer", label=_("layer"), sort=("layer",)),
        Column(key="source", label=_("source"), sort=("source",), quiet=True, width=40),
    )
    filters = (
        Year(key="year", label=_("year"), choices=year_choices),
        Choice(key="layer", label=_("layer"), choices=CalendarDay.Layer.choices),
        Choice(key="kind", label=_("kind"), choices=CalendarDay.Kind.choices),
        Text(key="q", label=_("occasion or source"), over=("name", "source")),
        Dates(key="on", label=_("date"), field="on", instants=False),
    )
    actions = (
        Action(
            key="remove",
            label=pgettext_lazy("act", "Take back own rule"),
            run=remove,
            verb="calendar",
            icon="trash",
        ),
    )

    def base(self) -> QuerySet[Any]:
        return CalendarDay.objects.filter(calendar=NAME)

    def in_view(self, rows: QuerySet[Any], state: State) -> QuerySet[Any]:
        """A year or a day that was asked for is found whenever it is."""
        asked = {"year", "on_from", "on_to"} & set(dict(state.filters))
        return rows if asked and not state.view else super().in_view(rows, state)

    def scope(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows

    def scope_text(self) -> str:
        return gettext("everything")

    def primary(self) -> Primary | None:
        if not self.may("calendar"):
            return None
        return Primary(label=gettext("Own rule"), url=reverse("calendar-new"), kbd="c")

    def facts(self) -> Facts | None:
        """Years to come whose official notice is still missing."""
        calendar, this = working_calendar(), timezone.localdate().year
        missing = [year for year in (this, this + 1) if year not in calendar.settled]
        days = calendar.year(this).working_days
        return Facts(
            number=len(missing),
            words=gettext("years without an official notice"),
            tone="orange",
            more=(gettext("%(year)d: %(n)d working days") % {"year": this, "n": days},),
        )

    def context(self) -> dict[str, Any]:
        calendar, this = working_calendar(), timezone.localdate().year
        return {"years": [calendar.year(year) for year in range(this - 1, this - 1 + SHOWN_YEARS)]}


__all__ = ["CalendarListing", "CalendarTransfer", "date"]
