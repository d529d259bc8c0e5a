"""Kinds of chat: whose addresses are taken, what of them is kept, and what of that may be shown.

Of a vendor's address only the token is kept; the address that is called is written anew around it, so that
nobody can point a message elsewhere. Every other address is a plain JSON webhook, which an administrator has
to allow first.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import SplitResult, parse_qs, urlsplit

MAIL, WEBHOOK = "mail", "webhook"
LONGEST_ADDRESS = 500
HIDDEN = "••••"
_PORTS = {"http": 80, "https": 443}
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\]|/\.{1,2}(/|$)|%2e", re.IGNORECASE)


class BadAddress(ValueError):
    """`reason` is a key: scheme, shape, path, token, allowed."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Chat:
    host: str
    path: str
    query: str
    """Parameter that bears the token; empty: it is the end of the path."""
    token: re.Pattern[str]
    most_bytes: int
    """Longest text in UTF-8 that the vendor takes, a little room left."""
    signs: bool
    """Whether a secret can be agreed."""


_TOKEN = re.compile(r"[A-Za-z0-9_-]{8,200}")
VENDORS = MappingProxyType(
    {
        "dingtalk": Chat(
            "oapi.dingtalk.com",
            "/robot/send",
            "access_token",
            re.compile(r"[A-Za-z0-9]{8,200}"),
            18_000,
            signs=True,
        ),
        "wecom": Chat("qyapi.weixin.qq.com", "/cgi-bin/webhook/send", "key", _TOKEN, 2_000, signs=False),
        "feishu": Chat("open.feishu.cn", "/open-apis/bot/v2/hook/", "", _TOKEN, 18_000, signs=True),
        "lark": Chat("open.larksuite.com", "/open-apis/bot/v2/hook/", "", _TOKEN, 18_000, signs=True),
    }
)
MOST_BYTES = 18_000
"""Of kinds that name no limit."""


def most_bytes(kind: str) -> int:
    """The longest text for this kind, in bytes of UTF-8."""
    return VENDORS[kind].most_bytes if kind in VENDORS else MOST_BYTES


def signs(kind: str) -> bool:
    """Whether a secret can be agreed with this kind."""
    return kind == WEBHOOK or (kind in VENDORS and VENDORS[kind].signs)


def read_address(text: str, allowed: Iterable[str]) -> tuple[str, str]:
    """Kind, and what is kept of the address that somebody pasted. Raises BadAddress."""
    text = text.strip()
    parts = _split(text)
    for kind, chat in VENDORS.items():
        if parts.hostname == chat.host:
            if parts.scheme != "https" or parts.port not in (None, 443):
                raise BadAddress("scheme")
            return kind, _token(chat, parts.path, parts.query)
    if not is_allowed(text, allowed):
        raise BadAddress("allowed")
    return WEBHOOK, text


def _split(text: str) -> SplitResult:
    if len(text) > LONGEST_ADDRESS or _UNSAFE.search(text):
        raise BadAddress("shape")
    try:
        parts = urlsplit(text)
        named = parts.hostname, parts.port
    except ValueError:
        raise BadAddress("shape") from None
    if parts.scheme not in _PORTS:
        raise BadAddress("scheme")
    if not named[0] or parts.username is not None or parts.password is not None or parts.fragment:
        raise BadAddress("shape")
    return parts


def _token(chat: Chat, path: str, query: str) -> str:
    if chat.query:
        if path.rstrip("/") != chat.path:
            raise BadAddress("path")
        found = parse_qs(query).get(chat.query, [""])[0]
    else:
        if not path.startswith(chat.path):
            raise BadAddress("path")
        found = path.removeprefix(chat.path).rstrip("/")
    if not chat.token.fullmatch(found):
        raise BadAddress("token")
    return found


def read_base(text: str) -> str:
    """The beginning of addresses that an administrator allows, in one spelling. Raises BadAddress."""
    parts = _split(text.strip())
    if parts.query:
        raise BadAddress("shape")
    name = parts.hostname or ""
    host = f"[{name}]" if ":" in name else name
    port = "" if parts.port in (None, _PORTS[parts.scheme]) else f":{parts.port}"
    path = parts.path if parts.path.endswith("/") else f"{parts.path}/"
    return f"{parts.scheme}://{host}{port}{path}"


def is_allowed(address: str, allowed: Iterable[str]) -> bool:
    """Same scheme, host and port, and a path at or below that of one of the allowed beginnings."""
    try:
        parts = _split(address)
        base = read_base(parts._replace(query="").geturl())
    except BadAddress:
        return False
    return any(base.startswith(one) for one in allowed)


def masked(kind: str, address: str) -> str:
    """What a page may show: the end of a long token, or the host of a webhook."""
    if kind == WEBHOOK:
        parts = urlsplit(address)
        return f"{parts.scheme}://{parts.netloc}/{HIDDEN}"
    return f"{HIDDEN}{address[-4:]}" if len(address) >= 16 else HIDDEN


def scrubbed(text: str, secrets: Iterable[str]) -> str:
    """A vendor's own words for people to read: on one line, short, and without our secrets in them."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:160]
