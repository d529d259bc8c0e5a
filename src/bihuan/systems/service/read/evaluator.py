"""A month of ratings, hall by hall, presses of one service counted once."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from bihuan.kernel.read.standards import value

from ..models import EvaluatorRating, Hall
from ..rules.evaluator import Month, Rating, monthly

MARGIN = timedelta(hours=1)
"""Of the months before and after: a service at midnight is judged with all its presses."""


def month(halls: Iterable[Hall], first: date) -> Month:
    """The month that begins on `first`, for these halls, silent ones included. The pause within which presses
    are one customer's is the standard `service.evaluator.debounce` of the month's last day.
    """
    begins = timezone.make_aware(datetime.combine(first, time.min))
    after = next_month(first)
    ends = timezone.make_aware(datetime.combine(after, time.min))
    codes = {hall.pk: hall.code for hall in halls}
    rows = EvaluatorRating.objects.filter(hall_id__in=codes, at__gte=begins - MARGIN, at__lt=ends + MARGIN)
    values = rows.order_by().values_list(
        "pk", "hall_id", "device_id", "counter", "at", "score", "transaction"
    )
    ratings = [
        Rating(f"{pk:012d}", codes[hall], str(device), counter, at, score, told)
        for pk, hall, device, counter, at, score, told in values.iterator(chunk_size=5000)
    ]
    silence = float(value("service.evaluator.debounce", after - timedelta(days=1)))
    zone = timezone.get_default_timezone()
    return monthly(ratings, list(codes.values()), (first.year, first.month), zone, silence_s=silence)


def next_month(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)


def past_months(today: date, count: int = 13) -> list[date]:
    """First days, this month first."""
    found = [today.replace(day=1)]
    while len(found) < count:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found
