"""From the notice to the message: when, how often, in whose language, and what is left of a crash."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from bihuan.kernel.act import channels, deliveries
from bihuan.kernel.act.calendar import seed as seed_calendar
from bihuan.kernel.act.notices import mark_read, tell
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Channel, Delivery, Notice
from bihuan.kernel.notice import postman
from bihuan.kernel.notice.letter import Message
from bihuan.kernel.notice.postman import deliver
from bihuan.kernel.rules.replies import Answer, answer
from bihuan.kernel.rules.sending import MOST_ATTEMPTS
from bihuan.kernel.tests.world import World, a_case, build, monday

pytestmark = pytest.mark.django_db

NIGHT = monday().replace(hour=23)
MORNING = monday().replace(day=24, hour=8, minute=30)


@pytest.fixture
def world(settings: Any) -> Iterator[World]:
    """Monday ten o'clock; 吴敏 has an address, and there is a mail server."""
    settings.EMAIL_HOST = "mail.test"
    found = build()
    found.wu_min.email = "wu_min@example.org"
    found.wu_min.save()
    with time_machine.travel(monday(), tick=False):
        yield found


def tell_about(world: World, *, at: datetime | None = None, year: int = 2027, serious: bool = False) -> None:
    tell(user=world.wu_min, key="calendar.missing", at=at or timezone.now(), serious=serious, year=year)


def state_of(world: World) -> list[tuple[str, str]]:
    rows = Delivery.objects.filter(channel__user=world.wu_min).order_by("pk")
    return list(rows.values_list("state", "reason"))


def refuse(monkeypatch: pytest.MonkeyPatch, *answers: Answer) -> list[str]:
    """Channels answer this, in turn; returns the texts that they were given."""
    came: list[str] = []
    script = list(answers)

    def send(channel: Channel, message: Message) -> Answer:
        came.append(message.text)
        return script.pop(0) if len(script) > 1 else script[0]

    monkeypatch.setattr(postman, "send", send)
    return came


def a_chat(world: World, **more: Any) -> Channel:
    wanted = {
        "kind": "dingtalk",
        "name": "值班群",
        "address": "0123456789abcdef",
        "user": world.wu_min,
        **more,
    }
    return Channel.objects.create(**wanted)


def test_a_notice_is_mailed_once_in_the_readers_language(world: World) -> None:
    world.wu_min.language = "en"
    world.wu_min.save()
    tell_about(world)
    tell_about(world)
    assert deliver(monday()) == 1
    assert deliver(monday() + timedelta(hours=2)) == 0
    (sent,) = mail.outbox
    assert sent.to == ["wu_min@example.org"]
    assert sent.subject.startswith("The working calendar of 2027")
    assert state_of(world) == [("sent", "")]


def test_two_things_of_one_kind_at_one_instant_are_two_notices(world: World) -> None:
    for year in (2027, 2028, 2027):
        tell_about(world, year=year)
    assert sorted(row.params["year"] for row in Notice.objects.all()) == [2027, 2028]


def test_at_night_only_what_is_serious_goes(world: World) -> None:
    with time_machine.travel(NIGHT, tick=False):
        tell_about(world)
        tell_about(world, year=2028, serious=True)
        assert deliver() == 1
    assert "2028" in mail.outbox[0].body
    assert "2027" not in mail.outbox[0].body
    assert deliver(MORNING - timedelta(seconds=1)) == 0
    assert deliver(MORNING) == 1


def test_what_the_worker_missed_by_day_does_not_come_at_night(world: World) -> None:
    tell_about(world)
    assert deliver(NIGHT) == 0
    assert deliver(MORNING) == 1


def test_news_of_two_days_ago_waits_for_the_opening_too(world: World) -> None:
    with time_machine.travel(NIGHT, tick=False):
        tell_about(world, at=monday() - timedelta(days=2))
        assert deliver() == 0
    assert deliver(MORNING) == 1


def test_a_digest_comes_at_its_hour_by_case_with_the_count(world: World) -> None:
    mailbox = Channel.objects.create(user=world.wu_min, kind="mail", manner="digest", hour=9)
    case = a_case(world, "unknown_card", at=monday())
    tell(user=world.wu_min, key="case.overdue", at=monday(), case=case)
    tell(user=world.wu_min, key="case.overdue", at=monday() + timedelta(seconds=1), case=case)
    tell_about(world)
    assert deliver(monday() + timedelta(hours=6)) == 0
    assert deliver(monday().replace(day=24, hour=9)) == 1
    (sent,) = mail.outbox
    assert sent.subject == "4 条通知，涉及 2 件事"
    assert sent.body.count(case.number) == 1
    assert "已逾期 (×2)" in sent.body
    mailbox.refresh_from_db()
    assert mailbox.next_at is None


