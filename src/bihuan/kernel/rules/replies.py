"""What came back from a chat, judged: sent, refused for good, or to be tried again.

DingTalk, WeCom and Feishu answer 200 to what they refuse; only the code in the body tells. Codes are from the
vendors' pages on their robots.
"""

import json
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from bihuan.kernel.rules.chats import VENDORS, scrubbed


class Verdict(StrEnum):
    SENT = "sent"
    REFUSED = "refused"
    """Somebody must change something; trying again is no use."""
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Answer:
    verdict: Verdict
    reason: str
    """Key of `notice.reasons`."""
    said: str = ""
    """The other side's own words, without secrets."""
    certain: bool = True
    """False: it may have arrived although we were not told so."""


_CODES = MappingProxyType(
    {
        "dingtalk": {
            **dict.fromkeys((300001, 300005, 400101), "token"),
            **dict.fromkeys((400013, 400102, 400106), "gone"),
            **dict.fromkeys((130101, 410100, 660026), "rate"),
            **dict.fromkeys((430101, 430102, 430103, 430104), "content"),
            -1: "busy",
        },
        "wecom": {
            93000: "token",
            **dict.fromkeys((93004, 93008, 93017), "gone"),
            **dict.fromkeys((45009, 45033), "rate"),
            **dict.fromkeys((40008, 40058, 44004), "content"),
            -1: "busy",
        },
        "feishu": {
            19001: "token",
            **dict.fromkeys((19007, 19010), "gone"),
            19021: "secret",
            19022: "network",
            19024: "keyword",
            19002: "content",
            **dict.fromkeys((11232, 11233, 9499), "rate"),
        },
    }
)
_REFUSALS = frozenset({"token", "gone", "secret", "network", "keyword", "content", "redirect", "allowed"})
_STATUS = MappingProxyType(
    {401: "token", 403: "token", 404: "gone", 410: "gone", 400: "content", 413: "content", 422: "content"}
)


def answer(reason: str, said: str = "", *, certain: bool = True) -> Answer:
    """What a reason means for what is done next."""
    if reason == "sent":
        return Answer(Verdict.SENT, reason, said)
    verdict = Verdict.REFUSED if reason in _REFUSALS else Verdict.LATER
    return Answer(verdict, reason, said, certain)


def judge(kind: str, status: int, body: bytes, secrets: tuple[str, ...] = ()) -> Answer:
    """The answer to one message; `secrets` are taken out of the other side's words."""
    if kind not in VENDORS:
        said = f"HTTP {status} {body[:400].decode('utf-8', 'replace')}"
        return answer("sent" if 200 <= status < 300 else _by_status(status), scrubbed(said, secrets))
    found = _parsed(body)
    code, text = _code(kind, found)
    if code is None:
        said = scrubbed(f"HTTP {status} {body[:400].decode('utf-8', 'replace')}", secrets)
        reason = "unreadable" if 200 <= status < 300 else _by_status(status)
        return answer(reason, said, certain=reason != "unreadable")
    if code == 0 and 200 <= status < 300:
        return answer("sent")
    said = scrubbed(f"{code} {text}", secrets)
    return answer("rate" if status == 429 else _reason(kind, code, text), said)


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _code(kind: str, found: dict[str, Any]) -> tuple[int | None, str]:
    """Feishu and Lark say code and msg, in older answers StatusCode; the others errcode and errmsg."""
    keys = ("code", "StatusCode") if kind in ("feishu", "lark") else ("errcode",)
    code = next((found[key] for key in keys if isinstance(found.get(key), int)), None)
    text = found.get("msg") or found.get("StatusMessage") or found.get("errmsg") or ""
    return code, str(text)


def _reason(kind: str, code: int, text: str) -> str:
    if kind == "dingtalk" and code == 310000:
        return _safety(text.casefold())
    return _CODES["feishu" if kind == "lark" else kind].get(code, "other")


def _safety(text: str) -> str:
    """DingTalk has one code for all its safety settings; its words say which."""
    if "sign" in text or "签名" in text or "timestamp" in text or "时间戳" in text:
        return "secret"
    if "keyword" in text or "关键词" in text:
        return "keyword"
    return "network" if "ip" in text else "other"


def _by_status(status: int) -> str:
    if status == 429:
        return "rate"
    if 300 <= status < 400:
        return "redirect"
    return _STATUS.get(status, "busy" if status >= 500 else "other")
