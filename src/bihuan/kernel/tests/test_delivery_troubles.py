"""What is left when something dies, refuses or does not answer: nothing lost, nothing doubled in silence."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail

from bihuan.kernel.act import channels, deliveries
from bihuan.kernel.act.notices import tell
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Channel, Notice
from bihuan.kernel.notice import postman
from bihuan.kernel.notice.letter import Message, compose
from bihuan.kernel.notice.postman import deliver
from bihuan.kernel.rules.replies import answer
from bihuan.kernel.rules.sending import MOST_ATTEMPTS
from bihuan.kernel.tests.posting import a_chat, refuse, state_of, tell_about
from bihuan.kernel.tests.world import World, build, monday

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings: Any) -> Iterator[World]:
    """Monday ten o'clock; 吴敏 has an address, and there is a mail server."""
    settings.EMAIL_HOST = "mail.test"
    found = build()
    found.wu_min.email = "wu_min@example.org"
    found.wu_min.save()
    with time_machine.travel(monday(), tick=False):
        yield found


def test_a_process_that_dies_after_sending_repeats_under_the_same_key_and_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell_about(world)
    with monkeypatch.context() as dying:
        dying.setattr(deliveries, "settle", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            deliver(monday())
    tell_about(world, year=2028)
    assert deliver(monday() + timedelta(minutes=1)) == 0  # somebody may still be sending
    assert deliver(monday() + timedelta(minutes=3)) == 1
    first, again = mail.outbox
    assert first.extra_headers["Message-ID"] == again.extra_headers["Message-ID"]
    assert "可能是重复" not in first.body
    assert "可能是重复" in again.body
    assert "2028" not in again.body
    assert deliver(monday() + timedelta(minutes=10)) == 1
    assert "2028" in mail.outbox[2].body


def test_one_channel_is_never_sent_on_by_two_workers(world: World) -> None:
    tell_about(world)
    (key,) = Channel.objects.values_list("pk", flat=True)
    letter = deliveries.take(key, monday())
    assert letter is not None
    assert deliveries.take(key, monday()) is None
    later = monday() + timedelta(minutes=3)
    other = deliveries.take(key, later)
    assert other is not None
    assert other.repeated
    assert deliveries.settle(letter, answer("sent"), later) is None, "the claim has passed to another"
    assert deliveries.settle(other, answer("sent"), later) is not None
    assert state_of(world) == [("sent", "")]


def test_a_failure_is_tried_again_later_each_time_and_ends_after_sixteen_hours(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    came = refuse(monkeypatch, answer("busy", "502"))
    tell_about(world, serious=True)
    for minutes in range(0, 15 * 60, 20):
        deliver(monday() + timedelta(minutes=minutes))
    assert state_of(world)[0][0] == "waiting"
    assert len(came) > MOST_ATTEMPTS, "what is serious is tried every quarter of an hour"
    for minutes in range(15 * 60, 18 * 60, 20):
        deliver(monday() + timedelta(minutes=minutes))
    assert state_of(world)[0] == ("failed", "busy")
    assert Notice.objects.filter(key="channel.failing", user=world.wu_min).count() == 1


def test_what_was_certainly_not_sent_goes_together_with_what_came_since(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    came = refuse(monkeypatch, answer("rate"), answer("sent"))
    tell_about(world)
    deliver(monday())
    tell_about(world, year=2028)
    assert deliver(monday() + timedelta(seconds=59)) == 0
    assert deliver(monday() + timedelta(seconds=60)) == 1
    assert "2027" in came[1]
    assert "2028" in came[1]


def test_a_serious_notice_is_tried_soon_on_a_channel_that_is_failing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    came = refuse(monkeypatch, answer("busy"))
    mailbox = deliveries.mail_of(world.wu_min)
    Channel.objects.filter(pk=mailbox.pk).update(failures=9, failed_at=monday())
    tell_about(world)
    assert deliver(monday() + timedelta(minutes=20)) == 0
    assert came == []
    tell_about(world, year=2028, serious=True)
    deliver(monday() + timedelta(minutes=20))
    assert len(came) == 1


def test_a_refused_chat_stops_says_so_and_goes_on_when_it_is_put_right(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    came = refuse(monkeypatch, answer("token", "300005"), answer("sent"))
    chat = a_chat(world)
    world.wu_min.email = ""
    world.wu_min.save()
    tell_about(world)
    deliver(monday())
    chat.refresh_from_db()
    assert (chat.stopped_at, chat.answer["reason"]) == (monday(), "token")
    notice = Notice.objects.get(key="channel.stopped")
    assert (notice.user, notice.params["channel"]) == (world.wu_min, "值班群")
    later = monday() + timedelta(hours=4)
    assert deliver(later) == 0
    channels.change(
        channel=chat,
        actor=world.wu_min,
        now=later,
        address="https://oapi.dingtalk.com/robot/send?access_token=abcdef0123456789",
    )
    assert deliver(later) == 1
    assert "2027" in came[1]
    assert set(state_of(world)) == {("sent", "")}


def test_a_trial_says_what_came_back_and_starts_a_stopped_channel_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    came = refuse(monkeypatch, answer("secret", "310000 sign not match"), answer("sent"))
    chat = a_chat(world, stopped_at=monday())
    channels.ask_trial(channel=chat, actor=world.wu_min, now=monday())
    deliver(monday())
    chat.refresh_from_db()
    assert chat.trial["said"] == "310000 sign not match"
    assert chat.stopped_at
    later = monday() + timedelta(minutes=1)
    with pytest.raises(Refused):
        channels.ask_trial(channel=chat, actor=world.wu_min, now=monday() + timedelta(seconds=5))
    channels.ask_trial(channel=chat, actor=world.wu_min, now=later)
    deliver(later)
    chat.refresh_from_db()
    assert chat.trial["reason"] == "sent"
    assert chat.stopped_at is None
    assert len(came) == 2


def test_a_room_that_is_refused_is_told_to_the_administrators(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse(monkeypatch, answer("gone"))
    a_chat(world, user=None, unit=world.building)
    tell(user=world.he_jia, key="x", at=monday(), unit=world.building, serious=True)
    deliver(monday())
    assert list(Notice.objects.filter(key="channel.stopped").values_list("user__username", flat=True)) == [
        "admin"
    ]


def test_one_dead_chat_does_not_hold_up_the_others(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    came = refuse(monkeypatch, answer("unreachable"))
    for n in range(3):
        a_chat(world, name=str(n))
    a_chat(world, kind="wecom")
    world.wu_min.email = ""
    world.wu_min.save()
    tell_about(world)
    deliver(monday())
    assert len(came) == 2, "one of each kind"
    assert Channel.objects.filter(next_at=monday() + timedelta(minutes=1)).count() == 2
    deliver(monday() + timedelta(minutes=1))
    assert len(came) == 4


def test_a_message_that_cannot_be_written_stops_nobody_else(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    chat = a_chat(world, next_at=monday() - timedelta(minutes=1))
    came = refuse(monkeypatch, answer("sent"))
    write = compose

    def broken(letter: deliveries.Letter) -> Message:
        if letter.channel == chat:
            raise KeyError("no such pattern")
        return write(letter)

    monkeypatch.setattr(postman, "compose", broken)
    tell_about(world)
    assert deliver(monday()) == 1
    assert len(came) == 1
    assert "no message can be made" in caplog.text
    chat.refresh_from_db()
    assert chat.next_at == monday() + timedelta(hours=1)
    monkeypatch.setattr(postman, "compose", write)
    assert deliver(monday() + timedelta(hours=1)) == 1


def test_editing_a_channel_does_not_break_the_claim_of_a_message_under_way(world: World) -> None:
    tell_about(world)
    box = deliveries.mail_of(world.wu_min)
    letter = deliveries.take(box.pk, monday())
    assert letter is not None
    box.hour = 17
    channels.change(channel=box, actor=world.wu_min, now=monday())
    assert deliver(monday()) == 0
    assert deliveries.settle(letter, answer("sent"), monday()) is not None
    assert state_of(world) == [("sent", "")]
    box.refresh_from_db()
    assert box.hour == 17


def test_the_postman_goes_on_after_a_round_that_failed(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    rounds: list[int] = []
    thread = postman.Postman()

    def one_round() -> int:
        rounds.append(1)
        if len(rounds) == 1:
            raise OSError("disk is away")
        thread.stopped.set()
        return 0

    monkeypatch.setattr(postman, "deliver", one_round)
    monkeypatch.setattr(postman, "EVERY_S", 0.001)
    thread.start()
    thread.join(5)
    assert len(rounds) == 2
    assert "no notice is sent" in caplog.text