def test_a_serious_notice_does_not_wait_for_the_digest(world: World) -> None:
    Channel.objects.create(user=world.wu_min, kind="mail", manner="digest", hour=9)
    tell_about(world, serious=True)
    assert deliver(monday()) == 1


@pytest.mark.slow
def test_ten_thousand_notices_become_one_message(world: World) -> None:
    box = Channel.objects.create(user=world.wu_min, kind="mail", next_at=monday())
    case = a_case(world, "offline", at=monday(), owner=world.sun_qian)
    rows = Notice.objects.bulk_create(
        Notice(user=world.wu_min, key="case.overdue", at=monday() + timedelta(seconds=n), case=case)
        for n in range(10_000)
    )
    Delivery.objects.bulk_create(
        Delivery(notice=row, channel=box, matter=f"n{row.pk}", due_at=monday()) for row in rows
    )
    assert deliver(monday()) == 1
    assert mail.outbox[0].subject == "10000 条通知，涉及 1 件事"
    assert len(mail.outbox[0].body) < 500
    assert Delivery.objects.filter(state="sent").count() == 10_000


def test_a_steady_flood_is_gathered_into_fewer_and_fewer_messages(world: World) -> None:
    for minute in range(0, 60, 2):
        now = monday() + timedelta(minutes=minute)
        with time_machine.travel(now, tick=False):
            tell_about(world, year=3000 + minute)
            deliver()
    assert len(mail.outbox) <= 6
    deliver(monday() + timedelta(minutes=89))
    assert deliver(monday() + timedelta(hours=4)) <= 1
    assert Delivery.objects.filter(state="waiting").count() == 0


def test_what_was_read_in_the_page_before_is_not_sent(world: World) -> None:
    with time_machine.travel(NIGHT, tick=False):
        tell_about(world)
    mark_read(user=world.wu_min, at=NIGHT)
    assert deliver(MORNING) == 0
    assert state_of(world) == [("dropped", "read")]


def test_who_is_deactivated_is_told_nothing_more(world: World) -> None:
    tell_about(world)
    world.wu_min.is_active = False
    world.wu_min.save()
    tell_about(world, year=2028)
    assert deliver(monday()) == 0
    assert state_of(world) == [("dropped", "deactivated")]
    assert Notice.objects.count() == 1


def test_without_a_mail_server_nothing_waits_for_one(world: World, settings: Any) -> None:
    tell_about(world)
    settings.EMAIL_HOST = ""
    tell_about(world, year=2028)
    assert deliver(monday()) == 0
    assert state_of(world) == [("dropped", "server")]


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


def test_a_failure_is_tried_again_later_each_time_and_ends(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    came = refuse(monkeypatch, answer("busy", "502"))
    tell_about(world, serious=True)
    now = monday()
    for _ in range(100):
        deliver(now)
        now += timedelta(minutes=10)
    assert state_of(world)[0] == ("failed", "busy")
    assert len(came) < 30
    told = [text for text in came if "2027" in text]
    assert len(told) == MOST_ATTEMPTS
    assert Notice.objects.filter(key="channel.failing", user=world.wu_min).count() >= 1


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


def test_a_serious_thing_goes_once_to_each_room_above_its_unit(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    came = refuse(monkeypatch, answer("sent"))
    own = a_chat(world, user=None, unit=world.building, name="生科楼")
    house = a_chat(world, user=None, unit=world.root, name="总部")
    a_chat(world, user=None, unit=world.jiangzhou, name="江州", below=False)
    a_chat(world, user=None, unit=world.beishan, name="北山")
    case = a_case(world, "offline", at=monday(), owner=world.he_jia)
    for user in (world.wu_min, world.sun_qian):
        tell(user=user, key="case.overdue", at=monday(), case=case, serious=True)
    told = set(Delivery.objects.filter(channel__user=None).values_list("channel_id", flat=True))
    assert told == {own.pk, house.pk}
    mark_read(user=world.wu_min, at=monday())
    assert deliver(monday()) == 2, "somebody's reading does not silence a room"
    assert all(text.count(case.number) == 1 for text in came)


def test_an_ordinary_thing_stays_out_of_the_rooms(world: World) -> None:
    a_chat(world, user=None, unit=world.building)
    case = a_case(world, "unknown_card", at=monday())
    tell(user=world.wu_min, key="case.overdue", at=monday(), case=case)
    assert not Delivery.objects.filter(channel__user=None).exists()


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


def test_the_calendar_of_the_house_decides_about_make_up_days(world: World) -> None:
    seed_calendar()
    saturday = timezone.make_aware(datetime(2026, 2, 14, 9, 0))
    sunday = saturday + timedelta(days=1)
    with time_machine.travel(saturday, tick=False):
        tell_about(world, year=2027)
        assert deliver() == 1
    with time_machine.travel(sunday, tick=False):
        tell_about(world, year=2028)
        assert deliver() == 0
