"""What became of notices, and whether their delivery stands still."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min, Q, QuerySet
from django.utils import timezone

from bihuan.kernel.models import Channel, Delivery, Notice, User
from bihuan.kernel.rules.sending import TOLD_AFTER

STILL_S = 300.0
"""Rounds are a second apart: a channel that nobody looked at for five minutes stands still."""


@dataclass(frozen=True, slots=True)
class Post:
    """The state of all deliveries."""

    waiting: int
    lag_s: float
    """How long the channel that waits longest should have been looked at; 0 when none should."""
    troubled: int
    """Channels that are refused or keep failing."""

    @property
    def stands_still(self) -> bool:
        return self.lag_s > STILL_S


def post(now: datetime | None = None) -> Post:
    now = now or timezone.now()
    first = Channel.objects.filter(stopped_at=None, next_at__lte=now).aggregate(at=Min("next_at"))["at"]
    waiting = Delivery.objects.filter(state=Delivery.State.WAITING).count()
    return Post(waiting, (now - first).total_seconds() if first else 0.0, troubled().count())


def troubled() -> QuerySet[Channel]:
    rows = Channel.objects.filter(active=True).filter(Q(user=None) | Q(user__is_active=True))
    return rows.filter(Q(stopped_at__isnull=False) | Q(failures__gte=TOLD_AFTER))


def deliveries_of(user: User, notices: Iterable[Notice]) -> dict[int, list[Delivery]]:
    """By notice: what became of it on the person's own channels."""
    rows = Delivery.objects.filter(notice__in=[row.pk for row in notices], channel__user=user)
    found: dict[int, list[Delivery]] = {}
    for row in rows.select_related("channel").order_by("channel_id"):
        found.setdefault(row.notice_id, []).append(row)
    return found
