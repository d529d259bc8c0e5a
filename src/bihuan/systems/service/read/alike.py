"""Complaints and tips that may be the same matter: same customer, same place, or like words."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from bihuan.kernel.models import Case, Customer, Note, Place, User
from bihuan.kernel.read.standards import value
from bihuan.kernel.rules.lifecycle import OPEN
from bihuan.kernel.rules.similar import alike
from bihuan.kernel.scope import visible

KINDS = ("complaint", "tip")
GAVE_WAY = ("duplicate", "merged", "void")
MOST_READ = 2000
"""Newest open texts that are compared: enough for a branch, and a fraction of a second."""
MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Like:
    """A case that may be the same matter, and why. `likeness` None: its words are not alike."""

    case: Case
    customer: bool
    place: bool
    likeness: float | None
    sure: bool
    """Same customer or place, and the words are nearly the same."""

    @property
    def open(self) -> bool:
        return self.case.state in OPEN


def first_words(cases: QuerySet[Case]) -> dict[int, str]:
    """Case → what was said when it was taken in: its first note."""
    words: dict[int, str] = {}
    notes = Note.objects.filter(case__in=cases, event__verb="case.comment").order_by("pk")
    for case, text in notes.values_list("case_id", "text"):
        words.setdefault(case, text)
    return words


def likes(
    *,
    user: User,
    text: str,
    at: datetime,
    customer: Customer | None = None,
    place: Place | None = None,
    besides: Case | None = None,
) -> list[Like]:
    """What the user may see and should look at before the same matter is handled twice, the surest first.

    Same customer or place within the standard's days, whatever was said; or words alike, open cases only.
    Suggestions: nothing is linked by itself.
    """
    rows = visible(user, Case.objects.filter(kind__in=KINDS)).exclude(state__in=GAVE_WAY)
    rows = rows.exclude(pk=besides.pk) if besides else rows
    near = _near(rows, at, customer, place)
    newest = rows.filter(state__in=OPEN).order_by("-pk").values_list("pk", flat=True)[:MOST_READ]
    pool = rows.filter(pk__in={*newest, *near})
    least = float(value("service.duplicate.alike", at))
    likeness = dict(alike(text, first_words(pool).items(), least))
    found = rows.filter(pk__in={*near, *likeness}).select_related("customer", "unit")
    sure = float(value("service.duplicate.same", at))
    made = [_like(case, near, likeness.get(case.pk), customer, place, sure) for case in found]
    return sorted(made, key=_rank)[:MOST_SHOWN]


def _near(rows: QuerySet[Case], at: datetime, customer: Customer | None, place: Place | None) -> set[int]:
    same = Q(pk__in=[])
    if customer:
        same |= Q(customer=customer)
    if place:
        same |= Q(place=place)
    span = timedelta(days=int(value("service.duplicate.days", at)))
    found = rows.filter(same, opened_at__gte=at - span, opened_at__lte=at + span)
    return set(found.values_list("pk", flat=True))


def _like(
    case: Case,
    near: set[int],
    likeness: float | None,
    customer: Customer | None,
    place: Place | None,
    sure: float,
) -> Like:
    close = case.pk in near
    return Like(
        case=case,
        customer=close and customer is not None and case.customer_id == customer.pk,
        place=close and place is not None and case.place_id == place.pk,
        likeness=likeness,
        sure=close and likeness is not None and likeness >= sure,
    )


def _rank(like: Like) -> tuple[bool, float, int]:
    return (not like.sure, -(like.likeness or 0), -like.case.pk)
