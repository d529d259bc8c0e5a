"""My channels, the rooms of units, and what a page never shows."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from bihuan.kernel.act.notices import tell
from bihuan.kernel.models import AllowedAddress, Channel, Delivery
from bihuan.kernel.notice import postman
from bihuan.kernel.rules.replies import answer
from bihuan.kernel.tests.world import World

TOKEN = "abcdef0123456789abcdef0123459876"
ROBOT = f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}"
NEW = {"name": "值班群", "address": ROBOT, "secret": "SECfedcba98", "manner": "digest", "hour": "17"}


@pytest.fixture
def wu_min(client: Client, world: World, settings: Any) -> Client:
    settings.EMAIL_HOST = "mail.test"
    world.wu_min.email = "wu_min@example.org"
    world.wu_min.save()
    client.force_login(world.wu_min)
    return client


@pytest.fixture
def admin(client: Client, world: World) -> Client:
    client.force_login(world.admin)
    return client


def test_a_chat_is_added_and_its_address_never_shown_again(wu_min: Client, world: World) -> None:
    answered = wu_min.post("/account/channels/new/", {**NEW, "active": "on"})
    chat = world.wu_min.channels.get(kind="dingtalk")
    assert (chat.address, chat.secret, chat.manner, chat.hour) == (TOKEN, "SECfedcba98", "digest", 17)
    for path in ("/account/", answered["Location"], f"/channels/{chat.pk}/trial/"):
        shown = wu_min.get(path).content.decode()
        assert TOKEN not in shown
        assert "SECfedcba98" not in shown
    assert "••••9876" in wu_min.get("/account/").content.decode()


def test_an_empty_address_keeps_the_one_that_is_there(wu_min: Client, world: World) -> None:
    wu_min.post("/account/channels/new/", {**NEW, "active": "on"})
    chat = world.wu_min.channels.get(kind="dingtalk")
    wu_min.post(f"/account/channels/{chat.pk}/", {"name": "新名", "manner": "at_once", "hour": "9"})
    chat.refresh_from_db()
    assert (chat.name, chat.address, chat.secret, chat.active) == ("新名", TOKEN, "SECfedcba98", False)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://169.254.169.254/latest/", "只接受钉钉"),
        ("https://oapi.dingtalk.com/robot/send", "地址不完整"),
        (f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={TOKEN}", "没有加签密钥"),
    ],
)
def test_a_wrong_address_is_refused_with_the_reason(
    wu_min: Client, world: World, address: str, words: str
) -> None:
    answered = wu_min.post("/account/channels/new/", {**NEW, "address": address})
    assert answered.status_code == 422
    assert words in answered.content.decode()
    assert not world.wu_min.channels.exists()


def test_e_mail_can_be_switched_off_or_gathered(wu_min: Client, world: World) -> None:
    shown = wu_min.get("/account/").content.decode()
    assert "wu_min@example.org" in shown
    where = wu_min.post("/account/channels/mail/")["Location"]
    wu_min.post(where, {"manner": "digest", "hour": "8"})
    box = world.wu_min.channels.get()
    assert (box.kind, box.manner, box.hour, box.active) == ("mail", "digest", 8, False)
    tell(user=world.wu_min, key="calendar.missing", at=timezone.now(), serious=True, year=2027)
    postman.deliver()
    assert mail.outbox == []


def test_a_test_message_shows_what_came_back(
    wu_min: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    wu_min.post("/account/channels/new/", {**NEW, "active": "on"})
    chat = world.wu_min.channels.get(kind="dingtalk")
    wu_min.post(f"/channels/{chat.pk}/test/")
    trial = f"/channels/{chat.pk}/trial/"
    assert 'hx-trigger="every 1s"' in wu_min.get(trial).content.decode()
    monkeypatch.setattr(postman, "send", lambda *_: answer("secret", "310000 sign <not> match"))
    postman.deliver()
    shown = wu_min.get(trial).content.decode()
    assert "签名未通过" in shown
    assert "310000 sign &lt;not&gt; match" in shown
    assert "every 1s" not in shown


def test_nobody_reaches_the_channel_of_another(wu_min: Client, world: World) -> None:
    other = Channel.objects.create(user=world.he_jia, kind="wecom", address=TOKEN)
    assert wu_min.get(f"/account/channels/{other.pk}/").status_code == 404
    for act in ("test", "remove"):
        assert wu_min.post(f"/channels/{other.pk}/{act}/").status_code == 404
    wu_min.force_login(world.admin)
    assert wu_min.post(f"/channels/{other.pk}/remove/").status_code == 404


def test_the_notices_say_what_became_of_them(wu_min: Client, world: World) -> None:
    now = timezone.now()
    chat = Channel.objects.create(user=world.wu_min, kind="wecom", name="班组群", address=TOKEN)
    states = (("sent", ""), ("failed", "busy"), ("dropped", "read"), ("waiting", ""))
    for year, (state, reason) in enumerate(states, 2027):
        tell(user=world.wu_min, key="calendar.missing", at=now, year=year)
        rows = chat.deliveries.filter(notice__params__year=year)
        rows.update(state=state, reason=reason, sent_at=now if state == "sent" else None)
    shown = wu_min.get("/notices/").content.decode()
    for words in (
        "已发送",
        "班组群：已放弃：对方出现故障",
        "班组群：未发送：此前已在页面上阅读",
        "班组群：将于",
    ):
        assert words in shown


def test_rooms_are_for_administrators_of_their_units(client: Client, world: World) -> None:
    room = Channel.objects.create(unit=world.root, kind="wecom", name="总部群", address=TOKEN)
    for user in (world.chen_jing, world.wu_min):
        client.force_login(user)
        assert client.get("/admin/rooms/").status_code == 403
        assert client.post(f"/channels/{room.pk}/test/").status_code == 404
    world.gao_yuan.role = "administrator"
    world.gao_yuan.save()
    client.force_login(world.gao_yuan)
    assert client.get(f"/admin/rooms/{room.pk}/").status_code == 404
    assert "总部群" not in client.get("/admin/rooms/").content.decode()


def test_an_administrator_sets_up_changes_and_removes_a_room(admin: Client, world: World) -> None:
    given = {"unit": world.building.pk, "below": "on", "name": "生科楼群", "address": ROBOT}
    where = admin.post("/admin/rooms/new/", given)["Location"]
    room = Channel.objects.get(unit=world.building)
    assert where == f"/admin/rooms/{room.pk}/"
    shown = admin.get("/admin/rooms/").content.decode()
    assert "生科楼群" in shown
    assert TOKEN not in shown
    admin.post(where, {"unit": world.jiangzhou.pk, "name": "分公司群", "active": "on"})
    room.refresh_from_db()
    assert (room.unit, room.below, room.address) == (world.jiangzhou, False, TOKEN)
    admin.post(f"/channels/{room.pk}/remove/")
    assert not Channel.objects.exists()


def test_a_json_webhook_needs_an_administrator_first(admin: Client, world: World) -> None:
    given = {"unit": world.root.pk, "name": "内网", "address": "http://10.0.0.5:9000/in/9d8f7e6a"}
    assert admin.post("/admin/rooms/new/", given).status_code == 422
    assert admin.post("/admin/rooms/addresses/", {"base": "ftp://x"}).status_code == 422
    admin.post("/admin/rooms/addresses/", {"base": "http://10.0.0.5:9000/in"})
    assert admin.post("/admin/rooms/new/", given).status_code == 302
    shown = admin.get("/admin/rooms/").content.decode()
    assert "http://10.0.0.5:9000/••••" in shown
    assert "9d8f7e6a" not in shown
    admin.post(f"/admin/rooms/addresses/{AllowedAddress.objects.get().pk}/remove/")
    assert not AllowedAddress.objects.exists()


def test_administrators_see_whose_channel_does_not_work_and_what_to_do(admin: Client, world: World) -> None:
    Channel.objects.create(
        user=world.wu_min,
        kind="feishu",
        name="班组群",
        address=TOKEN,
        stopped_at=timezone.now(),
        answer={"at": timezone.now().isoformat(), "reason": "gone", "said": "19010"},
    )
    shown = admin.get("/admin/rooms/").content.decode()
    for words in ("吴敏", "班组群", "机器人或群已不存在", "请重新把机器人加入群"):
        assert words in shown
    assert TOKEN not in shown
    assert "异常渠道" in admin.get("/admin/processes/").content.decode()
    assert "bihuan_troubled_channels 1" in admin.get("/metrics").content.decode()
    assert Delivery.objects.count() == 0
