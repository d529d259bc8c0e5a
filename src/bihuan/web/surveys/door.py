"""The short way in for replies of phones, ahead of everything that a page of the house needs.

A whole hall may press at the same moment: session, sign-in, language and page headers cost several times as
much as the reply itself. What comes as our own page sends it goes from the socket to `phone.by_script`; all
else goes the usual way.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any

from django.db import InterfaceError, OperationalError

from bihuan.kernel.rules.surveys import codes
from bihuan.web.client import address_of
from bihuan.web.surveys.phone import LARGEST, STATUS, by_script

Environ = dict[str, Any]
Start = Callable[..., Any]
App = Callable[[Environ, Start], Iterable[bytes]]
PATH = "/s/"
REASONS = {
    200: "OK",
    201: "Created",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    410: "Gone",
    413: "Content Too Large",
    422: "Unprocessable Content",
    429: "Too Many Requests",
}


class Door:
    """A WSGI application in front of the house's own."""

    def __init__(self, house: App) -> None:
        self.house = house

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        code = wanted(environ)
        if not code:
            return self.house(environ, start)
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        state, status = _answered(address_of(environ), code, body)
        told = json.dumps(state).encode()
        start(f"{status} {REASONS[status]}", _headers(status, len(told)))
        return [told]


def wanted(environ: Environ) -> str:
    """The code, when this is a reply as the page's script sends it and not too large; else empty."""
    path: str = environ.get("PATH_INFO", "")
    if environ.get("REQUEST_METHOD") != "POST" or not path.startswith(PATH):
        return ""
    length: str = environ.get("CONTENT_LENGTH") or ""
    if environ.get("CONTENT_TYPE") != "application/json" or not length.isdigit() or int(length) > LARGEST:
        return ""
    return codes.read(path.removeprefix(PATH).removesuffix("/"))


def _answered(client: str | None, code: str, body: bytes) -> tuple[dict[str, str], int]:
    """The writing thread learns by a failure that its connection stands no more, and then makes it anew.

    The phone's key makes the same reply told twice one reply.
    """
    try:
        return by_script(client, code, body)
    except (OperationalError, InterfaceError):
        return by_script(client, code, body)


def _headers(status: int, length: int) -> list[tuple[str, str]]:
    found = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(length)),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    return [*found, ("Retry-After", "600")] if status == STATUS["busy"] else found
