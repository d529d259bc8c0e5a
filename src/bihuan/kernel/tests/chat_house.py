"""A loopback server that plays the robots of every chat: checks signatures, replies as the vendors do."""

import hashlib
import hmac
import json
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "1f0c9a7be2d84c6f9a3b5d7e8f901234"
SECRET = "SEC7c3d1e9f5a2b4c6d8e0f1a3b5c7d9e1f"
Reply = tuple[int, bytes]

FEISHU_OK = b'{"StatusCode":0,"StatusMessage":"success","code":0,"data":{},"msg":"success"}'
OTHERS_OK = b'{"errcode":0,"errmsg":"ok"}'


@dataclass
class House:
    """What came in, and what is answered instead of the usual."""

    port: int = 0
    came: list[dict[str, Any]] = field(default_factory=list)
    script: list[Reply] = field(default_factory=list)
    """Replies of the next requests, in order; after them the usual again."""
    secret: str = ""
    silent: bool = False
    over: Event = field(default_factory=Event)

    @property
    def texts(self) -> list[str]:
        return [text_of(one["body"]) for one in self.came]

    def at(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


def text_of(body: dict[str, Any]) -> str:
    content = body.get("content") or body.get("text") or {}
    found = content.get("text") or content.get("content") or body.get("message") or ""
    return str(found)


def reply_to(house: House, path: str, query: dict[str, list[str]], body: dict[str, Any]) -> Reply:
    """The usual: token and, where one is agreed, signature as the vendor checks it."""
    if path == "/robot/send":
        if query.get("access_token") != [TOKEN]:
            return 200, b'{"errcode":300005,"errmsg":"token is not exist"}'
        if house.secret and not _dingtalk_signed(house.secret, query):
            return 200, '{"errcode":310000,"errmsg":"description:机器人发送签名不匹配;solution:…"}'.encode()
        return 200, OTHERS_OK
    if path == "/cgi-bin/webhook/send":
        known = query.get("key") == [TOKEN]
        return 200, OTHERS_OK if known else b'{"errcode":93000,"errmsg":"invalid webhook url, hint: [1]"}'
    if path.startswith("/open-apis/bot/v2/hook/"):
        if not path.endswith(TOKEN):
            return (
                200,
                b'{"code":19001,"data":{},"msg":"param invalid: incoming webhook access token invalid"}',
            )
        if house.secret and not _feishu_signed(house.secret, body):
            return (
                200,
                b'{"code":19021,"data":{},"msg":"sign match fail or timestamp is not within one hour"}',
            )
        return 200, FEISHU_OK
    return 204, b""


def _dingtalk_signed(secret: str, query: dict[str, list[str]]) -> bool:
    stamp = query.get("timestamp", ["0"])[0]
    mac = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256)
    fresh = abs(time.time() * 1000 - int(stamp)) < 3_600_000
    return fresh and query.get("sign") == [b64encode(mac.digest()).decode()]


def _feishu_signed(secret: str, body: dict[str, Any]) -> bool:
    stamp = str(body.get("timestamp", "0"))
    mac = hmac.new(f"{stamp}\n{secret}".encode(), b"", hashlib.sha256)
    return abs(time.time() - int(stamp)) < 3600 and body.get("sign") == b64encode(mac.digest()).decode()


def handler_of(house: House) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            parts = urlsplit(self.path)
            query, body = parse_qs(parts.query), json.loads(raw)
            house.came.append(
                {"path": parts.path, "query": query, "body": body, "raw": raw, "headers": self.headers}
            )
            if house.silent:
                house.over.wait(5)
                return
            status, text = house.script.pop(0) if house.script else reply_to(house, parts.path, query, body)
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", house.at("/elsewhere"))
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_given: Any) -> None:
            """Not into the tests' output."""

    return Handler


@contextmanager
def open_house() -> Iterator[House]:
    house = House()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(house))
    server.daemon_threads = True
    house.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield house
    finally:
        house.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
