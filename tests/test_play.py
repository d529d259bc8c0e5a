"""The whole house as its user meets it: real processes, real sockets, real pages, the demo laboratory."""

import json
import re
import socket
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PIL import Image

from bench.house import Browser, House
from tests.conftest import command

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

T = TypeVar("T")
ZHANG = "0008075634"


def api(home: House, token: str, path: str) -> Any:
    status, body = Browser(home).ask("GET", f"/api/v1/{path}", Authorization=f"Bearer {token}")
    assert status == 200, (path, status, body[:200])
    return json.loads(body)


def within(seconds: float, look: Callable[[], T | None]) -> T:
    """What `look` finds, asked again until it finds something."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if (found := look()) is not None:
            return found
        time.sleep(0.05)
    raise AssertionError(f"nothing within {seconds} s")


def instrument(home: House, token: str, code: str) -> dict[str, Any]:
    items = api(home, token, "instruments?limit=200")["items"]
    return next(item for item in items if item["id"] == code)


def person(home: House, name: str) -> Browser:
    browser = Browser(home)
    browser.sign_in(name)
    return browser


def step(browser: Browser, number: str, action: str, **fields: str) -> int:
    status, _ = browser.ask("POST", f"/cases/{number}/step/", {"action": action, **fields})
    return status


def picture() -> bytes:
    out = BytesIO()
    Image.effect_noise((320, 240), 40).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def test_thirty_instruments_are_on_the_board(home: House, token: str) -> None:
    assert len(api(home, token, "instruments?limit=200")["items"]) == 30


def test_a_swipe_puts_its_holder_on_the_instrument_within_a_second(home: House, token: str) -> None:
    with socket.create_connection(("127.0.0.1", home.gateway)) as terminal:
        terminal.sendall(f"DNA01,{ZHANG}open".encode())

        found = within(3, lambda: one if (one := instrument(home, token, "DNA01"))["user"] else None)
        state = within(3, lambda: instrument(home, token, "DNA01")["state"] == "in_use" or None)

    assert (found["user"], found["card"], state) == ("张三", ZHANG, True)


def test_an_open_page_is_told_of_a_swipe_within_a_second(home: House) -> None:
    granted = person(home, "wu_min").live_token()
    with socket.create_connection(("127.0.0.1", home.live), timeout=10) as page:
        path = f"/live/events?topics=instruments.board&token={granted['token']}"
        page.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{home.live}\r\n\r\n".encode())
        page.recv(4096)
        time.sleep(0.5)
        waits = [told_after(home, page, word) for word in ("close", "open", "close")]

    assert min(waits) < 1, "a house that has just begun may be late once, not each time"


def told_after(home: House, page: socket.socket, word: str) -> float:
    """Seconds from the swipe's acknowledgement until the stream has brought its row."""
    home.say(f"DNA01,{ZHANG}{word}")
    sent, heard = time.monotonic(), b""
    while not (b"DNA01" in heard and b"event: row" in heard):
        heard += page.recv(65536)
    return time.monotonic() - sent


def test_an_alarm_goes_round_the_whole_loop(home: House, token: str) -> None:
    home.say("PCR02,warningbegin")
    case = within(3, lambda: newest(home, token))
    assert case["owner"]
    assert case["due_at"]

    with socket.create_connection(("127.0.0.1", home.gateway)) as camera:
        camera.sendall(b"PCR02,photo" + picture() + b"socketshutdown")
        assert camera.recv(10) == b""
    photo = within(3, lambda: next(iter(alarm(home, token)["photos"]), None))
    assert photo

    home.say(f"PCR02,{ZHANG}openPCR02,warningshutdown")
    ended = within(3, lambda: one if (one := alarm(home, token))["ended_at"] else None)
    assert (ended["reason"], ended["card"]) == ("late_swipe", ZHANG)
    assert newest(home, token)["state"] != "closed"  # type: ignore[index]

    number = case["number"]
    owner, verifier = person(home, "wu_min"), person(home, "sun_qian")
    assert step(owner, number, "accept") == 302
    assert step(owner, number, "start") == 302
    assert step(owner, number, "resolve", verdict="excused", text="已补刷，口头提醒") == 302
    assert step(owner, number, "verify") == 409
    assert step(verifier, number, "verify", text="已核实") == 302

    _, page = owner.ask("GET", f"/cases/{number}/")
    assert "已补刷，口头提醒" in page
    assert "已核实" in page
    assert api(home, token, f"cases?state=closed")["items"][0]["number"] == number  # noqa: F541
    home.say(f"PCR02,{ZHANG}close")


