"""One message header of protocol v1: `ID , keyword` or `ID , card verb`.

There is no framing: a header ends at its keyword. Every verdict depends on the bytes alone and, once given,
stays the same when more follow; that is what makes a connection independent of how TCP cut it.
"""

import re
from codecs import getincrementaldecoder
from enum import Enum, auto
from typing import NamedTuple

from .messages import Kind, Message

SHUTDOWN = b"socketshutdown"
VERBS = {
    "heartbeat": Kind.HEARTBEAT,
    "warningbegin": Kind.WARNING_BEGIN,
    "warningshutdown": Kind.WARNING_SHUTDOWN,
    "update": Kind.UPDATE,
    "request": Kind.REQUEST,
    "photo": Kind.PHOTO,
    "pho-to": Kind.PHOTO,
    "open": Kind.OPEN,
    "close": Kind.CLOSE,
}
_SHUTDOWN_TEXT = SHUTDOWN.decode()
RESERVED = frozenset(VERBS) | {_SHUTDOWN_TEXT}
V2_MAGIC = b"\xb2H"
"""0xB2 alone may open a GB18030 identifier (测序仪 begins with it), so both bytes must be there."""

# Letters of an identifier: ASCII, 〇 and ideographs (unified, extension A, compatibility, planes 2 and 3).
_LETTER = r"A-Za-z0-9_.\-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_BROKEN = "\uffff"
_IDENTIFIER = re.compile(f"([{_LETTER}]+)[ \t]*")
_KEYWORD = re.compile(
    r"[ \t]*(heartbeat|warningbegin|warningshutdown|update|request|photo|pho-to)", re.IGNORECASE | re.ASCII
)
# `o` and `l` are no hexadecimal digits, so the first verb that fits is also the last.
_CARD = re.compile(r"([0-9a-f \t,，:\-]*?)(open|close)", re.IGNORECASE | re.ASCII)
_STOP = re.compile(f"[\\x00-\\x08\\x0a-\\x1f\\x7f{_BROKEN}]")
_BLANKS = str.maketrans({" ": "", "\t": "", "，": ","})


class Verdict(Enum):
    """What the bytes so far amount to."""

    WAIT = auto()
    MESSAGE = auto()
    BAD_MESSAGE = auto()
    """Refused up to `end`; reading goes on there."""
    BAD_BYTE = auto()
    """The byte before `end` cannot stand where it stands."""


class Header(NamedTuple):
    """`end` counts characters while a text is read and bytes in what `read_header` returns."""

    verdict: Verdict
    end: int = 0
    kind: Kind = Kind.REJECTED
    terminal: str = ""
    card: str = ""


_WAIT = Header(Verdict.WAIT)


def read_header(window: bytes) -> Header:
    """Judge bytes that start at a message; UTF-8 has the first word, GB18030 what UTF-8 cannot read."""
    if window[: len(SHUTDOWN)].lower() == SHUTDOWN:
        return Header(Verdict.MESSAGE, len(SHUTDOWN), Kind.SHUTDOWN)
    if window.startswith(V2_MAGIC):
        return Header(Verdict.BAD_BYTE, len(V2_MAGIC))
    first = _read_as("utf-8", window)
    if first.verdict is not Verdict.BAD_BYTE or window[: first.end].isascii():
        return first
    return _read_as("gb18030", window)


def _read_as(encoding: str, window: bytes) -> Header:
    header = _read_text(_decode(encoding, window))
    if header.verdict is Verdict.WAIT or window.isascii():
        return header
    return header._replace(end=_bytes_of(encoding, window, header.end))


def _decode(encoding: str, window: bytes) -> str:
    """The text up to an unfinished character; a mark stands for the first bytes that are no text."""
    try:
        return getincrementaldecoder(encoding)().decode(window)
    except UnicodeDecodeError as error:
        return window[: error.start].decode(encoding) + _BROKEN


def _bytes_of(encoding: str, window: bytes, characters: int) -> int:
    """The length of the first characters, or up to the byte that proves them no text."""
    decoder = getincrementaldecoder(encoding)()
    seen = 0
    for end in range(1, len(window) + 1):
        try:
            seen += len(decoder.decode(window[end - 1 : end]))
        except UnicodeDecodeError:
            return end
        if seen >= characters:
            return end
    return len(window)


def _read_text(text: str) -> Header:
    named = _IDENTIFIER.match(text)
    at = named.end() if named else 0
    if at == len(text):
        return _WAIT
    if named and text[at] in ",，":
        return _read_rest(text, named[1], at + 1)
    if named and text[at] in "\r\n":
        return Header(Verdict.BAD_MESSAGE, at)
    return Header(Verdict.BAD_BYTE, at + 1)


def _read_rest(text: str, terminal: str, at: int) -> Header:
    keyword = _KEYWORD.match(text, at)
    if keyword:
        return _accept(keyword.end(), keyword[1], terminal)
    swiped = _CARD.match(text, at)
    if swiped:
        return _accept(swiped.end(), swiped[2], terminal, swiped[1])
    stop = _STOP.search(text, at)
    if stop is None:
        return _WAIT
    if stop[0] in "\r\n":
        return Header(Verdict.BAD_MESSAGE, stop.start())
    return Header(Verdict.BAD_BYTE, stop.end())


def _accept(end: int, verb: str, terminal: str, card: str = "") -> Header:
    kind = VERBS[verb.lower()]
    spelling = card.translate(_BLANKS).rstrip(",")
    if kind in (Kind.OPEN, Kind.CLOSE) and not any(letter.isalnum() for letter in spelling):
        return Header(Verdict.BAD_MESSAGE, end)
    if len(terminal) > 32 or terminal.lower() in RESERVED:
        return Header(Verdict.BAD_MESSAGE, end)
    return Header(Verdict.MESSAGE, end, kind, terminal, spelling)


FAST_LENGTH = 96
"""No header that the fast path reads is longer."""
_FAST = re.compile(
    rb"(([A-Za-z0-9_.\-]{1,32}),"
    rb"(?:(heartbeat|warningbegin|warningshutdown|request)|([0-9A-Fa-f]{1,32})(open|close)))[\x00\t\n\r ]*"
)
_FAST_VERBS = {verb.encode(): kind for verb, kind in VERBS.items()}
_known: dict[bytes, Message] = {}
_KNOWN_MOST = 4096


def read_fast(data: bytes, at: int, out: list[Message]) -> int:
    """Append the plain ASCII messages from `at` on and return where the first other byte stands.

    What it reads, `read_header` reads in the same way. A message is immutable and says nothing of time or
    connection, so the same bytes share one.
    """
    match, known, append = _FAST.match, _known.get, out.append
    while found := match(data, at):
        message = known(found[1]) or _learn(found)
        if message is None:
            return at
        append(message)
        at = found.end()
    return at


def _learn(found: re.Match[bytes]) -> Message | None:
    raw, name, keyword, card, verb = found.groups()
    terminal = name.decode()
    folded = terminal.lower()
    if folded in RESERVED or folded.startswith(_SHUTDOWN_TEXT):
        return None
    kind = _FAST_VERBS[keyword or verb]
    message = Message(kind, terminal, card.decode() if card else "", raw, b"", len(raw))
    if len(_known) >= _KNOWN_MOST:
        _known.clear()
    _known[raw] = message
    return message
