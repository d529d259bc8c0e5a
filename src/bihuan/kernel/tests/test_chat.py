"""Each kind of chat against a local server that speaks its replies: sent, refused, tried again, hidden."""

import hashlib
import hmac
import json
import logging
from collections.abc import Iterator

import pytest

from bihuan.kernel.models import AllowedAddress, Channel
from bihuan.kernel.notice import chat
from bihuan.kernel.notice.letter import Message
from bihuan.kernel.rules.replies import Verdict
from bihuan.kernel.tests.chat_house import SECRET, TOKEN, House, open_house

KINDS = ("dingtalk", "wecom", "feishu", "lark")
TOLD = Message("k3y", "PCR02: overdue", "PCR02：已超时", 1, serious=True)


@pytest.fixture(scope="module")
def server() -> Iterator[House]:
    with open_house() as house:
        yield house


@pytest.fixture
def house(server: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """Every plug-in's own address, moved to this machine."""
    server.came.clear()
    server.script.clear()
    server.secret, server.silent = "", False
    for plugin, host in (
        (chat.DingTalk, "https://oapi.dingtalk.com"),
        (chat.WeCom, "https://qyapi.weixin.qq.com"),
        (chat.Feishu, "https://open.feishu.cn"),
        (chat.Lark, "https://open.larksuite.com"),
    ):
        assert plugin.notify_url.startswith(f"{host}/")
        monkeypatch.setattr(plugin, "notify_url", plugin.notify_url.replace(host, server.at("")))
    return server


def channel(kind: str, secret: str = "", token: str = TOKEN) -> Channel:
    return Channel(kind=kind, address=token, secret=secret)


@pytest.mark.parametrize("kind", KINDS)
def test_a_message_arrives_at_the_robot_of_its_kind(house: House, kind: str) -> None:
    assert chat.send(channel(kind), TOLD).verdict is Verdict.SENT
    assert house.texts == ["PCR02：已超时"]


@pytest.mark.parametrize("kind", ["dingtalk", "feishu", "lark"])
def test_an_agreed_secret_signs_as_the_vendor_checks_it(house: House, kind: str) -> None:
    house.secret = SECRET
    assert chat.send(channel(kind, SECRET), TOLD).verdict is Verdict.SENT
    for wrong in ("", "SECanother"):
        answer = chat.send(channel(kind, wrong), TOLD)
        assert (answer.verdict, answer.reason) == (Verdict.REFUSED, "secret")


@pytest.mark.parametrize("kind", KINDS)
def test_a_token_that_is_not_known_there_is_refused_although_the_status_is_200(
    house: House, kind: str
) -> None:
    answer = chat.send(channel(kind, token="0123456789abcdef"), TOLD)
    assert (answer.verdict, answer.reason) == (Verdict.REFUSED, "token")
    assert answer.said


@pytest.mark.parametrize(
    ("kind", "status", "body"),
    [
        ("dingtalk", 200, '{"errcode":130101,"errmsg":"send too fast, exceed 20 times per minute"}'),
        ("dingtalk", 200, '{"errcode":410100,"errmsg":"发送速度太快而限流"}'),
        ("wecom", 200, '{"errcode":45009,"errmsg":"api freq out of limit, hint: [1], from ip: 10.0.0.1"}'),
        ("feishu", 200, '{"code":11232,"data":{},"msg":"frequency limited psm[lark.oapi.app_platform]"}'),
        ("feishu", 429, '{"code":9499,"data":{},"msg":"too many request"}'),
        ("lark", 429, "<html>Too Many Requests</html>"),
    ],
)
def test_a_rate_limit_is_tried_again(house: House, kind: str, status: int, body: str) -> None:
    house.script.append((status, body.encode()))
    answer = chat.send(channel(kind), TOLD)
    assert (answer.verdict, answer.reason, answer.certain) == (Verdict.LATER, "rate", True)


@pytest.mark.parametrize(
    ("kind", "body", "reason"),
    [
        ("dingtalk", '{"errcode":310000,"errmsg":"keywords not in content"}', "keyword"),
        ("dingtalk", '{"errcode":310000,"errmsg":"ip 1.2.3.4 not in whitelist"}', "network"),
        ("dingtalk", '{"errcode":310000,"errmsg":"invalid timestamp"}', "secret"),
        ("dingtalk", '{"errcode":400102,"errmsg":"机器人已停用"}', "gone"),
        ("feishu", '{"code":19024,"data":{},"msg":"Key Words Not Found"}', "keyword"),
        ("feishu", '{"code":19022,"data":{},"msg":"Ip Not Allowed"}', "network"),
        ("wecom", '{"errcode":40058,"errmsg":"invalid Request Parameter"}', "content"),
    ],
)
def test_what_the_robots_settings_refuse_says_which_setting(
    house: House, kind: str, body: str, reason: str
) -> None:
    house.script.append((200, body.encode()))
    answer = chat.send(channel(kind), TOLD)
    assert (answer.verdict, answer.reason) == (Verdict.REFUSED, reason)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("garbage", [b"<html>Welcome to the hotel</html>", b"", b"[]", b"\xff\xfe", b'"ok"'])
def test_garbage_is_neither_sent_nor_lost(house: House, kind: str, garbage: bytes) -> None:
    house.script.append((200, garbage))
    answer = chat.send(channel(kind), TOLD)
    assert (answer.verdict, answer.reason, answer.certain) == (Verdict.LATER, "unreadable", False)


@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_of_the_other_side_is_tried_again(house: House, kind: str) -> None:
    house.script.append((502, b"Bad Gateway"))
    assert chat.send(channel(kind), TOLD).reason == "busy"


def test_silence_ends_and_may_have_been_a_success(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat, "ANSWER_S", 0.02)
    house.silent = True
    answer = chat.send(channel("wecom"), TOLD)
    assert (answer.verdict, answer.reason, answer.certain) == (Verdict.LATER, "timeout", False)
    house.over.set()


def test_a_closed_port_is_certainly_not_a_success(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat.WeCom, "notify_url", "http://127.0.0.1:9/send?key={key}")
    answer = chat.send(channel("wecom"), TOLD)
    assert (answer.verdict, answer.reason, answer.certain) == (Verdict.LATER, "unreachable", True)


@pytest.mark.parametrize("kind", KINDS)
def test_a_redirection_is_not_followed(house: House, kind: str) -> None:
    house.script.append((302, b""))
    assert chat.send(channel(kind), TOLD).reason == "redirect"
    assert len(house.came) == 1


def test_no_answer_and_no_log_shows_token_or_secret(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    house.script.append(
        (200, json.dumps({"errcode": 93000, "errmsg": f"bad key {TOKEN}\n{SECRET}"}).encode())
    )
    assert TOKEN not in chat.send(channel("wecom"), TOLD).said
    house.script.append((200, json.dumps({"errcode": 88, "errmsg": f"{SECRET}{TOKEN}"}).encode()))
    assert SECRET not in chat.send(channel("dingtalk", SECRET), TOLD).said
    assert TOKEN not in caplog.text
    assert SECRET not in caplog.text


@pytest.mark.django_db
def test_a_json_webhook_is_signed_and_bears_the_key_of_its_message(house: House) -> None:
    AllowedAddress.objects.create(base=house.at("/in/"))
    hook = channel("webhook", SECRET, house.at("/in/9d8f7e6a5b4c"))
    assert chat.send(hook, TOLD).verdict is Verdict.SENT
    (came,) = house.came
    assert came["body"]["key"] == came["headers"]["Idempotency-Key"] == "k3y"
    assert (came["body"]["title"], came["body"]["type"]) == ("PCR02: overdue", "warning")
    mac = hmac.new(SECRET.encode(), came["raw"], hashlib.sha256).hexdigest()
    assert came["headers"]["X-Bihuan-Signature"] == f"sha256={mac}"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "verdict", "reason"),
    [
        (200, Verdict.SENT, "sent"),
        (202, Verdict.SENT, "sent"),
        (401, Verdict.REFUSED, "token"),
        (404, Verdict.REFUSED, "gone"),
        (429, Verdict.LATER, "rate"),
        (503, Verdict.LATER, "busy"),
    ],
)
def test_a_json_webhook_is_judged_by_its_status(
    house: House, status: int, verdict: Verdict, reason: str
) -> None:
    AllowedAddress.objects.create(base=house.at("/"))
    house.script.append((status, b"whatever 9d8f7e6a5b4c"))
    answer = chat.send(channel("webhook", "", house.at("/in/9d8f7e6a5b4c")), TOLD)
    assert (answer.verdict, answer.reason) == (verdict, reason)
    assert "9d8f7e6a5b4c" not in answer.said


@pytest.mark.django_db
def test_a_webhook_whose_address_is_not_allowed_any_more_is_not_called(house: House) -> None:
    answer = chat.send(channel("webhook", "", house.at("/in/1")), TOLD)
    assert (answer.verdict, answer.reason) == (Verdict.REFUSED, "allowed")
    assert house.came == []
