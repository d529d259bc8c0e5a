"""The built-in calendar in the table: written once, mended where it differs, own rules untouched."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.kernel.act import calendar
from bihuan.kernel.models import CalendarDay
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.rules.seed import seed_marks, standard_calendar

pytestmark = pytest.mark.django_db


def test_every_day_is_written_once_and_then_left_alone() -> None:
    assert calendar.seed() == len(seed_marks()) == CalendarDay.objects.count()
    before = set(CalendarDay.objects.values_list("pk", flat=True))
    with CaptureQueriesContext(connection) as asked:
        assert calendar.seed() == 0
    assert len(asked) <= 3
    assert set(CalendarDay.objects.values_list("pk", flat=True)) == before
    assert working_calendar() == standard_calendar()


def test_what_is_missing_wrong_or_no_longer_told_is_mended() -> None:
    calendar.seed()
    told = set(CalendarDay.objects.values_list("on", "kind", "layer", "name", "source"))
    first, second = CalendarDay.objects.order_by("on")[:2]
    first.delete()
    CalendarDay.objects.filter(pk=second.pk).update(kind="work" if second.kind == "rest" else "rest")
    CalendarDay.objects.create(calendar="CN", on=date(1999, 1, 1), kind="rest", layer="gazetted")
    assert calendar.seed() == 2
    assert set(CalendarDay.objects.values_list("on", "kind", "layer", "name", "source")) == told


def test_own_rules_stay() -> None:
    calendar.seed()
    day = CalendarDay.objects.order_by("on")[0].on
    calendar.set_days(user=None, days=[(day, True, "盘点"), (date(1998, 5, 5), False, "店庆")])
    calendar.seed()
    own = CalendarDay.objects.filter(layer="override").order_by("on")
    assert [row.name for row in own] == ["店庆", "盘点"]
