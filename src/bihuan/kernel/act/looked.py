"""When somebody last looked at his desk, so that it can say what came since."""

from datetime import datetime, timedelta

from django.utils.dateparse import parse_datetime

from bihuan.kernel.models import User

APART = timedelta(minutes=10)
"""A look within ten minutes of the last belongs to it: a reload does not make news old."""
KEPT = "looked"


def looked(*, user: User, at: datetime) -> None:
    """Kept with the account's preferences: when he looked last, and the time before that."""
    seen = user.preferences.get(KEPT) or []
    last = parse_datetime(seen[-1]) if seen else None
    if last is not None and at - last < APART:
        return
    user.preferences = {**user.preferences, KEPT: [*seen[-1:], at.isoformat()]}
    user.save(update_fields=["preferences"])


def looked_at(user: User, at: datetime) -> datetime | None:
    """The look before this one; None for who looks for the first time."""
    seen = [found for text in user.preferences.get(KEPT) or [] if (found := parse_datetime(text))]
    if seen and at - seen[-1] < APART:
        seen = seen[:-1]
    return seen[-1] if seen else None
