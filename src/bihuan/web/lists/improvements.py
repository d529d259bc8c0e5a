"""The plan of improvements, what is overdue first; comes in and goes out as a table."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.act.improvements import plan
from bihuan.kernel.act.improvements.propose import create
from bihuan.kernel.act.improvements.step import write
from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.locks import hold
from bihuan.kernel.models import Cause, Improvement, ImprovementCase, ImprovementState, Outcome, Unit, User
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.read.improvements import is_overdue, reach
from bihuan.kernel.rules.improvements import LIVE
from bihuan.web.forms.improvements import able
from bihuan.web.improving import words
from bihuan.web.listing import Choice, Column, Dates, Facts, InUnit, Listing, Person, Primary, Text, View
from bihuan.web.listing.transfer.fields import Field, Wrong, as_text, day, text
from bihuan.web.listing.transfer.transfer import Stored, Transfer, Values
from bihuan.web.lists.cells import count_of, person_cell, unit_code, unit_name
from bihuan.web.lists.units_of import UnitCells

NUMBER = re.compile(r"(?=.*\d)[\w.-]{1,20}")
LONGEST = 4000


def number(raw: Any) -> str:
    found = as_text(raw)
    if not NUMBER.fullmatch(found):
        raise Wrong(gettext("letters, digits, dots and dashes, at least one digit, at most 20"))
    return found


def lines(raw: Any) -> str:
    """A text of several lines."""
    found = as_text(raw).replace("\r\n", "\n")
    if len(found) > LONGEST:
        raise Wrong(gettext("longer than %(n)d characters") % {"n": LONGEST})
    return found


class ImprovementsTransfer(UnitCells, Transfer):
    """Plans made elsewhere. A row that has everything is planned, another one proposed."""

    kind = "improvements"
    model = Improvement
    key = "number"
    most = 5_000
    fields = (
        Field(key="number", label=_("number"), parse=number, required=True),
        Field(key="title", label=_("title"), parse=text(120)),
        Field(key="unit", label=_("unit"), attr="unit_id", required=True, help=_("code or name of the unit")),
        Field(key="cause", label=_("cause"), attr="cause_id", help=_("code of the cause")),
        Field(key="problem", label=_("problem"), parse=lines),
        Field(key="owner", label=_("owner"), attr="owner_id", help=_("user name")),
        Field(key="starts_on", label=_("planned from"), parse=day),
        Field(key="ends_on", label=_("planned to"), parse=day),
    )

    def start(self) -> None:
        super().start()
        self.causes = {code.casefold(): key for key, code in Cause.objects.values_list("pk", "code")}
        self.people = {name.casefold(): key for key, name in able().values_list("pk", "username")}
        begun = Improvement.objects.exclude(state__in=["proposed", "planned"])
        self.begun = set(begun.values_list("pk", flat=True))

    def parse_cause(self, raw: Any) -> int:
        return self._known(self.causes, as_text(raw).split(" ")[0], gettext("no such cause"))

    def parse_owner(self, raw: Any) -> int:
        return self._known(
            self.people, as_text(raw).split(" ")[0], gettext("nobody of this name handles cases")
        )

    def _known(self, known: dict[str, int], name: str, fault: str) -> int:
        if name.casefold() not in known:
            raise Wrong(fault)
        return known[name.casefold()]

    def check(self, row: Values) -> Iterator[tuple[str, str]]:
        first, last = row.get("starts_on"), row.get("ends_on")
        if first and last and last < first:
            yield "ends_on", gettext("lies before the first day")

    def foreign(self, stored: Stored) -> str:
        if stored.pk in self.begun:
            return gettext("has begun or ended already: change it on its page")
        return super().foreign(stored)

    def write(self, rows: Sequence[Values], *, new: bool) -> None:
        hold("improvement")
        now = timezone.now()
        for row in rows:
            given = {self.attr(field): row[field.key] for field in self.fields if field.key in row}
            if new:
                unit = Unit.objects.get(pk=given["unit_id"])
                item = create(unit=unit, cause=None, number=given["number"], by=self.user, now=now)
            else:
                item = Improvement.objects.select_for_update().get(number=given["number"])
            for name, value in given.items():
                setattr(item, name, value)
            item.save()
            write(item, "edited", actor=self.user, at=now)
            self._plan(item)

    def _plan(self, item: Improvement) -> None:
        complete = item.cause and item.owner and item.problem and item.starts_on and item.ends_on
        if self.user and complete:
            plan(
                item=item,
                user=self.user,
                title=item.title,
                problem=item.problem,
                cause=item.cause,
                owner=item.owner,
                starts_on=item.starts_on,
                ends_on=item.ends_on,
            )


def cause_choices(user: User | None) -> list[tuple[str, StrOrPromise]]:
    return [(str(row.pk), str(row)) for row in Cause.objects.filter(active=True)]


class ImprovementsListing(Listing):
    """Who works on one sees it, of whatever unit he is."""

    model = Improvement
    title = _("Improvements")
    url_name = "improvements"
    nothing = _("Three cases of one cause within 30 days propose an improvement; anybody may begin one.")
    related = ("unit", "cause", "owner")
    transfer = ImprovementsTransfer
    views = (
        View(
            key="open",
            label=pgettext_lazy("view", "Open"),
            where=lambda user: Q(state__in=[*LIVE, ImprovementState.DONE]),
        ),
        View(
            key="mine",
            label=pgettext_lazy("view", "Mine to do"),
            where=lambda user: Q(owner=user, state__in=[*LIVE, ImprovementState.DONE]),
        ),
        View(
            key="overdue",
            label=pgettext_lazy("view", "Overdue"),
            where=lambda user: is_overdue(timezone.now()),
        ),
        View(
            key="conclude",
            label=pgettext_lazy("view", "Mine to conclude"),
            where=lambda user: Q(state=ImprovementState.DONE, verifier=user),
        ),
        View(key="all", label=pgettext_lazy("view", "Closed too")),
    )
    filters = (
        Text(
            key="q", label=_("number, title or problem"), over=("number", "title", "problem", "cause__name")
        ),
        Choice(key="state", label=_("state"), choices=ImprovementState.choices),
        InUnit(key="unit", label=_("unit"), field="unit__path"),
        Person(key="owner", label=_("owner"), field="owner_id"),
        Choice(key="cause", label=_("cause"), field="cause_id", choices=cause_choices),
        Choice(key="outcome", label=_("effect"), choices=Outcome.choices),
        Dates(key="proposed", label=_("proposed"), field="proposed_at"),
    )
    columns = (
        Column(key="number", label=_("number"), sort=("number",), quiet=True, width=16),
        Column(
            key="title",
            label=_("title"),
            value=words.title,
            export=lambda row: row.title,
            sort=("title", "cause__name"),
            fluid=True,
            width=40,
        ),
        Column(
            key="unit", label=_("unit"), value=unit_name, export=unit_code, sort=("unit__path",), width=24
        ),
        Column(
            key="cause",
            label=_("cause"),
            value=lambda row: row.cause.name if row.cause else None,
            export=lambda row: f"{row.cause.code} {row.cause.name}" if row.cause else None,
            sort=("cause__name",),
            width=24,
        ),
        Column(key="cases", label=_("cases"), value=lambda row: row.shown, sort=("shown",), numeric=True),
        Column(key="state", label=_("state"), cell=words.state_cell, sort=("state",), width=16),
        Column(
            key="outcome",
            label=_("effect"),
            cell=lambda row: words.outcome_mark(row.outcome),
            sort=("outcome",),
            width=20,
        ),
        Column(
            key="owner",
            label=_("owner"),
            cell=lambda row: person_cell(row.owner),
            export=lambda row: f"{row.owner.username} {row.owner}" if row.owner else None,
            sort=("owner__name",),
            width=20,
        ),
        Column(key="due_at", label=_("due"), cell=lambda row: row.due_chip, sort=("due_at",), width=20),
        Column(key="starts_on", label=_("planned from"), sort=("starts_on",), hidden=True),
        Column(key="ends_on", label=_("planned to"), sort=("ends_on",), hidden=True),
        Column(key="problem", label=_("problem"), sort=("problem",), hidden=True, width=60),
        Column(key="proposed_at", label=_("proposed"), sort=("proposed_at",), hidden=True, width=20),
    )

    def base(self) -> QuerySet[Any]:
        rows = Improvement.objects.select_related(*self.related)
        found: QuerySet[Any] = rows.annotate(shown=count_of(ImprovementCase.objects.all(), "improvement"))
        return found

    def scope(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows if self.user is None else rows.filter(reach(self.user))

    def scope_text(self) -> str:
        return gettext("%(scope)s, and what you work on") % {"scope": super().scope_text()}

    def default_order(self) -> Sequence[str | OrderBy]:
        return [F("due_at").asc(nulls_last=True), F("proposed_at").desc()]

    def prepare(self, rows: Iterable[Any]) -> list[Any]:
        found, now, calendar = list(rows), timezone.now(), working_calendar()
        for row in found:
            row.due_chip = words.due_cell(row, now, calendar)
        return found

    def row_url(self, row: Improvement) -> str:
        return reverse("improvement", args=[row.number])

    def facts(self) -> Facts | None:
        rows = self.scope(Improvement.objects.order_by())
        told = rows.aggregate(
            late=Count("pk", filter=is_overdue(timezone.now())),
            live=Count("pk", filter=Q(state__in=LIVE)),
            worked=Count("pk", filter=Q(outcome=Outcome.WORKED)),
            tested=Count("pk", filter=Q(state=ImprovementState.TESTED)),
        )
        more = [gettext("%(n)d under way") % {"n": told["live"]}]
        if told["tested"]:
            said = {"n": told["worked"], "all": told["tested"]}
            more.append(gettext("%(n)d of %(all)d tested have worked") % said)
        return Facts(number=told["late"], words=gettext("overdue"), more=tuple(more))

    def primary(self) -> Primary | None:
        if not self.may("handle"):
            return None
        return Primary(label=gettext("New improvement"), url=reverse("improvement-new"), kbd="c")
