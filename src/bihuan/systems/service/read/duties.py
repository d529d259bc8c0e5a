"""Whom the recurring duties of halls concern in the period that holds a day (`system.duties`)."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Q, QuerySet

from bihuan.kernel.models import Unit
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.read.standards import value
from bihuan.kernel.rules.calendar import days
from bihuan.kernel.rules.recurrence import period_of
from bihuan.kernel.subjects import Subject

from ..models import Draw, DrawKind, Hall, Job, Staff
from ..rules.inspection import visit_key
from ..rules.quarters import Quarter
from .opening import open_halls

WATCHER, VISITOR, INSPECTOR, ASSESSOR = (
    "video_supervisor",
    "service_manager",
    "service_centre",
    "assessment_group",
)

OBLIGED = {"visit_1": "week", "visit_2": "week", "visit_urban": "week", "visit_other": "month"}
"""Periods of the visits, as `system.duties` declares them."""


def halls_on(on: date) -> QuerySet[Hall]:
    rows = Hall.objects.filter(Q(closed_on=None) | Q(closed_on__gt=on))
    return rows.select_related("place__unit").order_by("place__code")


def video(on: date) -> Iterator[Subject]:
    """Every hall that opens on the day, by its hours, its single days and the calendar."""
    return (_of_hall(hall, WATCHER) for hall in open_halls(halls_on(on), on, on))


def visit_1(on: date) -> Iterator[Subject]:
    return _visits("visit_1", on)


def visit_2(on: date) -> Iterator[Subject]:
    return _visits("visit_2", on)


def visit_urban(on: date) -> Iterator[Subject]:
    return _visits("visit_urban", on)


def visit_other(on: date) -> Iterator[Subject]:
    return _visits("visit_other", on)


def _visits(key: str, on: date) -> Iterator[Subject]:
    """Not of halls that nobody can enter in the period: closed by single days, or in a week of rest.

    A week without a working day whose visits are waived keeps its rows, so that the waiver is seen.
    """
    span = period_of(on, OBLIGED[key])
    worked = any(map(working_calendar().is_workday, days(span.first, span.last)))
    halls = [hall for hall in halls_on(on) if visit_key(hall.level, hall.urban) == key]
    if worked or value("service.visit.all_year", on):
        halls = open_halls(halls, span.first, span.last)
    return (_of_hall(hall, VISITOR) for hall in halls)


def inspection(on: date) -> Iterator[Subject]:
    """Level 2, and what was drawn for the survey of the quarter; or every hall, as the standard says."""
    every, chosen = bool(value("service.inspection.every", on)), drawn_on(on)
    for hall in halls_on(on):
        if every or hall.level == 2 or hall.code in chosen:
            yield _of_hall(hall, INSPECTOR)


def drawn_on(on: date) -> set[str]:
    """Codes of the halls that the opened draws of the day's quarter hold now, substitutes included."""
    quarter = Quarter.of(on)
    draws = Draw.objects.filter(
        kind=DrawKind.HALLS,
        year=quarter.year,
        quarter=quarter.number,
        withdrawn_at=None,
        opened_at__isnull=False,
    )
    return {
        code for drawn in draws.values_list("drawn", flat=True) for _label, codes in drawn for code in codes
    }


def centre(on: date) -> Iterator[Subject]:
    """Teams in which agents work."""
    for unit in centres():
        yield Subject(key=unit.code, name=unit.name, unit=unit, post=ASSESSOR)


def centres() -> QuerySet[Unit]:
    agents = Staff.objects.filter(job=Job.AGENT, left_on=None)
    return Unit.objects.filter(pk__in=agents.values("team")).order_by("path")


def _of_hall(hall: Hall, post: str) -> Subject:
    return Subject(key=hall.code, name=str(hall), unit=hall.place.unit, place=hall.place, post=post)
