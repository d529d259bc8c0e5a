"""The usage table 仪器使用情况表."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    Q,
    QuerySet,
    Sum,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Greatest, Least
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.web.components.figures import number
from bihuan.web.listing import Choice, Column, Flag, InUnit, Text
from bihuan.web.listing.filters import midnight
from bihuan.web.listing.state import State

from ..models import Session, Source
from ..templatetags.instruments import flag_tags
from ..words import FLAG, flags
from .cells import CARD, CODE, NAME, PLACE, USER, ByPerson, Overlap, Table, by_instrument, hours, trust_cell


def with_flag(flag: str) -> Q:
    """JSON lists are searched as text: SQLite has no containment."""
    rows = Session.objects.annotate(told=Cast("flags", TextField())).filter(told__contains=f'"{flag}"')
    return Q(pk__in=rows.order_by().values("pk"))


class SessionsListing(Table):
    """Each row's hours are those within the asked days, so that their sum is the chart's."""

    model = Session
    title = _("Usage of the instruments")
    url_name = "instruments:sessions"
    related = ("instrument__place", "person")
    order = ("-started_at",)
    columns = (
        CODE,
        NAME,
        PLACE,
        USER,
        CARD,
        Column(key="started_at", label=_("log-on"), sort=("started_at",), width=20),
        Column(key="ended_at", label=_("log-off"), sort=("ended_at",), width=20),
        Column(
            key="ran",
            label=_("hours"),
            value=lambda row: hours(row.ran),
            cell=lambda row: number(hours(row.ran), 2),
            sort=("ran",),
            numeric=True,
        ),
        Column(
            key="flags",
            label=_("flags"),
            value=lambda row: flags(row.flags),
            cell=lambda row: flag_tags(row.flags) or "—",
            width=24,
        ),
        Column(key="source", label=_("source"), sort=("source",)),
        Column(
            key="trust",
            label=_("trust"),
            value=lambda row: row.trust,
            cell=trust_cell,
            sort=("trust",),
            hidden=False,
        ),
    )
    filters = (
        Text(
            key="q",
            label=_("instrument, user, card or place"),
            over=(
                *("instrument__code", "instrument__name", "person__name", "card"),
                "instrument__place__code",
            ),
        ),
        by_instrument(),
        InUnit(key="unit", label=_("unit"), field="instrument__unit__path"),
        Overlap(key="day", label=_("day"), field="started_at"),
        Choice(key="flag", label=_("flag"), choices=list(FLAG.items()), where=with_flag),
        Choice(key="source", label=_("source"), choices=Source.choices),
        Flag(key="open", label=_("still in use"), where=lambda: Q(ended_at=None)),
        ByPerson(key="person", label=_("used by"), field="person_id"),
    )

    def matching(self, state: State) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().matching(state).annotate(ran=ran(*self.span(state)))
        return rows

    def span(self, state: State) -> tuple[datetime | None, datetime | None]:
        """The instants between which hours count; None is no limit."""
        form = self.form(state)
        form.is_valid()
        first, last = form.cleaned_data.get("day_from"), form.cleaned_data.get("day_to")
        return midnight(first) if first else None, midnight(last + timedelta(days=1)) if last else None

    def total(self, state: State) -> timedelta:
        """Sum of the hours column over every row that matches."""
        found = self.matching(state).order_by().aggregate(total=Sum("ran"))["total"]
        return found or timedelta(0)


def ran(begin: datetime | None, end: datetime | None) -> "ExpressionWrapper[Any]":
    """How long a session ran within the limits; one that lasts runs until now."""

    def at(instant: datetime) -> Value:
        return Value(instant, output_field=DateTimeField())

    first: Any = Greatest(F("started_at"), at(begin)) if begin else F("started_at")
    until: Any = Coalesce(F("ended_at"), at(timezone.now()))
    last: Any = Least(until, at(end)) if end else until
    return ExpressionWrapper(last - first, output_field=DurationField())
