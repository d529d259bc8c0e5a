"""What is to be delivered where: queueing, taking a message's worth of it, and writing down what came of it.

A message is sent outside every transaction, so a process that dies between sending and writing down leaves
rows that still wait and bear the message's key: the next try sends exactly those once more, under the same
key, and says that it may be a repetition. At least once, never silently twice.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.db.models import F, Min, Q, QuerySet
from django.utils import timezone

from bihuan.kernel.models import Channel, ChannelKind, Delivery, Notice, Unit, User
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.remembered import remembered
from bihuan.kernel.rules import sending
from bihuan.kernel.rules.letters import Item
from bihuan.kernel.rules.replies import Answer, Verdict

CLAIMED_FOR = timedelta(minutes=2)
"""Longer than any try takes; a try that never ended (kill -9) is taken up again after this."""
WAITING = Delivery.State.WAITING


@dataclass(frozen=True, slots=True)
class Letter:
    """One message's worth of notices, taken for sending."""

    channel: Channel
    key: str
    items: tuple[Item, ...]
    claimed_until: datetime
    repeated: bool = False
    """An earlier try under this key may have arrived."""


def queue(notice: Notice, unit: Unit | None) -> None:
    """One delivery for each channel that the notice goes to; in the caller's transaction."""
    channels = list(_chats_of(notice.user))
    if notice.user.email and settings.EMAIL_HOST:
        channels += [mail for mail in [mail_of(notice.user)] if mail.active]
    rows = [(channel, f"n{notice.pk}") for channel in channels]
    if notice.serious and unit:
        told = f"{notice.key} {notice.case_id} {notice.about} {notice.at.isoformat()}"
        matter = f"m{sha256(told.encode()).hexdigest()[:32]}"
        rows += [(room, matter) for room in rooms_of(unit)]
    if not rows:
        return
    calendar, start = working_calendar(), max(notice.at, timezone.now())
    for channel, matter in rows:
        due_at = sending.due(calendar, start, channel.manner, channel.hour, serious=notice.serious)
        row = Delivery(notice=notice, channel=channel, matter=matter, due_at=due_at)
        Delivery.objects.bulk_create([row], ignore_conflicts=True)
        wake(Channel.objects.filter(pk=channel.pk), due_at)


@remembered
def _chats_of(user: User) -> list[Channel]:
    return list(user.channels.filter(active=True).exclude(kind=ChannelKind.MAIL))


def mail_of(user: User) -> Channel:
    """Who has an address gets e-mail at once until he says otherwise."""
    return Channel.objects.get_or_create(user=user, kind=ChannelKind.MAIL)[0]


def rooms_of(unit: Unit) -> QuerySet[Channel]:
    """Rooms of the unit itself, and those further up that also want what happens below."""
    above = [int(key) for key in unit.path.strip("/").split("/") if key]
    return Channel.objects.filter(Q(unit=unit) | Q(unit_id__in=above, below=True), active=True)


def wake(channels: QuerySet[Channel], at: datetime) -> None:
    """Look at these channels at `at`, or earlier where that was said already."""
    channels.filter(Q(next_at=None) | Q(next_at__gt=at)).update(next_at=at)


def take(key: int, now: datetime) -> Letter | None:
    """The next message of a channel whose `next_at` has come; None when nothing may go now."""
    with transaction.atomic():
        rows = Channel.objects.select_for_update(of=("self",)).select_related("user", "unit")
        channel = rows.filter(pk=key, next_at__lte=now, stopped_at=None).first()
        if channel is None or (channel.claimed_until and channel.claimed_until > now):
            return None
        _drop(channel)
        _put_off(channel, now)
        ready = channel.deliveries.filter(state=WAITING, due_at__lte=now)
        unknown = ready.exclude(letter="").order_by("pk").first()
        due = ready.filter(letter=unknown.letter if unknown else "")
        earliest = _earliest(channel, serious=ready.filter(notice__serious=True).exists())
        if earliest > now or not due.exists():
            at = earliest if due.exists() else _next(channel)
            Channel.objects.filter(pk=key).update(next_at=at, claimed_until=None)
            return None
        letter = unknown.letter if unknown else secrets.token_hex(6)
        due.update(letter=letter)
        until = now + CLAIMED_FOR
        Channel.objects.filter(pk=key).update(claimed_until=until, next_at=until)
        return Letter(channel, letter, _items(channel, letter), until, repeated=unknown is not None)


def put_off(key: int, at: datetime) -> None:
    """Leave a channel alone until then."""
    Channel.objects.filter(pk=key, next_at__lt=at).update(next_at=at)


