"""Numbers of the loop that an aim of the strategy record can be bound to."""

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Case, Unit
from bihuan.kernel.read.cases import overdue as late
from bihuan.kernel.read.loop import Rate
from bihuan.kernel.read.work import CASES, KEPT, asked, fixed, link, living, too_few
from bihuan.kernel.report import Figure
from bihuan.kernel.rules.periods import Period


def in_time(unit: Unit) -> Figure:
    """Of the cases put right in this quarter, the share that was within its deadline."""
    period = Period.around(timezone.localdate(), "quarter")
    begin, end = period.span
    found = living(unit, period).aggregate(
        n=Count("pk", filter=fixed(begin, end)), hits=Count("pk", filter=fixed(begin, end) & KEPT)
    )
    rate = Rate(found["hits"], found["n"])
    return Figure(
        key="kernel.in_time",
        label=_("cases put right in time, this quarter"),
        value=None if rate.withheld else rate.share,
        share=True,
        n=rate.n,
        interval=None if rate.withheld else rate.interval,
        withheld=too_few(rate),
        link=link(unit.path, **asked("fixed", period)),
    )


def overdue(unit: Unit) -> Figure:
    rows = Case.objects.filter(unit__path__startswith=unit.path).order_by()
    return Figure(
        key="kernel.overdue",
        label=_("cases open and overdue"),
        value=late(rows, timezone.now()).count(),
        unit=CASES,
    )
