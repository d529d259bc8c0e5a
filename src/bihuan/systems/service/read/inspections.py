"""Checks and visits: by which card, for which duty, what is due now, and what they found."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max, QuerySet

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.models import Obligation, ObligationState, Unit, User
from bihuan.kernel.registry import obligation_specs
from bihuan.kernel.rules.measures.means import summed
from bihuan.kernel.rules.recurrence import period_of
from bihuan.kernel.scope import visible

from ..models import CardSubject, Hall, Inspection, InspectionKind, Scorecard
from ..rules.evaluation import Indicator
from ..rules.inspection import visit_key
from . import duties
from .opening import hours_today
from .scorecards import card_on


@dataclass(frozen=True, slots=True)
class OfKind:
    """What a kind of check brings with it."""

    finding: str
    """Kind of case of its findings; says whom a serious one goes to."""
    post: str
    card: CardSubject


OF_KIND = {
    InspectionKind.VIDEO: OfKind("video_finding", duties.WATCHER, CardSubject.VIDEO),
    InspectionKind.VISIT: OfKind("visit_finding", duties.VISITOR, CardSubject.VISITS),
    InspectionKind.SCORED: OfKind("visit_finding", duties.INSPECTOR, CardSubject.HALLS),
}
DUTIES = (
    "service.video",
    "service.visit_1",
    "service.visit_2",
    "service.visit_urban",
    "service.visit_other",
    "service.inspection",
    "service.centre",
)
"""What is owed soonest first."""
KIND_OF = {
    "service.video": InspectionKind.VIDEO,
    "service.inspection": InspectionKind.SCORED,
    "service.centre": InspectionKind.SCORED,
}
SILENT = "service.visit_1"
"""The original says nothing of level 1: the page says that this duty is ours."""


def kind_of(duty: str) -> str:
    return KIND_OF.get(duty, InspectionKind.VISIT)


def card_subject(kind: str, hall: Hall | None) -> CardSubject:
    return OF_KIND[InspectionKind(kind)].card if hall else CardSubject.CENTRE


def card_for(kind: str, hall: Hall | None, on: date) -> Scorecard | None:
    return card_on(card_subject(kind, hall), on)


def post_of(kind: str, hall: Hall | None) -> str:
    return OF_KIND[InspectionKind(kind)].post if hall else duties.ASSESSOR


def finding_kind(kind: str) -> str:
    return OF_KIND[InspectionKind(kind)].finding


def duty_key(row: Inspection) -> str:
    """The duty that a record fulfils; of a visit by what the hall is now."""
    if row.hall is None:
        return "service.centre"
    if row.kind == InspectionKind.VISIT:
        return f"service.{visit_key(row.hall.level, row.hall.urban)}"
    return "service.video" if row.kind == InspectionKind.VIDEO else "service.inspection"


def visit_duties(row: Inspection) -> tuple[str, ...]:
    """The duties of visits, whatever the level of the hall was when it was visited; none for other kinds."""
    return DUTIES[1:5] if row.kind == InspectionKind.VISIT else ()


@dataclass(frozen=True, slots=True)
class Owed:
    """One hall that is still owed a check in a running period."""

    row: Obligation
    kind: str
    hall: Hall | None
    last: Inspection | None
    """The newest valid record of the same kind."""
    hours: str = ""
    """Opening hours of today, where they are known; `closed` on such a day."""

    @property
    def silent(self) -> bool:
        return self.row.key == SILENT


@dataclass(frozen=True, slots=True)
class Group:
    period: str
    """`day`, `week`, `month` or `quarter`."""
    owed: list[Owed]
    done: int
    """Of the running period, fulfilled."""
    waived: int
    calendar: bool
    """All of it is waived because nobody works in this period."""


def due_now(user: User, today: date, *, mine: bool) -> list[Group]:
    """What is due in the running day, week, month and quarter; `mine`: only what this person answers for."""
    rows = _running(user, today)
    if mine:
        rows = rows.filter(owner=user)
    found: dict[str, list[Obligation]] = defaultdict(list)
    for row in rows.select_related("unit", "place", "owner", "standard"):
        found[obligation_specs()[row.key][1].period].append(row)
    halls = _halls(found)
    last = _last(halls.values(), user)
    hours = hours_today(halls.values(), today)
    return [
        _group(period, found[period], halls, last, hours)
        for period in ("day", "week", "month", "quarter")
        if found[period]
    ]


def _running(user: User, today: date) -> QuerySet[Obligation]:
    rows = visible(user, Obligation.objects.filter(key__in=DUTIES))
    return rows.filter(begins_on__lte=today, ends_on__gte=today).order_by("subject", "pk")


def _halls(found: dict[str, list[Obligation]]) -> dict[str, Hall]:
    codes = {row.subject for rows in found.values() for row in rows}
    halls = Hall.objects.filter(place__code__in=codes).select_related("place__unit")
    return {hall.code: hall for hall in halls}


def _last(halls: Iterable[Hall], user: User) -> dict[tuple[int, str], Inspection]:
    """The newest valid record by hall and kind."""
    rows = visible(user, Inspection.objects.filter(voided_at=None))
    keys = [hall.pk for hall in halls]
    newest = rows.filter(hall__in=keys).order_by("hall", "kind").values("hall", "kind").annotate(at=Max("at"))
    wanted = {(row["hall"], row["kind"]): row["at"] for row in newest}
    moments = rows.filter(hall__in=keys, at__in=set(wanted.values())).values_list("hall", "kind", "at", "pk")
    found = {(hall, kind): pk for hall, kind, at, pk in moments if wanted.get((hall, kind)) == at}
    records = Inspection.objects.select_related("by").in_bulk(found.values())
    return {key: records[pk] for key, pk in found.items()}


def _group(
    period: str,
    rows: list[Obligation],
    halls: dict[str, Hall],
    last: dict[tuple[int, str], Inspection],
    hours: dict[int, str],
) -> Group:
    owed = []
    for row in rows:
        if row.state not in {ObligationState.DUE, ObligationState.MISSED}:
            continue
        kind, hall = kind_of(row.key), halls.get(row.subject) if row.key != "service.centre" else None
        seen = last.get((hall.pk, kind)) if hall else None
        owed.append(Owed(row, kind, hall, seen, hours.get(hall.pk, "") if hall else ""))
    waived = [row for row in rows if row.state == ObligationState.WAIVED]
    return Group(
        period,
        owed,
        sum(row.state == ObligationState.DONE for row in rows),
        len(waived),
        len(waived) == len(rows) and all(row.reason == Obligation.Reason.CALENDAR for row in waived),
    )


@dataclass(frozen=True, slots=True)
class Covered:
    """One hall and its rows of a duty, by first day of the period."""

    subject: str
    name: str
    rows: dict[date, Obligation]

    @property
    def asked(self) -> int:
        return sum(
            row.state not in {ObligationState.WAIVED, ObligationState.CANCELLED} for row in self.rows.values()
        )

    @property
    def met(self) -> int:
        return sum(row.state == ObligationState.DONE for row in self.rows.values())


SHOWN = {"day": 14, "week": 8, "month": 6, "quarter": 4}
"""Periods beside each other on the page of coverage."""


def coverage(user: User, keys: Iterable[str], today: date) -> tuple[list[date], list[Covered]]:
    """First days of the last periods, the oldest first, and each hall with what came of them."""
    keys = list(keys)
    period = obligation_specs()[keys[0]][1].period
    days = [period_of(today, period).first]
    while len(days) < SHOWN[period]:
        days.append(period_of(days[-1] - timedelta(days=1), period).first)
    days.reverse()
    rows = visible(
        user, Obligation.objects.filter(key__in=keys, begins_on__gte=days[0], begins_on__lte=today)
    )
    found: dict[str, Covered] = {}
    for row in rows.select_related("case").order_by("subject", "begins_on"):
        covered = found.setdefault(row.subject, Covered(row.subject, row.subject_name, {}))
        covered.rows[row.begins_on] = row
    return days, list(found.values())


def scores(first: datetime, last: datetime, **where: object) -> Indicator | None:
    """Mean of the valid scored inspections in [first, last), with n and sd; None without one."""
    rows = Inspection.objects.filter(
        kind=InspectionKind.SCORED, voided_at=None, at__gte=first, at__lt=last, **where
    )
    marks = [float(score) for score in rows.order_by("pk").values_list("score", flat=True)]
    if not marks:
        return None
    found = summed(marks)
    return Indicator(found.mean, found.n, found.sd)


def hall_scores(unit: Unit, first: datetime, last: datetime) -> Indicator | None:
    return scores(first, last, hall__isnull=False, unit__path__startswith=unit.path)


def scores_of_hall(hall: Hall, first: datetime, last: datetime) -> Indicator | None:
    return scores(first, last, hall=hall)


def title_of(duty: str) -> StrOrPromise:
    return obligation_specs()[duty][1].title