def newest(home: House, token: str) -> dict[str, Any] | None:
    items = api(home, token, "cases?system=instruments&limit=200")["items"]
    mine = [item for item in items if item["subject"] == "PCR02" and item["kind"] == "unswiped_use"]
    return max(mine, key=lambda item: item["number"], default=None)


def alarm(home: House, token: str) -> dict[str, Any]:
    found: dict[str, Any] = api(home, token, "instruments/PCR02/alarms")["items"][0]
    return found


def test_a_photo_is_opened_by_who_may_and_each_opening_is_logged(home: House, token: str) -> None:
    case = newest(home, token)
    assert case
    owner, viewer = person(home, "wu_min"), person(home, "admin")
    _, page = owner.ask("GET", f"/cases/{case['number']}/")
    key = re.findall(r'href="(/evidence/\d+/)"', page)[0]

    status, asked = owner.ask("GET", key)
    assert status == 200
    assert "<form" in asked
    assert owner.ask("POST", key, {})[0] == 200
    assert viewer.ask("POST", key, {})[0] == 403
    assert {"evidence.opened", "evidence.refused"} <= verbs_of(home, token)


def verbs_of(home: House, token: str) -> set[str]:
    """Of every event, page by page."""
    found: set[str] = set()
    after = 0
    while items := api(home, token, f"events?after={after}&limit=500")["items"]:
        found |= {event["verb"] for event in items}
        after = items[-1]["id"]
    return found


def test_nothing_is_sent_that_the_protocol_does_not_ask_for(home: House) -> None:
    for words in (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01\x02\x00", b"A" * 300):
        with socket.create_connection(("127.0.0.1", home.gateway), timeout=5) as stranger:
            stranger.sendall(words)
            assert drained(stranger) == b""


def drained(connection: socket.socket) -> bytes:
    got = b""
    try:
        while data := connection.recv(4096):
            got += data
    except ConnectionResetError:
        pass
    return got


@pytest.mark.parametrize("name", ["worker", "gateway", "live", "web"])
def test_a_killed_process_comes_back_and_no_acknowledged_fact_is_lost_or_doubled(
    home: House, token: str, name: str
) -> None:
    before = sessions(home, token)
    for process in home.pids()[name]:
        process.kill()
    sent = 0
    for _ in range(40):
        try:
            home.say(f"DNA01,{ZHANG}open")
            home.say(f"DNA01,{ZHANG}close")
            sent += 1
            break
        except (ConnectionError, OSError):
            time.sleep(0.25)

    assert sent == 1
    within(20, lambda: True if name in home.pids() and answers(home, token) == before + 1 else None)
    time.sleep(1)
    assert answers(home, token) == before + 1


def sessions(home: House, token: str) -> int:
    return int(api(home, token, "instruments/DNA01/sessions?limit=1")["count"])


def answers(home: House, token: str) -> int | None:
    try:
        return sessions(home, token)
    except (OSError, AssertionError):
        return None


def test_the_chain_is_whole_and_the_backup_too(home: House, tmp_path: Path) -> None:
    assert command(home, "audit", "verify")["broken"] == ""
    command(home, "backup", str(tmp_path / "b.zip"))
    assert command(home, "restore", str(tmp_path / "b.zip"), "--verify")["whole"] is True
