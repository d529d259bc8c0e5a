"""How long notices are kept, who is forgotten in them, and what the upgrade does with those on their way."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from bihuan.kernel import retention
from bihuan.kernel.act import channels
from bihuan.kernel.act.notices import tell
from bihuan.kernel.act.people import erase_person
from bihuan.kernel.models import Channel, Delivery, Event, Notice
from bihuan.kernel.read.notices import post
from bihuan.kernel.tests.world import World, build, monday

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build()


def test_read_notices_go_after_ninety_days_and_unread_ones_after_a_year(world: World) -> None:
    now = timezone.now()
    for days, read in ((89, True), (91, True), (300, False), (366, False)):
        at = now - timedelta(days=days)
        Notice.objects.create(user=world.wu_min, key=str(days), at=at, read_at=at if read else None)
    retention._notices(now)
    assert set(Notice.objects.values_list("key", flat=True)) == {"89", "300"}


def test_with_a_notice_goes_what_became_of_it(world: World) -> None:
    now = timezone.now()
    chat = Channel.objects.create(user=world.wu_min, kind="wecom", address="0123456789abcdef")
    tell(user=world.wu_min, key="x", at=now - timedelta(days=400))
    assert chat.deliveries.count() == 1
    retention._notices(now)
    assert Delivery.objects.count() == 0


def test_an_erased_person_is_named_in_no_notice_any_more(world: World) -> None:
    tell(user=world.wu_min, key="x", at=monday(), who="张三 (S001)", n=3)
    tell(user=world.wu_min, key="y", at=monday(), who="李四")
    erase_person(person=world.zhang_san, actor=world.admin)
    assert [row.params for row in Notice.objects.order_by("pk")] == [
        {"who": "— (—)", "n": 3},
        {"who": "李四"},
    ]


def test_no_event_says_what_an_address_or_secret_is(world: World) -> None:
    chat = channels.add_chat(
        actor=world.wu_min,
        user=world.wu_min,
        address="https://oapi.dingtalk.com/robot/send?access_token=abcdef0123456789",
        secret="SECfedcba",
        name="值班群",
    )
    channels.change(channel=chat, actor=world.wu_min, now=timezone.now(), secret="SECother")
    channels.remove(channel=chat, actor=world.wu_min)
    told = " ".join(f"{row.verb} {row.subject} {row.payload}" for row in Event.objects.all())
    assert "channel.created" in told
    assert "abcdef0123456789" not in told
    assert "SEC" not in told
    assert "abcdef" not in f"{chat!r} {chat}"


def test_delivery_stands_still_when_nobody_looks_at_a_channel(world: World) -> None:
    now = monday()
    assert post(now).lag_s == 0
    Channel.objects.create(user=world.wu_min, kind="mail", next_at=now - timedelta(minutes=6))
    assert post(now).stands_still
    Channel.objects.update(next_at=now - timedelta(minutes=4))
    assert not post(now).stands_still
    Channel.objects.update(next_at=now - timedelta(days=1), stopped_at=now)
    assert (post(now).stands_still, post(now).troubled) == (False, 1)


def test_the_upgrade_loses_no_notice_that_was_still_to_be_mailed(world: World) -> None:
    migration = import_module("bihuan.kernel.migrations.0003_notice_channels")
    row = Notice.objects.create(user=world.wu_min, key="calendar.missing", at=monday(), params={"year": 2027})
    twin = Notice.objects.create(
        user=world.wu_min, key="calendar.missing", at=monday(), params={"year": 2027}, about="-"
    )
    migration.name_matters(Notice)
    assert not Notice.objects.filter(pk=twin.pk).exists()
    row.refresh_from_db()
    assert row.about
    migration.put_on_channel(apps, row, monday(), 3)
    delivery = Delivery.objects.get()
    assert (delivery.channel.kind, delivery.attempts, delivery.channel.next_at) == ("mail", 3, monday())
    tell(user=world.wu_min, key="calendar.missing", at=monday(), year=2027)
    assert Notice.objects.count() == 1, "told before the upgrade, not told again after it"
