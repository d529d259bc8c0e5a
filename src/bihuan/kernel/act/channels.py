"""A person's channels, the chat rooms of units, trial messages, and who is told when nothing gets through."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.kernel.act.deliveries import WAITING, noted, recover
from bihuan.kernel.act.events import record
from bihuan.kernel.act.notices import tell
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import AllowedAddress, Channel, ChannelKind, Role, Unit, User
from bihuan.kernel.notice.reasons import address_fault
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.rules import chats, sending
from bihuan.kernel.rules.replies import Answer, Verdict

MOST_CHATS = 5
"""Of one person; each notice goes to all of them."""
EDITED = (
    *("unit", "below", "kind", "name", "address", "secret", "manner", "hour", "active"),
    *("next_at", "failures", "failed_at", "stopped_at", "answer"),
)
"""Not the claim: a message may be under way while somebody edits."""
BETWEEN_TRIALS = timedelta(seconds=10)


def add_chat(
    *,
    actor: User,
    address: str,
    name: str = "",
    secret: str = "",
    user: User | None = None,
    unit: Unit | None = None,
    below: bool = True,
) -> Channel:
    """A chat of `user`, or the room of `unit`. Raises Refused for an address that may not be called."""
    if user and user.channels.exclude(kind=ChannelKind.MAIL).count() >= MOST_CHATS:
        raise Refused(_("More than %(n)d chats of one person are not possible.") % {"n": MOST_CHATS})
    channel = Channel(user=user, unit=unit, below=below, name=name)
    with transaction.atomic():
        _point(channel, address, secret)
        channel.save()
        record(verb="channel.created", actor=actor, subject=f"channel:{channel.pk}", kind=channel.kind)
    return channel


def change(
    *,
    channel: Channel,
    actor: User,
    now: datetime,
    address: str = "",
    secret: str = "",
    forget_secret: bool = False,
) -> None:
    """Keep the fields that were set on `channel`; an empty address or secret leaves the one that is kept.

    Whoever changes a channel puts it right: what waited because it was refused is tried again.
    """
    with transaction.atomic():
        if address:
            _point(channel, address, secret)
        elif secret:
            _agree(channel, secret)
        elif forget_secret:
            channel.secret = ""
        recover(channel)
        channel.next_at = now
        channel.save(update_fields=EDITED)
        _reschedule(channel, now)
        record(verb="channel.changed", actor=actor, subject=f"channel:{channel.pk}", kind=channel.kind)


def _point(channel: Channel, address: str, secret: str) -> None:
    allowed = AllowedAddress.objects.values_list("base", flat=True)
    try:
        channel.kind, channel.address = chats.read_address(address, allowed)
    except chats.BadAddress as fault:
        raise Refused(address_fault(fault.reason)) from None
    channel.secret = ""
    _agree(channel, secret)


def _agree(channel: Channel, secret: str) -> None:
    if secret and not chats.signs(channel.kind):
        raise Refused(_("%(kind)s knows no secret: leave it empty.") % {"kind": channel.get_kind_display()})
    channel.secret = secret.strip()


def _reschedule(channel: Channel, now: datetime) -> None:
    """What waits follows the way that was just chosen."""
    at = sending.due(working_calendar(), now, channel.manner, channel.hour, serious=False)
    channel.deliveries.filter(state=WAITING, notice__serious=False).update(due_at=at)


def remove(*, channel: Channel, actor: User) -> None:
    """The notices stay in the page; only this way of theirs is gone."""
    with transaction.atomic():
        record(verb="channel.removed", actor=actor, subject=f"channel:{channel.pk}", kind=channel.kind)
        channel.delete()


def ask_trial(*, channel: Channel, actor: User, now: datetime) -> None:
    """The worker sends a trial within seconds and keeps what came back. Raises Refused when too often."""
    last = channel.trial.get("at")
    if last and now - datetime.fromisoformat(last) < BETWEEN_TRIALS:
        raise Refused(_("Wait ten seconds before the next test."))
    with transaction.atomic():
        Channel.objects.filter(pk=channel.pk).update(asked_at=now, trial={})
        record(verb="channel.tested", actor=actor, subject=f"channel:{channel.pk}", kind=channel.kind)


def take_trial(key: int, asked_at: datetime) -> bool:
    """Whether this trial is ours to send; a trial is sent once at most."""
    return bool(Channel.objects.filter(pk=key, asked_at=asked_at).update(asked_at=None))


def keep_trial(*, channel: Channel, answer: Answer, now: datetime) -> None:
    """A trial that arrives also starts a channel again that had been stopped."""
    with transaction.atomic():
        row = Channel.objects.select_for_update().filter(pk=channel.pk).first()
        if row is None:
            return
        row.trial = noted(answer, now)
        if answer.verdict is Verdict.SENT:
            recover(row)
            row.next_at = now
        row.save(
            update_fields=["trial", "failures", "failed_at", "stopped_at", "answer", "next_at"],
        )


def alarm(*, channel: Channel, now: datetime) -> None:
    """Tell who can put it right, once a trouble: the person, and for a room the administrators above it."""
    stopped = channel.stopped_at == now
    if not stopped and channel.failures != (
        1 if channel.answer.get("reason") == "recipient" else sending.TOLD_AFTER
    ):
        return
    key = "channel.stopped" if stopped else "channel.failing"
    users = [channel.user] if channel.user else administrators(channel.unit)
    for user in users:
        tell(user=user, key=key, at=now, channel=str(channel.name), kind=channel.kind)


def administrators(unit: Unit | None) -> list[User]:
    rows = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).select_related("unit")
    return [user for user in rows if unit is None or unit.path.startswith(user.unit.path)]


def allow(*, base: str, note: str, actor: User) -> AllowedAddress:
    """Addresses that begin like this may be JSON webhooks from now on. Raises Refused."""
    try:
        base = chats.read_base(base)
    except chats.BadAddress as fault:
        raise Refused(address_fault(fault.reason)) from None
    with transaction.atomic():
        row, fresh = AllowedAddress.objects.get_or_create(base=base, defaults={"note": note})
        if fresh:
            record(verb="address.allowed", actor=actor, subject=f"address:{row.pk}")
    return row


def disallow(*, row: AllowedAddress, actor: User) -> None:
    """Channels that point there are refused at their next message."""
    with transaction.atomic():
        record(verb="address.removed", actor=actor, subject=f"address:{row.pk}")
        row.delete()
