"""Queries about reports: who owes which, for which period, and what a version says."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone, translation

from bihuan.kernel.manifest import ReportSpec
from bihuan.kernel.models import Publication, Report, ReportVersion, Standard, Unit, User
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.read.standards import version_on
from bihuan.kernel.registry import load, report_specs
from bihuan.kernel.report import Section, digest, freeze
from bihuan.kernel.rules.calendar import Deadline
from bihuan.kernel.rules.periods import Period
from bihuan.kernel.rules.reporting import report_day
from bihuan.kernel.scope import Actor, visible
from bihuan.kernel.snapshot import steady


@dataclass(frozen=True, slots=True)
class Due:
    """Until when a period's report is to be published, and by which version of the standard."""

    deadline: Deadline
    standard: Standard


def due(spec: ReportSpec, period: Period) -> Due:
    standard = version_on(spec.day, period.last)
    day = min(max(int(standard.value), 1), 31)
    return Due(report_day(working_calendar(), period.last, day), standard)


def period_around(day: date, kind: str) -> Period:
    return Period.around(day, kind, working_calendar().zone)


def period_of(row: Report) -> Period:
    return period_around(row.first_on, row.kind)


def debtors(spec: ReportSpec) -> QuerySet[Unit]:
    """The units that owe this report."""
    rows: QuerySet[Unit] = load(spec.units)() if spec.units else Unit.objects.all()
    if not spec.levels:
        return rows
    keys = [unit.pk for unit in rows if depth(unit) in spec.levels]
    return Unit.objects.filter(pk__in=keys)


def depth(unit: Unit) -> int:
    """0 for a unit without one above it."""
    return unit.path.count("/") - 2


def reports(user: Actor) -> QuerySet[Report]:
    """Reports of the units that the user covers, newest period first."""
    return visible(user, Report.objects.select_related("unit", "standard"))


def newest(report: Report) -> ReportVersion | None:
    return report.versions.order_by("-number").first()


def content(spec: ReportSpec, unit: Unit, period: Period) -> dict[str, Any]:
    """Read every section of the report at one instant and freeze it. Raises what a reader raises."""
    with steady(), translation.override(settings.LANGUAGE_CODE):
        sections = [(each, _frozen(load(each.read)(unit, period))) for each in spec.sections]
        return {
            "key": spec.key,
            "title": freeze(spec.title),
            "unit": {"name": unit.name, "code": unit.code, "path": unit.path},
            "organisation": organisation(unit),
            "period": {
                "kind": period.kind,
                "first": period.first.isoformat(),
                "last": period.last.isoformat(),
            },
            "sections": [
                {"key": each.key, "title": freeze(each.title), **frozen} for each, frozen in sections
            ],
        }


def _frozen(section: Section) -> dict[str, Any]:
    found: dict[str, Any] = freeze(section)
    return found


def organisation(unit: Unit) -> list[str]:
    """The units above it and itself, from the top."""
    return [each.name for each in unit.ancestors.order_by("path")]


def intact(version: ReportVersion) -> bool:
    """Does the stored content still have the digest with which it was frozen?"""
    return digest(version.content) == version.sha256


def standing(report: Report) -> Publication | None:
    """The newest publication that has not been withdrawn."""
    rows = Publication.objects.filter(version__report=report, withdrawn_at=None)
    return rows.select_related("version", "published_by").order_by("-pk").first()


def by_token(token: str) -> Publication | None:
    """What a public link shows; nothing once it is withdrawn or its time is over."""
    rows = Publication.objects.select_related("version__report__unit", "version__made_by")
    found = rows.filter(token=token, withdrawn_at=None).first()
    if found is None or (found.expires_at and found.expires_at <= timezone.now()):
        return None
    return found


def people_of(report: Report) -> list[User]:
    """Who answers for a report: accounts of its unit with a role that it names, else of the next above."""
    known = report_specs().get(report.key)
    roles = known[1].roles if known else ("director", "manager")
    for unit in report.unit.ancestors.order_by("-path"):
        found = list(User.objects.filter(unit=unit, role__in=roles, is_active=True))
        if found:
            return found
    return []
