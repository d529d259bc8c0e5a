"""The live stream: only the page's own origin, only the viewer's units, nobody slows the others."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings

from bihuan.kernel import live_token
from bihuan.kernel.act.cases import open_case
from bihuan.kernel.act.cases.open import Breach
from bihuan.kernel.act.live import touch
from bihuan.kernel.live import LiveRow
from bihuan.kernel.manifest import LiveTopic
from bihuan.kernel.tests.world import World, build, monday
from bihuan.site.live import app, feed
from bihuan.site.live.hub import Hub
from bihuan.site.live.viewer import QUEUE, Viewer

ORIGIN = f"http://127.0.0.1:{settings.ENVIRONMENT.port}"


def rows(keys: list[str]) -> list[LiveRow]:
    return [LiveRow(f"row-{key}", f"<b>{key}</b>", "/1/2/") for key in keys]


def viewer(unit_path: str = "/1/", *topics: str, user: int = 1) -> Viewer:
    return Viewer(user, unit_path, "en", frozenset(topics or ("t",)), time.time() + 60)


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[Viewer]], dict[str, list[tuple[str, Any]]]]:
    """Looks once after the feed has begun; returns what each viewer got, by unit path."""
    topic = LiveTopic(topic="t", render=f"{__name__}:rows")
    found = feed.Feed()
    found.topics = {"t": topic}
    found.next_stale = time.monotonic() + 60

    def look(viewers: list[Viewer]) -> dict[str, list[tuple[str, Any]]]:
        return {who.unit_path: [parsed(one) for one in frames] for who, frames in found.look(viewers)}

    return look


def parsed(data: bytes) -> tuple[str, Any]:
    event, body = data.decode().strip().split("\n")
    return event.removeprefix("event: "), json.loads(body.removeprefix("data: "))


@pytest.mark.django_db
def test_a_change_reaches_who_watches_it_inside_the_units(
    watched: Callable[[list[Viewer]], dict[str, list[tuple[str, Any]]]],
) -> None:
    touch("t", ["DNA01"])

    got = watched([viewer("/1/"), viewer("/1/3/"), viewer("/1/2/", "other")])

    assert got == {"/1/": [("row", {"id": "row-DNA01", "html": "<b>DNA01</b>"})]}


@pytest.mark.django_db
def test_a_change_is_told_once(watched: Callable[[list[Viewer]], dict[str, list[tuple[str, Any]]]]) -> None:
    touch("t", ["DNA01"])
    watched([viewer()])

    assert watched([viewer()]) == {}


@pytest.mark.django_db
def test_many_changes_of_one_element_are_one(
    watched: Callable[[list[Viewer]], dict[str, list[tuple[str, Any]]]],
) -> None:
    for _ in range(3):
        touch("t", ["DNA01"])

    assert len(watched([viewer()])["/1/"]) == 1


@pytest.mark.django_db
def test_an_overdue_case_changes_the_title_of_its_units_only(
    watched: Callable[[list[Viewer]], dict[str, list[tuple[str, Any]]]],
) -> None:
    world: World = build()
    breach = Breach(
        kind="offline", subject="DNA01", episode="1", at=monday().replace(year=2025), unit=world.building
    )
    open_case(breach=breach)

    got = watched([viewer(world.root.path), viewer(world.beishan.path)])

    assert got[world.root.path][-1] == ("title", {"overdue": 1})
    assert got[world.beishan.path][-1] == ("title", {"overdue": 0})


@pytest.mark.django_db
def test_a_token_names_its_viewer_until_it_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    world = build()
    token = live_token.make(world.wu_min, "zh-hans")

    found = app.viewer_of({"token": [token], "topics": ["a,b"]})
    assert found
    assert (found.user, found.unit_path, found.language) == (world.wu_min.pk, world.building.path, "zh-hans")
    assert found.topics == {"a", "b"}
    assert app.viewer_of({"token": [token + "x"]}) is None
    assert app.viewer_of({}) is None
    monkeypatch.setattr(live_token, "LIVES_S", -1)
    assert app.viewer_of({"token": [token]}) is None


@pytest.mark.parametrize("origin", ["", "http://evil.example", "http://127.0.0.1:1", "null"])
def test_a_foreign_origin_may_not_read(origin: str) -> None:
    assert app.cors(origin, {"host": "127.0.0.1:8001"}) == []


def test_the_page_s_own_origin_may_read() -> None:
    assert (b"access-control-allow-origin", ORIGIN.encode()) in app.cors(ORIGIN, {"host": "127.0.0.1:8001"})


def test_a_slow_reader_is_cut_off_and_the_others_go_on() -> None:
    async def play() -> tuple[set[Viewer], bytes | None]:
        hub = Hub()
        slow, quick = viewer(), viewer()
        hub.viewers = {slow, quick}
        for _ in range(QUEUE + 1):
            for one in (slow, quick):
                hub.send(one, b"x")
            quick.queue.get_nowait()
        return hub.viewers - {quick}, slow.queue.get_nowait()

    assert asyncio.run(play()) == (set(), None)


def test_a_reader_whose_token_ran_out_is_sent_away() -> None:
    async def play() -> set[Viewer]:
        hub = Hub()
        old = viewer()
        old.expires = time.time() - 1
        hub.viewers = {old}
        hub.tick()
        return hub.viewers

    assert asyncio.run(play()) == set()
