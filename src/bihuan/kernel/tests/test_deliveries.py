"""From the notice to the message: when, how often, gathered how, and in whose language."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from bihuan.kernel.act.calendar import seed as seed_calendar
from bihuan.kernel.act.notices import mark_read, tell
from bihuan.kernel.models import Channel, Delivery, Notice
from bihuan.kernel.notice.postman import deliver
from bihuan.kernel.rules.replies import answer
from bihuan.kernel.tests.posting import a_chat, refuse, state_of, tell_about
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
@pytest.mark.both
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
