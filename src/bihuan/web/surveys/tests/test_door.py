"""The short way in: the same answers as through the house, and everything else passes on."""

import io
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import OperationalError

from bihuan.kernel.act import surveys as act
from bihuan.kernel.models import Reply
from bihuan.kernel.tests.surveys_world import ANSWERS, one_code, wave
from bihuan.kernel.tests.world import World
from bihuan.web.surveys import door
from bihuan.web.surveys.door import Door
from bihuan.web.surveys.limit import MISSED
from bihuan.web.surveys.phone import Sent, taken_in

pytestmark = pytest.mark.django_db
HOUSE = [b"the house"]


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    yield
    MISSED.forget()


def ask(path: str, body: bytes = b"", **more: Any) -> tuple[str, dict[str, str], list[bytes]]:
    """Status, headers and body; an empty status when the house was asked."""
    told: list[Any] = []
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "REMOTE_ADDR": "192.0.2.7",
        **more,
    }
    found = list(Door(lambda _environ, _start: HOUSE)(environ, lambda *args: told.extend(args)))
    return (told[0], dict(told[1]), found) if told else ("", {}, found)


def sent(key: str = "phone-key-0001", **more: Any) -> bytes:
    return json.dumps({"key": key, "answers": ANSWERS, "took_s": 40, "language": "en", **more}).encode()


def test_a_reply_is_stored_and_told_twice_is_one(world: World) -> None:
    path = f"/s/{one_code(wave(world)).code}/"
    status, headers, body = ask(path, sent())
    assert (status, json.loads(body[0])) == ("201 Created", {"state": "sent"})
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Length"] == str(len(body[0]))
    assert ask(path, sent())[0] == "200 OK"
    assert ask(path, sent("phone-key-0002"))[0] == "409 Conflict"
    assert Reply.objects.count() == 1


def test_replies_of_one_moment_are_told_as_each_would_be(
    world: World, django_assert_num_queries: Callable[[int], AbstractContextManager[Any]]
) -> None:
    codes = [issued.code for issued in act.issue_codes(wave=wave(world), count=4, user=None)]
    told = [
        *(Sent(None, code, sent(f"phone-key-{code}")) for code in codes),
        Sent(None, codes[0], sent(f"phone-key-{codes[0]}")),
        Sent(None, codes[1], sent("phone-key-other")),
        Sent(None, "ABCDEFGHJK", sent()),
        Sent(None, codes[3], b"no json"),
        Sent("192.0.2.9", codes[2], sent(answers={"attitude": 9})),
    ]
    with django_assert_num_queries(9):
        answers = taken_in(told)
    new = ({"state": "sent"}, 201)
    again, used = ({"state": "sent"}, 200), ({"state": "used"}, 409)
    wrong, odd = ({"state": "wrong"}, 422), ({"state": "wrong", "code": "attitude"}, 422)
    assert answers == [new, new, new, new, again, used, ({"state": "unknown"}, 404), wrong, odd]
    assert Reply.objects.count() == 4
    with django_assert_num_queries(5):
        assert [status for _state, status in taken_in(told[:4])] == [200] * 4


def test_what_our_page_does_not_send_is_told_and_counted(world: World) -> None:
    path = f"/s/{one_code(wave(world)).code}/"
    assert ask(path, b"{}")[0].startswith("422")
    assert ask(path, sent(answers={"attitude": 9}))[0].startswith("422")
    assert ask(path, b"no json")[0].startswith("422")
    assert not Reply.objects.exists()


def test_guessing_is_slowed_down(world: World) -> None:
    for _n in range(20):
        assert ask("/s/ABCDEFGHJK/", sent())[0] == "404 Not Found"
    status, headers, _body = ask("/s/ABCDEFGHJK/", sent())
    assert (status, headers["Retry-After"]) == ("429 Too Many Requests", "600")


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("/s/ABCDEFGHJK/", {"REQUEST_METHOD": "GET"}),
        ("/s/ABCDEFGHJK/", {"CONTENT_TYPE": "application/x-www-form-urlencoded"}),
        ("/s/ABCDEFGHJK/", {"CONTENT_LENGTH": "70000"}),
        ("/s/ABCDEFGHJK/", {"CONTENT_LENGTH": ""}),
        ("/s/", {}),
        ("/cases/", {}),
    ],
)
def test_everything_else_is_the_house_s(path: str, more: dict[str, str]) -> None:
    assert ask(path, b"{}", **more) == ("", {}, HOUSE)


def test_a_connection_that_broke_since_is_made_anew_once(monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[str] = []

    def broken(client: str | None, code: str, body: bytes) -> tuple[dict[str, str], int]:
        tries.append(code)
        if len(tries) == 1:
            raise OperationalError("the connection is closed")
        return {"state": "sent"}, 201

    monkeypatch.setattr(door, "by_script", broken)
    assert ask("/s/ABCDEFGHJK/", sent())[0] == "201 Created"
    assert len(tries) == 2
