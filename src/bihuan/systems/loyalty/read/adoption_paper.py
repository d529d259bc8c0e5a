"""Who closes loops, as a table: ninety days, for whoever may see these people."""

from datetime import date, datetime, timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.models import Unit, User
from bihuan.kernel.report import Cell, Column, Row, Section, Table

from .adoption import Closer, closers

DAYS = 90


def last_days(today: date) -> tuple[date, date]:
    return today - timedelta(days=DAYS - 1), today


def people(user: User, unit: Unit, today: date, now: datetime) -> Section:
    """Names of colleagues stand in it: an export of the page, never a paper that is frozen."""
    columns = (
        Column(key="account", label=_("account"), numeric=False),
        Column(key="unit", label=_("unit"), numeric=False),
        Column(key="in_time", label=_("Called in time"), share=True, decimals=1),
        Column(key="open", label=_("Open cases")),
        Column(key="late", label=pgettext_lazy("cases", "Overdue")),
        Column(key="huddles", label=_("Huddles")),
        Column(key="heard", label=_("Answers heard")),
    )
    rows = [_row(each) for each in closers(user, unit, *last_days(today), now)]
    return Section(tables=[Table(key="closers", title=_("Who closes loops"), columns=columns, rows=rows)])


def _row(each: Closer) -> Row:
    """A share of few calls is given with its interval, which says how little it is."""
    cells = {
        "account": Cell(value=each.user.name),
        "unit": Cell(value=each.user.unit.name),
        "in_time": Cell(value=each.rate.share, n=each.due, interval=each.interval),
        "open": Cell(value=each.open),
        "late": Cell(value=each.late),
        "huddles": Cell(value=each.huddles),
        "heard": Cell(value=each.heard),
    }
    return Row(key=str(each.user.pk), cells=cells)
