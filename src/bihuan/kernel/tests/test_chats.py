"""Addresses of chats: taken, refused, shown."""

import pytest

from bihuan.kernel.rules.chats import (
    BadAddress,
    is_allowed,
    masked,
    most_bytes,
    read_address,
    read_base,
    signs,
)

TOKEN = "1f0c9a7be2d84c6f9a3b5d7e8f901234"
ALLOWED = ("https://hooks.example.org/in/", "http://10.0.0.5:9000/")


@pytest.mark.parametrize(
    ("pasted", "kind"),
    [
        (f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}", "dingtalk"),
        (f"  https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={TOKEN}&debug=1\n", "wecom"),
        (f"https://open.feishu.cn/open-apis/bot/v2/hook/{TOKEN}", "feishu"),
        (f"https://open.larksuite.com/open-apis/bot/v2/hook/{TOKEN}/", "lark"),
    ],
)
def test_a_robots_address_tells_its_kind_and_only_the_token_is_kept(pasted: str, kind: str) -> None:
    assert read_address(pasted, ()) == (kind, TOKEN)


@pytest.mark.parametrize(
    ("pasted", "reason"),
    [
        (f"http://oapi.dingtalk.com/robot/send?access_token={TOKEN}", "scheme"),
        (f"https://oapi.dingtalk.com:8443/robot/send?access_token={TOKEN}", "scheme"),
        (f"https://oapi.dingtalk.com/topapi/x?access_token={TOKEN}", "path"),
        ("https://oapi.dingtalk.com/robot/send", "token"),
        ("https://open.feishu.cn/open-apis/bot/v2/hook/a%2Fb", "token"),
        (f"https://oapi.dingtalk.com.evil.example/robot/send?access_token={TOKEN}", "allowed"),
        (f"https://oapi.dingtalk.com@evil.example/robot/send?access_token={TOKEN}", "shape"),
        ("https://169.254.169.254/latest/meta-data/", "allowed"),
        ("http://localhost:8000/admin/", "allowed"),
        ("file:///etc/passwd", "scheme"),
        ("https://hooks.example.org/in/../admin", "shape"),
        ("https://hooks.example.org/in/%2e%2e/admin", "shape"),
        ("https://hooks.example.org\\@evil.example/in/", "shape"),
        ("https://[::1", "shape"),
        ("https://hooks.example.org/" + "a" * 600, "shape"),
        ("", "scheme"),
    ],
)
def test_every_other_address_is_refused_with_the_reason(pasted: str, reason: str) -> None:
    with pytest.raises(BadAddress) as refused:
        read_address(pasted, ALLOWED)
    assert refused.value.reason == reason


def test_a_webhook_goes_only_below_what_an_administrator_allowed() -> None:
    assert read_address("https://hooks.example.org/in/team?k=1", ALLOWED)[0] == "webhook"
    assert is_allowed("http://10.0.0.5:9000/x", ALLOWED)
    for other in (
        "http://hooks.example.org/in/team",
        "https://hooks.example.org/inner",
        "https://hooks.example.org:8443/in/team",
        "http://10.0.0.5/x",
        "http://10.0.0.50:9000/x",
    ):
        assert not is_allowed(other, ALLOWED)


def test_a_beginning_has_one_spelling() -> None:
    assert read_base(" https://Hooks.Example.org:443/in ") == "https://hooks.example.org/in/"
    assert read_base("http://[fd00::1]:9000") == "http://[fd00::1]:9000/"
    with pytest.raises(BadAddress):
        read_base("https://user:pw@hooks.example.org/")


def test_what_is_shown_is_not_enough_to_write_there() -> None:
    assert masked("dingtalk", TOKEN) == "••••1234"
    assert masked("wecom", "shortkey") == "••••"
    assert masked("webhook", "https://hooks.example.org/in/9d8f7e") == "https://hooks.example.org/••••"


def test_wecom_takes_two_thousand_bytes_and_knows_no_secret() -> None:
    assert most_bytes("wecom") <= 2048
    assert not signs("wecom")
    assert signs("dingtalk")
    assert signs("webhook")
