"""What a quarter's draws are committed to: halls with what was covered, areas with their cases."""

from datetime import date, datetime, timedelta
from fractions import Fraction

from django.db.models import Count, Q
from django.utils import timezone

from bihuan.kernel.models import Case, Unit
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.read.standards import value

from ..models import Area, Fieldwork, Hall, Job, Staff
from ..rules import halls as rules
from ..rules.engines import Row
from ..rules.quarters import Quarter


def halls_frame(unit: Unit, year: int, quarter: int) -> list[Row]:
    """Halls of the unit that are open on the quarter's first day, and whether they were asked this year."""
    first = Quarter(year, quarter).first
    rows = Hall.objects.filter(place__unit__path__startswith=unit.path)
    found = rows.exclude(closed_on__lte=first).values_list("place__code", "level").order_by("place__code")
    covered = _covered(unit, year, quarter)
    return list(rules.frame_rows([rules.Hall(code, level) for code, level in found], covered))


def _covered(unit: Unit, year: int, quarter: int) -> set[str]:
    """Halls that were asked earlier in the year as the rule says; a missed one is not covered."""
    rows = Fieldwork.objects.filter(
        draw__year=year,
        draw__quarter__lt=quarter,
        wave__unit__path__startswith=unit.path,
        hall__isnull=False,
        gone_at=None,
    ).annotate(issued=Count("wave__sheets", filter=Q(wave__sheets__withdrawn_at=None)))
    told = rows.values_list("hall__place__code", "issued", "wave__wanted", "census")
    return {code for code, issued, wanted, census in told if issued >= wanted or (census and issued)}


def halls_params(unit: Unit, year: int, quarter: int) -> Row:
    """The standards of the quarter's first day."""
    day = Quarter(year, quarter).first
    share = Fraction(value("service.survey.share", day))
    return rules.params(rules.Rules(share, wide=bool(value("service.survey.wide", day))))


def areas_frame(unit: Unit, year: int, quarter: int) -> list[Row]:
    """Areas with their customers, readers, and the cases of the four quarters before that name them."""
    first = Quarter(year, quarter).first
    areas = Area.objects.filter(unit__path__startswith=unit.path).exclude(closed_on__lte=first)
    begin = timezone.make_aware(datetime(first.year - 1, first.month, 1))
    end = timezone.make_aware(datetime(first.year, first.month, 1))
    cases = _cases(unit, begin, end)
    rows = areas.order_by("code").values_list("code", "customers", "reader__person__number")
    return [
        {
            "id": code,
            "cases": cases.get(code, 0),
            "customers": customers,
            "readers": [reader] if reader else [],
        }
        for code, customers, reader in rows
    ]


def _cases(unit: Unit, begin: datetime, end: datetime) -> dict[str, int]:
    """Cases about an area: tips of its supervisor, and findings of its sessions."""
    rows = Case.objects.filter(
        system="service", unit__path__startswith=unit.path, opened_at__gte=begin, opened_at__lt=end
    )
    found: dict[str, int] = {}
    for path in ("tip__supervisor__area__code", "survey_findings__reply__wave__fieldwork__area__code"):
        counted = rows.exclude(**{path: None}).order_by().values_list(path).annotate(n=Count("pk"))
        for code, n in counted:
            found[code] = found.get(code, 0) + n
    return found


def areas_params(unit: Unit, year: int, quarter: int) -> Row:
    day = Quarter(year, quarter).first
    return {
        "sessions": int(value("service.meter.sessions", day)),
        "share": str(Fraction(value("service.meter.random", day))),
    }


def working_days(first: date, last: date) -> list[date]:
    calendar = working_calendar()
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [day for day in days if calendar.is_workday(day)]


def readers_of(numbers: set[str]) -> dict[str, Staff]:
    rows = Staff.objects.filter(person__number__in=numbers, job=Job.READER).select_related("person")
    return {row.person.number: row for row in rows}