def _drop(channel: Channel) -> None:
    """What need not be sent any more, with the reason. A room has no reader who could have seen it before."""
    waiting = channel.deliveries.filter(state=WAITING)
    if reason := _closed(channel, channel.user):
        waiting.update(state=Delivery.State.DROPPED, reason=reason)
    elif channel.user:
        seen = waiting.filter(notice__read_at__isnull=False)
        seen.update(state=Delivery.State.DROPPED, reason="read")


def _closed(channel: Channel, user: User | None) -> str:
    if user and not user.is_active:
        return "deactivated"
    if not channel.active:
        return "off"
    if channel.kind == ChannelKind.MAIL:
        if not settings.EMAIL_HOST:
            return "server"
        return "" if user and user.email else "address"
    return ""


def _put_off(channel: Channel, now: datetime) -> None:
    """Ordinary ones that would come late go at the next opening, or with a digest that goes now."""
    limit = sending.late_until(now, channel.manner)
    due = channel.deliveries.filter(state=WAITING, due_at__lte=now, notice__serious=False)
    if not due.filter(due_at__gt=limit).exists() and due.exists():
        at = sending.opening(working_calendar(), now)
        if at > now:
            due.update(due_at=at)


def _earliest(channel: Channel, *, serious: bool) -> datetime:
    """Not before the rest after the last message, nor before the pause after a failure."""
    moments = [channel.sent_at + sending.rest(channel.burst, serious=serious)] if channel.sent_at else []
    if channel.failed_at:
        moments.append(channel.failed_at + sending.pause(channel.failures, serious=serious))
    return max(moments, default=datetime.min.replace(tzinfo=UTC))


def _items(channel: Channel, letter: str) -> tuple[Item, ...]:
    rows = channel.deliveries.filter(state=WAITING, letter=letter).order_by("pk")
    found = rows.values_list(
        "notice_id", "notice__case_id", "notice__key", "notice__about", "notice__serious"
    )
    return tuple(Item(notice, case, f"{key} {about}", serious) for notice, case, key, about, serious in found)


def _next(channel: Channel) -> datetime | None:
    found: datetime | None = channel.deliveries.filter(state=WAITING).aggregate(at=Min("due_at"))["at"]
    return found


def settle(letter: Letter, answer: Answer, now: datetime) -> Channel | None:
    """Write down what came of a message; None when somebody else has taken the channel meanwhile."""
    with transaction.atomic():
        rows = Channel.objects.select_for_update(of=("self",)).select_related("user", "unit")
        channel = rows.filter(pk=letter.channel.pk, claimed_until=letter.claimed_until).first()
        if channel is None:
            return None
        told = channel.deliveries.filter(state=WAITING, letter=letter.key)
        if answer.verdict is Verdict.SENT:
            _sent(channel, told, now)
        else:
            _failed(channel, told, answer, now)
        channel.claimed_until = None
        channel.next_at = _next(channel)
        channel.save()
    return channel


def _sent(channel: Channel, rows: QuerySet[Delivery], now: datetime) -> None:
    rows.update(state=Delivery.State.SENT, sent_at=now, reason="", attempts=F("attempts") + 1)
    channel.burst = sending.burst_after(channel.burst, channel.sent_at, now)
    channel.sent_at = now
    recover(channel)


def recover(channel: Channel) -> None:
    """A message has arrived: what went wrong before is over."""
    channel.failures, channel.failed_at, channel.stopped_at, channel.answer = 0, None, None, {}


def _failed(channel: Channel, rows: QuerySet[Delivery], answer: Answer, now: datetime) -> None:
    """Tried again later with whatever else waits by then, or, when the end is not known, as it was."""
    refused = answer.verdict is Verdict.REFUSED
    channel.failures, channel.failed_at = channel.failures + 1, now
    channel.answer = noted(answer, now)
    if refused and channel.kind != ChannelKind.MAIL:
        channel.stopped_at = now
        rows.update(letter="", reason=answer.reason)
        return
    rows.update(attempts=F("attempts") + 1, reason=answer.reason)
    old = rows.filter(attempts__gte=sending.MOST_ATTEMPTS, notice__at__lte=now - sending.TRIED_FOR)
    over = rows.all() if refused else old
    over.update(state=Delivery.State.FAILED)
    if answer.certain:
        rows.update(letter="")


def noted(answer: Answer, now: datetime) -> dict[str, str]:
    return {"at": now.isoformat(), "reason": answer.reason, "said": answer.said}
