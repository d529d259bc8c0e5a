"""A message to a chat, by apprise's plug-ins. The worker imports this when one is due: it takes long.

The plug-ins know the vendors' addresses, tokens and signatures. What they do with the answer is not enough:
those of DingTalk and WeCom take every 200 for success, and both vendors refuse with 200; that of Feishu and
Lark has no secret. So each `send` here is ours, with one way out of the house for all of them.
"""

import hashlib
import hmac
import json
import logging
import time
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

import requests
from apprise.plugins.base import NotifyBase
from apprise.plugins.custom_json import NotifyJSON
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.lark import NotifyLark
from apprise.plugins.wecombot import NotifyWeComBot

from bihuan.kernel.models import AllowedAddress, Channel
from bihuan.kernel.notice.letter import Message
from bihuan.kernel.rules import chats
from bihuan.kernel.rules.replies import Answer, answer, judge

for _name in ("apprise", "urllib3"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)  # both write addresses with their tokens

CONNECT_S = 5.0
ANSWER_S = 10.0
LONGEST_ANSWER = 64 * 1024


@dataclass(frozen=True, slots=True)
class Call:
    """One request: whatever is secret in it is named, so that no answer can show it again."""

    url: str
    body: dict[str, Any]
    secrets: tuple[str, ...]
    headers: dict[str, str] = field(default_factory=dict)


class Robot(NotifyBase):
    """What our plug-ins have in common: `call` says what to send, `answered` what came back."""

    kind: str
    message: Message
    answered: Answer = answer("other")
    request_rate_per_sec = 0
    """The worker gives each channel its rests; the plug-in need not sleep."""

    def call(self, text: str) -> Call:
        raise NotImplementedError

    def send(self, body: str, title: str = "", **_more: Any) -> bool:  # type: ignore[override]
        self.answered = post(self.kind, self.call(body))
        return self.answered.reason == "sent"


class DingTalk(Robot, NotifyDingTalk):  # type: ignore[misc]
    kind = "dingtalk"

    def call(self, text: str) -> Call:
        url = self.notify_url.format(token=self.token)
        if self.secret:
            timestamp, signature = self.get_signature()
            url += f"&timestamp={timestamp}&sign={signature}"
        body = {"msgtype": "text", "text": {"content": text}}
        return Call(url, body, (self.token, self.secret or ""))


class WeCom(Robot, NotifyWeComBot):  # type: ignore[misc]
    kind = "wecom"

    def call(self, text: str) -> Call:
        url = self.notify_url.format(key=self.key)
        return Call(url, {"msgtype": "text", "text": {"content": text}}, (self.key,))


class Hooked(Robot):
    """Feishu and Lark: one protocol, two houses. The signature is keyed by the secret over nothing."""

    token: str
    secret: str = ""
    notify_url: str

    def call(self, text: str) -> Call:
        body: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
        if self.secret:
            timestamp = str(int(time.time()))
            mac = hmac.new(f"{timestamp}\n{self.secret}".encode(), b"", hashlib.sha256)
            body |= {"timestamp": timestamp, "sign": b64encode(mac.digest()).decode()}
        url = self.notify_url.split("{", 1)[0] + quote(self.token, safe="")
        return Call(url, body, (self.token, self.secret))


class Feishu(Hooked, NotifyFeishu):  # type: ignore[misc]
    kind = "feishu"


class Lark(Hooked, NotifyLark):  # type: ignore[misc]
    kind = "lark"


class Webhook(Robot, NotifyJSON):  # type: ignore[misc]
    """Plain JSON; with a secret the body is signed, so that the receiver knows us."""

    kind = chats.WEBHOOK
    address: str
    secret: str = ""

    def call(self, text: str) -> Call:
        told = self.message
        body = {
            "version": self.json_version,
            "key": told.key,
            "title": told.title,
            "message": text,
            "count": told.count,
            "type": "warning" if told.serious else "info",
        }
        headers = {"Idempotency-Key": told.key}
        if self.secret:
            mac = hmac.new(self.secret.encode(), _bytes(body), hashlib.sha256)
            headers["X-Bihuan-Signature"] = f"sha256={mac.hexdigest()}"
        return Call(self.address, body, (*_parts(self.address), self.secret), headers)


def _parts(address: str) -> tuple[str, ...]:
    """Whatever in a webhook's address may be its key."""
    parts = urlsplit(address)
    words = [*parts.path.split("/"), *(pair.partition("=")[2] for pair in parts.query.split("&"))]
    return tuple(word for word in words if len(word) >= 8)


def _bytes(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


def send(channel: Channel, message: Message) -> Answer:
    """What the chat said."""
    robot = _robot(channel)
    if robot is None:
        return answer("allowed")
    robot.message = message
    if not robot.notify(body=message.text) and robot.answered.reason == "sent":
        return answer("other")
    return robot.answered


def _robot(channel: Channel) -> Robot | None:
    """The plug-in of a channel; None where its address may not be called (any more)."""
    if channel.kind == "dingtalk":
        return DingTalk(token=channel.address, secret=channel.secret or None)
    if channel.kind == "wecom":
        return WeCom(key=channel.address)
    if channel.kind in ("feishu", "lark"):
        hooked = Feishu(token=channel.address) if channel.kind == "feishu" else Lark(token=channel.address)
        hooked.secret = channel.secret
        return hooked
    if not chats.is_allowed(channel.address, AllowedAddress.objects.values_list("base", flat=True)):
        return None
    webhook = Webhook(host=urlsplit(channel.address).hostname)
    webhook.address, webhook.secret = channel.address, channel.secret
    return webhook


def post(kind: str, call: Call) -> Answer:
    """The one way out: no redirection, no long answer, no long wait; errors never carry the address."""
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Bihuan", **call.headers}
    try:
        with (
            requests.Session() as session,
            session.post(
                call.url,
                data=_bytes(call.body),
                headers=headers,
                timeout=(CONNECT_S, ANSWER_S),
                allow_redirects=False,
                stream=True,
            ) as reply,
        ):
            return judge(kind, reply.status_code, _read(reply), call.secrets)
    except (requests.ConnectTimeout, requests.exceptions.SSLError, requests.exceptions.ProxyError):
        return answer("unreachable")
    except requests.Timeout:
        return answer("timeout", certain=False)
    except requests.ConnectionError as error:
        refused = "NewConnectionError" in repr(error) or "NameResolutionError" in repr(error)
        return answer("unreachable" if refused else "timeout", certain=refused)
    except (requests.RequestException, OSError):
        return answer("timeout", certain=False)


def _read(reply: requests.Response) -> bytes:
    """At most so much and so long: a body that drips byte by byte ends here too. Raises requests.Timeout."""
    until = time.monotonic() + ANSWER_S
    found = b""
    while len(found) < LONGEST_ANSWER:
        part = reply.raw.read1(4096, decode_content=True)
        if not part:
            break
        found += part
        if time.monotonic() > until:
            raise requests.Timeout
    return found
