"""Channels and deliveries as pages show them: no address, no secret, always what to do next."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext, pgettext

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.models import Channel, ChannelKind, Delivery
from bihuan.kernel.notice.reasons import why
from bihuan.kernel.rules.chats import masked
from bihuan.web.components.figures import clock_or_day, moment


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came back from the other side, in our words and its own."""

    arrived: bool
    what: StrOrPromise
    todo: StrOrPromise
    said: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Way:
    """One row of a table of channels."""

    channel: Channel
    shown: str
    how: str
    state: str
    """Key of a state word; empty when it is switched off."""
    text: str
    fault: Outcome | None


def outcome(kept: dict[str, str]) -> Outcome | None:
    if not kept:
        return None
    what, todo = why(kept["reason"])
    arrived = kept["reason"] == "sent"
    return Outcome(arrived, what, todo, kept.get("said", ""), datetime.fromisoformat(kept["at"]))


def way(channel: Channel) -> Way:
    fault = outcome(channel.answer)
    state = "abnormal" if channel.stopped_at else "warning" if channel.failures else "normal"
    return Way(
        channel,
        shown_address(channel),
        how(channel),
        state if channel.active else "",
        _text(channel),
        fault if channel.active else None,
    )


def shown_address(channel: Channel) -> str:
    if channel.kind == ChannelKind.MAIL:
        return channel.user.email if channel.user else ""
    return masked(channel.kind, channel.address)


def how(channel: Channel) -> str:
    if channel.unit:
        place = gettext("with the units below") if channel.below else gettext("this unit only")
        return gettext("serious things, at once; %(place)s") % {"place": place}
    if channel.manner == Channel.Manner.DIGEST:
        return gettext("once a day at %(hour)02d:00 on working days") % {"hour": channel.hour}
    return gettext("at once, in working hours")


def _text(channel: Channel) -> str:
    if not channel.active:
        return pgettext("channel", "switched off")
    if channel.stopped_at:
        return gettext("refused since %(at)s: what comes waits") % {"at": moment(channel.stopped_at)}
    if channel.failures and channel.failed_at:
        return gettext("failures in a row: %(n)d, last %(at)s; tried again") % {
            "n": channel.failures,
            "at": moment(channel.failed_at),
        }
    if channel.sent_at:
        return gettext("last message %(at)s") % {"at": moment(channel.sent_at)}
    return gettext("no message yet")


def delivered(row: Delivery) -> str:
    """What became of a notice on a channel, in one phrase."""
    name = str(row.channel)
    what = {"name": name, "why": why(row.reason)[0]}
    if row.state == Delivery.State.SENT:
        return gettext("%(name)s: sent %(at)s") % {"name": name, "at": clock_or_day(row.sent_at)}
    if row.state == Delivery.State.FAILED:
        return gettext("%(name)s: given up: %(why)s") % what
    if row.state == Delivery.State.DROPPED:
        return gettext("%(name)s: not sent: %(why)s") % what
    if row.channel.stopped_at:
        return gettext("%(name)s: waits until the channel is put right") % what
    if row.attempts:
        return gettext("%(name)s: not yet, tries: %(n)d: %(why)s") % {**what, "n": row.attempts}
    return gettext("%(name)s: goes %(at)s") % {"name": name, "at": moment(row.due_at)}
