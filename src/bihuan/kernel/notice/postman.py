"""Delivers what is due, one message a channel at a time, beside the worker's loop: no fact waits for it."""

import logging
from datetime import datetime, timedelta
from importlib import import_module
from threading import Event, Thread
from urllib.parse import urlsplit

from django.db import DatabaseError, connection
from django.db.models import Q
from django.utils import timezone

from bihuan.kernel.act import channels, deliveries
from bihuan.kernel.models import Channel, ChannelKind
from bihuan.kernel.notice import mail
from bihuan.kernel.notice.letter import Message, compose, trial
from bihuan.kernel.rules.replies import Answer, Verdict

log = logging.getLogger(__name__)

BATCH = 100
EVERY_S = 1.0
LONGEST_PAUSE_S = 30.0
AWAY = frozenset({"unreachable", "timeout"})
AWAY_FOR = timedelta(minutes=1)
POISONED_FOR = timedelta(hours=1)


def deliver(now: datetime | None = None) -> int:
    """Send trials and what is due; returns how many messages arrived.

    Where the other side does not answer, its other channels are left alone for a minute: a hundred that each
    wait for a dead server would hold up all the rest.
    """
    sent = 0
    away: set[str] = set()
    _trials(now)
    at = now or timezone.now()
    free = Q(claimed_until=None) | Q(claimed_until__lte=at)
    due = Channel.objects.filter(free, next_at__lte=at, stopped_at=None).order_by("next_at")
    for key, kind, address in list(due.values_list("pk", "kind", "address")[:BATCH]):
        place = urlsplit(address).netloc if kind == ChannelKind.WEBHOOK else kind
        if place in away:
            deliveries.put_off(key, at + AWAY_FOR)
            continue
        answer = _guarded(key, now)
        if answer and answer.reason in AWAY:
            away.add(place)
        sent += bool(answer and answer.verdict is Verdict.SENT)
    return sent


def _guarded(key: int, now: datetime | None) -> Answer | None:
    """A channel whose message we cannot even write is left alone for an hour: it stops nobody else."""
    try:
        return _message(key, now)
    except DatabaseError:
        raise
    except Exception:
        log.exception("channel %s: no message can be made; next try in an hour", key)
        deliveries.put_off(key, (now or timezone.now()) + POISONED_FOR)
        return None


def _message(key: int, now: datetime | None) -> Answer | None:
    letter = deliveries.take(key, now or timezone.now())
    if letter is None:
        return None
    answer = send(letter.channel, compose(letter))
    ended = now or timezone.now()
    channel = deliveries.settle(letter, answer, ended)
    if answer.verdict is not Verdict.SENT:
        log.warning("channel %s: message %s did not arrive: %s", key, letter.key, answer.reason)
        if channel:
            channels.alarm(channel=channel, now=ended)
    return answer


def _trials(now: datetime | None) -> None:
    for channel in Channel.objects.filter(asked_at__isnull=False).select_related("user", "unit")[:BATCH]:
        if channel.asked_at and channels.take_trial(channel.pk, channel.asked_at):
            answer = send(channel, trial(channel))
            channels.keep_trial(channel=channel, answer=answer, now=now or timezone.now())


def send(channel: Channel, message: Message) -> Answer:
    if channel.kind == ChannelKind.MAIL:
        return mail.send(channel, message)
    answer: Answer = import_module("bihuan.kernel.notice.chat").send(channel, message)
    return answer


class Postman(Thread):
    """Rounds in the background; what goes wrong is said once a pause and tried again without hands."""

    def __init__(self) -> None:
        super().__init__(name="postman", daemon=True)
        self.stopped = Event()

    def run(self) -> None:
        pause = EVERY_S
        while not self.stopped.wait(pause):
            try:
                deliver()
                pause = EVERY_S
            except Exception as error:
                level = logging.WARNING if isinstance(error, DatabaseError | OSError) else logging.ERROR
                log.log(
                    level, "no notice is sent for %g s: %s", pause, error, exc_info=level == logging.ERROR
                )
                connection.close()
                pause = min(pause * 2, LONGEST_PAUSE_S)
        connection.close()
