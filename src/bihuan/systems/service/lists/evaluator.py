"""The monthly compilation of evaluator ratings, hall by hall; the devices; every press."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.db.models.query import ModelIterable
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import User
from bihuan.kernel.rules.measures.means import Sample, interval, summed
from bihuan.kernel.rules.measures.standing import LEAST
from bihuan.kernel.scope import visible
from bihuan.web.listing import Action, Choice, Column, Dates, InUnit, Primary, Text, View
from bihuan.web.listing.filters import Rows, Values
from bihuan.web.listing.state import State
from bihuan.web.listing.transfer.fields import Field, Wrong, as_text, instant, text
from bihuan.web.listing.transfer.transfer import Stored, Transfer
from bihuan.web.lists.cells import unit_name

from ..act import receive, revoke_device
from ..act.evaluator import Press
from ..models import EvaluatorDevice, EvaluatorRating, Hall
from ..models.evaluator import BEST
from ..read.evaluator import month, past_months
from ..rules.evaluator import Tally
from .cells import Table, whole

if TYPE_CHECKING:
    Halls = ModelIterable[Any]
else:
    Halls = ModelIterable


class Tallied(Halls):
    """Halls with the tally of their month, on the page and in an export alike."""

    tallies: ClassVar[Mapping[str, Tally]] = {}

    def __iter__(self) -> Iterator[Any]:
        for row in super().__iter__():
            row.tally = self.tallies.get(row.code)
            yield row


class MonthOf(Choice):
    """Which month is compiled; it narrows no rows."""

    def fields(self, user: User | None) -> dict[str, forms.Field]:
        found = super().fields(user)
        field: Any = found[self.key]
        field.choices = field.choices[1:]
        return found

    def narrow(self, rows: Rows, values: Values, user: User | None) -> Rows:
        return rows


def months_of(user: User | None) -> list[tuple[str, str]]:
    return [(f"{first:%Y-%m}", f"{first:%Y-%m}") for first in past_months(timezone.localdate())]


def count_of(score: int) -> Any:
    return lambda row: row.tally.scores.get(score, 0) if row.tally else 0


def of_tally(row: Any, name: str) -> int:
    return int(getattr(row.tally, name)) if row.tally else 0


def told(row: Any) -> Sample | None:
    """Scores of the services that were rated; None where they are too few for a figure."""
    tally: Tally | None = row.tally
    if tally is None or tally.n < LEAST:
        return None
    return summed(score for score, count in tally.scores.items() for _ in range(count))


def mean(row: Any) -> Decimal | None:
    sample = told(row)
    return Decimal(sample.mean).quantize(Decimal("0.01")) if sample else None


def span(row: Any) -> str:
    """Within what the mean may lie, on the scale of the device."""
    sample = told(row)
    if sample is None:
        return ""
    found = interval(sample).interval.clipped(1, BEST)
    return f"{found.low:.2f}–{found.high:.2f}"


class EvaluatorListing(Table):
    """Halls that have the duty of a device (S7), one month; the silent ones stand there with 0."""

    model = Hall
    title = _("Evaluator ratings")
    url_name = "service:evaluator"
    nothing = _("Halls whose evaluators are registered stand here with the ratings of the month.")
    related = ("place", "place__unit")
    order = ("place__code",)
    columns = (
        Column(key="code", label=_("code"), sort=("place__code",), quiet=True),
        Column(key="name", label=_("hall"), value=str, sort=("place__name",), fluid=True, width=28),
        Column(key="level", label=_("level"), sort=("level",), numeric=True),
        Column(
            key="unit", label=_("unit"), value=lambda row: unit_name(row.place), sort=("place__unit__path",)
        ),
        Column(
            key="n",
            label=_("services rated"),
            value=lambda row: row.tally.n if row.tally else 0,
            numeric=True,
        ),
        *(
            Column(key=f"s{score}", label=str(score), value=count_of(score), numeric=True)
            for score in range(BEST, 0, -1)
        ),
        Column(key="mean", label=_("mean (1–5)"), value=mean, numeric=True),
        Column(key="span", label=_("95 % interval"), value=span, numeric=True),
        Column(
            key="repeats",
            label=_("presses not counted"),
            value=lambda row: of_tally(row, "repeats"),
            numeric=True,
        ),
        Column(
            key="contradicted",
            label=_("contradicted"),
            value=lambda row: of_tally(row, "contradicted"),
            numeric=True,
        ),
    )
    filters = (
        MonthOf(key="month", label=_("month"), choices=months_of),
        Text(key="q", label=_("code or name"), over=("place__code", "place__name")),
        InUnit(key="unit", label=_("unit"), field="place__unit__path"),
    )

    def base(self) -> QuerySet[Any]:
        duty = Q(level__lte=2) | Q(evaluator=True) | Q(evaluators__isnull=False)
        return super().base().filter(duty, closed_on=None).distinct()

    def matching(self, state: State) -> QuerySet[Any]:
        rows = super().matching(state)
        found = month(rows, self.first_day(state))
        tallies = {tally.hall: tally for tally in found.tallies}
        rows._iterable_class = type("MonthTallied", (Tallied,), {"tallies": tallies})
        return rows

    def first_day(self, state: State) -> date:
        form = self.form(state)
        form.is_valid()
        asked = form.cleaned_data.get("month") or ""
        every = past_months(timezone.localdate())
        return next((first for first in every if f"{first:%Y-%m}" == asked), every[0])

    def row_url(self, row: Hall) -> str:
        return reverse("service:hall", args=[row.code])

    def primary(self) -> Primary | None:
        return Primary(label=gettext("Devices"), url=reverse("service:devices"), icon="adjustments")


OF_HALL = Column(
    key="hall", label=_("hall"), value=lambda row: str(row.hall), sort=("hall__place__name",), width=24
)


class DevicesListing(Table):
    model = EvaluatorDevice
    title = _("Evaluators")
    url_name = "service:devices"
    related = ("hall", "hall__place", "hall__place__unit")
    order = ("name",)
    columns = (
        Column(key="name", label=_("device"), sort=("name",), fluid=True, width=24),
        Column(
            key="hall",
            label=_("hall"),
            value=lambda row: str(row.hall),
            sort=("hall__place__name",),
            width=24,
        ),
        Column(key="heard_at", label=_("last heard"), sort=("heard_at",), width=18),
        Column(key="registered_at", label=_("registered"), sort=("registered_at",), width=18),
        Column(key="revoked_at", label=_("revoked"), sort=("revoked_at",), width=18),
    )
    filters = (
        Text(key="q", label=_("device or hall"), over=("name", "hall__place__name", "hall__place__code")),
    )
    views = (
        View(key="used", label=pgettext_lazy("devices", "In use"), where=lambda user: Q(revoked_at=None)),
        View(key="all", label=pgettext_lazy("devices", "Revoked too")),
    )
    actions = (
        Action(
            key="revoke", label=pgettext_lazy("act", "Revoke"), run=revoke_device, verb="edit", icon="trash"
        ),
    )

    def row_url(self, row: EvaluatorDevice) -> str:
        return f"{reverse('service:ratings')}?device={row.pk}"

    def primary(self) -> Primary | None:
        if not self.may("edit"):
            return None
        return Primary(label=gettext("New evaluator"), url=reverse("service:device-new"), kbd="c")


OPTIONAL = ("counter", "transaction")


class RatingsTransfer(Transfer):
    """Ratings that a device kept on a stick: the device, its number of the press, time and score."""

    kind = "ratings"
    model = EvaluatorRating
    key = "key"
    fields = (
        Field(key="key", label=_("number of the press"), parse=text(64), required=True),
        Field(key="device", label=_("device"), required=True, attr="device_id"),
        Field(key="at", label=_("time"), parse=instant, required=True),
        Field(key="score", label=_("score"), parse=whole(BEST, 1), required=True),
        Field(key="counter", label=_("counter"), parse=text(16)),
        Field(key="transaction", label=_("transaction"), parse=text(48)),
    )

    def start(self) -> None:
        rows = EvaluatorDevice.objects.select_related("hall__place__unit")
        found = rows if self.user is None else visible(self.user, rows)
        self.devices = {row.name.casefold(): row for row in found}

    def parse_device(self, raw: Any) -> str:
        name = as_text(raw).casefold()
        if name not in self.devices:
            raise Wrong(gettext("no such evaluator in your units"))
        return name

    def stored(self, keys: Sequence[Any]) -> dict[Any, Stored]:
        """A press that is there already is told again, and counted once, by `receive`."""
        return {}

    def write(self, rows: Sequence[Any], *, new: bool) -> None:
        for name in dict.fromkeys(row["device"] for row in rows):
            presses = [
                Press(
                    row["key"],
                    row["at"],
                    row["score"],
                    row.get("counter") or "",
                    row.get("transaction") or "",
                )
                for row in rows
                if row["device"] == name
            ]
            receive(device=self.devices[name], presses=presses)


def devices_of(user: User | None) -> list[tuple[int, str]]:
    rows = EvaluatorDevice.objects.order_by("name")
    return [(row.pk, row.name) for row in (rows if user is None else visible(user, rows))[:500]]


class RatingsListing(Table):
    """Every press, as it arrived."""

    model = EvaluatorRating
    title = _("Presses")
    url_name = "service:ratings"
    related = ("device", "hall", "hall__place")
    order = ("-at",)
    transfer = RatingsTransfer
    columns = (
        Column(key="at", label=_("time"), sort=("at",), width=18),
        Column(
            key="hall",
            label=_("hall"),
            value=lambda row: str(row.hall),
            sort=("hall__place__name",),
            fluid=True,
        ),
        Column(
            key="device",
            label=_("device"),
            value=lambda row: row.device.name,
            sort=("device__name",),
            width=20,
        ),
        Column(key="counter", label=_("counter"), sort=("counter",)),
        Column(key="score", label=_("score"), sort=("score",), numeric=True),
        Column(key="transaction", label=_("transaction"), sort=("transaction",), width=20),
        Column(key="key", label=_("number of the press"), sort=("key",), width=20, quiet=True),
        Column(key="received_at", label=_("received"), sort=("received_at",), hidden=True, width=18),
    )
    filters = (
        Choice(key="device", label=_("device"), choices=devices_of, field="device_id"),
        Text(key="q", label=_("hall or transaction"), over=("hall__place__name", "transaction", "key")),
        Dates(key="at", label=_("time"), field="at"),
    )
