"""The ASGI application: one path that streams, one that says it lives."""

import os
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.site.settings")
django.setup()

from django.conf import settings  # noqa: E402  (needs the set-up above)

from bihuan.kernel import live_token  # noqa: E402
from bihuan.site.live.hub import Hub  # noqa: E402
from bihuan.site.live.viewer import Viewer  # noqa: E402

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

MOST_VIEWERS = 2000
hub = Hub()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await begin(receive, send)
        return
    if scope["type"] != "http":
        return
    hub.start()
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    if scope["path"] == "/healthz":
        await answer(send, 200, b"ok")
    elif scope["path"] != live_token.PATH:
        await answer(send, 404, b"not found")
    else:
        await stream(scope, headers, receive, send)


async def begin(receive: Receive, send: Send) -> None:
    """The process polls and beats from its start, not from its first reader on."""
    while True:
        event = (await receive())["type"]
        if event == "lifespan.startup":
            hub.start()
        await send({"type": f"{event}.complete"})
        if event == "lifespan.shutdown":
            return


async def stream(scope: Scope, headers: dict[str, str], receive: Receive, send: Send) -> None:
    query = parse_qs(scope["query_string"].decode("latin-1"))
    viewer = viewer_of(query)
    origin = headers.get("origin", "")
    if viewer is None:
        await answer(send, 401, b"token missing or expired", cors(origin, headers))
        return
    if len(hub.viewers) >= MOST_VIEWERS:
        await answer(send, 503, b"too many viewers", cors(origin, headers))
        return
    start = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"cache-control", b"no-store")]
    start += [(b"x-accel-buffering", b"no"), *cors(origin, headers)]
    await send({"type": "http.response.start", "status": 200, "headers": start})
    await send({"type": "http.response.body", "body": b"retry: 2000\n\n", "more_body": True})
    hub.viewers.add(viewer)
    try:
        while (data := await viewer.queue.get()) is not None:
            await send({"type": "http.response.body", "body": data, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    except (OSError, RuntimeError):
        return
    finally:
        hub.viewers.discard(viewer)


def viewer_of(query: dict[str, list[str]]) -> Viewer | None:
    found = live_token.check(query.get("token", [""])[0])
    if found is None:
        return None
    topics = frozenset(query.get("topics", [""])[0].split(","))
    return Viewer(found.user, found.unit_path, found.language, topics, found.expires)


def cors(origin: str, headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    """Only the page's own origin may read: the same host on the page's port, or BIHUAN_URL."""
    own = urlsplit(f"//{headers.get('host', '')}").hostname or ""
    allowed = {f"http://{own}:{settings.ENVIRONMENT.port}", settings.ENVIRONMENT.url}
    if not origin or origin not in allowed:
        return []
    return [(b"access-control-allow-origin", origin.encode()), (b"vary", b"origin")]


async def answer(
    send: Send, status: int, body: bytes, extra: list[tuple[bytes, bytes]] | None = None
) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), *(extra or [])]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
