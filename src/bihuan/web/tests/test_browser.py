"""The browser part in a real browser: keys, selection, theme, live stream, charts, and axe on the gallery."""

import json
import mimetypes
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.utils.translation import override
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from bihuan.web.tests.test_pages import listing, page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
STATIC = Path(__file__).parent.parent / "static"
AXE = Path(__file__).parents[4] / "node_modules/axe-core/axe.min.js"
POLICY = "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; connect-src 'self'"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class House:
    """One page, the stream and the token from memory, static files from their folder; what went wrong."""

    def __init__(self, tab: Page, base: str) -> None:
        self.tab = tab
        self.base = base
        self.pages: dict[str, str] = {}
        self.stream = ""
        self.posted: list[tuple[str, str]] = []
        self.errors: list[str] = []
        self.expected = ""
        """What an error may say in a test that breaks something on purpose."""
        tab.on("pageerror", lambda error: self.errors.append(str(error)))
        tab.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)

    def open(self, html: str) -> Page:
        self.pages["/here/"] = html
        self.tab.goto("/here/", wait_until="load")
        return self.tab

    def answer(self, path: str) -> tuple[str, bytes]:
        """Media type and content; of every other address the page that a test left there."""
        if path == "/live":
            return "text/event-stream", self.stream.encode()
        if path == "/token":
            return "application/json", b'{"url": "/live", "expires_s": 300}'
        html = self.pages.get(path, "<!doctype html><title>elsewhere</title>")
        return "text/html; charset=utf-8", html.encode()


class Door(ThreadingHTTPServer):
    """A real server, so that scripts are kept by the browser from one page to the next."""

    daemon_threads = True
    house: House

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Door

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        file = STATIC / path.removeprefix("/static/")
        if not path.startswith("/static/"):
            self._send(200, *self.server.house.answer(path))
        elif file.is_file():
            kind = mimetypes.guess_type(file.name)[0] or "text/plain"
            self._send(200, kind, file.read_bytes(), **{"Cache-Control": "max-age=600"})
        else:
            self._send(404, "text/plain", b"")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        self.server.house.posted.append((urlsplit(self.path).path, body))
        self._send(204, "text/plain", b"")

    def _send(self, status: int, kind: str, body: bytes, **headers: str) -> None:
        self.send_response(status)
        headers = {"Content-Type": kind, "Content-Security-Policy": POLICY, **headers}
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads it."""


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    with Door(("127.0.0.1", 0), Answers) as found:
        thread = Thread(target=found.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield found
        found.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def context(chromium_path: str, door: Door) -> Iterator[BrowserContext]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
        yield started.new_context(base_url=door.base, reduced_motion="reduce")
        started.close()


@pytest.fixture
def house(context: BrowserContext, door: Door) -> Iterator[House]:
    """A page as nobody opened one before: what it keeps is forgotten, but for the scripts."""
    context.clear_cookies()
    tab = context.new_page()
    tab.set_viewport_size({"width": 1440, "height": 900})
    house = door.house = House(tab, door.base)
    yield house
    tab.evaluate("localStorage.clear(), sessionStorage.clear()")
    tab.close()
    assert [error for error in house.errors if not house.expected or house.expected not in error] == []


def table(**changes: Any) -> str:
    rows = [
        {
            "id": n,
            "url": f"/cases/{n}/",
            "cells": [{"html": f"case {n}", "cls": "bh-fluid"}, {"html": str(n), "cls": ""}],
        }
        for n in (1, 2, 3)
    ]
    with override("en"):
        return page("web/listing/page.html", listing=listing(rows=rows, **changes))


def test_j_and_k_move_x_selects_and_o_opens(house: House) -> None:
    tab = house.open(table())
    tab.keyboard.press("j")
    tab.keyboard.press("j")
    tab.keyboard.press("k")
    tab.keyboard.press("x")
    assert tab.locator("tr[data-cursor]").get_attribute("id") == "row-1"
    assert tab.locator("[data-selected-count]").inner_text() == "1"
    tab.keyboard.press("o")
    tab.wait_for_url("**/cases/1/")


def test_the_tool_bar_turns_with_a_selection_without_a_jump(house: House) -> None:
    tab = house.open(table())
    before = tab.locator(".bh-toolbar").bounding_box()
    tab.locator("[data-check-page]").check()
    assert tab.locator("[data-selected-count]").inner_text() == "3"
    assert tab.locator(".bh-toolbar").bounding_box() == before
    tab.locator("[data-select-all]").click()
    assert tab.locator("input[name=all]").input_value() == "1"


def test_slash_goes_to_the_search_and_letters_there_are_letters(house: House) -> None:
    tab = house.open(table())
    tab.keyboard.press("/")
    tab.keyboard.type("jo?")
    assert tab.locator("#bh-search").input_value() == "jo?"
    assert tab.locator("tr[data-cursor]").count() == 0


def test_question_mark_lists_the_keys_and_they_can_be_switched_off(house: House) -> None:
    tab = house.open(table())
    tab.keyboard.press("?")
    assert tab.locator("#bh-keys").is_visible()
    tab.locator("#bh-keys [data-keys-toggle]").click()
    tab.keyboard.press("Escape")
    tab.keyboard.press("j")
    assert tab.locator("tr[data-cursor]").count() == 0


def test_g_h_goes_home(house: House) -> None:
    tab = house.open(table())
    tab.keyboard.press("g")
    tab.keyboard.press("h")
    tab.wait_for_url(f"{house.base}/")


def test_the_theme_switch_changes_the_page_and_the_next_one(house: House) -> None:
    tab = house.open(table())
    tab.locator("[data-theme-toggle]").click()
    assert tab.locator("html").get_attribute("data-bs-theme") == "dark"
    assert {"name": "bh_theme", "value": "dark"}.items() <= dict(tab.context.cookies()[0]).items()


def test_the_density_is_remembered_by_the_server(house: House) -> None:
    tab = house.open(table(preferences_url="/prefer/"))
    tab.locator("button[data-density=relaxed]").click()
    tab.wait_for_timeout(50)
    assert house.posted == [("/prefer/", "density=relaxed")]
    assert tab.locator("tbody tr").first.bounding_box()["height"] >= 44  # type: ignore[index]


def event(name: str, data: Any) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


def test_a_live_row_keeps_focus_and_selection_and_counts_follow(house: House) -> None:
    fresh = '<tr id="row-2" data-row><td><input type="checkbox" name="ids" value="2"></td><td>new</td></tr>'
    house.stream = event("row", {"id": "row-2", "html": fresh}) + event("counts", {"bell": 7})
    with override("en"):
        source = table(actions=[{"key": "assign", "label": "Assign"}])
    source = source.replace("<body ", '<body data-live-token-url="/token" ')
    tab = house.open(source)
    tab.wait_for_selector("#row-2 >> text=new")
    assert tab.locator("[data-live-count=bell]").inner_text() == "7"
    assert tab.locator("#row-1").inner_text() != ""


@pytest.mark.parametrize("switched_on", [True, False])
def test_a_new_alarm_sounds_once_for_who_has_switched_it_on(house: House, switched_on: bool) -> None:
    house.stream = event("counts", {"instruments.abnormal": 0}) + "".join(
        event("counts", {"instruments.abnormal": n}) for n in (1, 1, 2)
    )
    source = table().replace('<body class="', f'<body class="{"bh-sound " if switched_on else ""}')
    house.tab.add_init_script(
        "window.tones = 0; const start = OscillatorNode.prototype.start;"
        "OscillatorNode.prototype.start = function (...at) { window.tones += 1; start.apply(this, at); };"
    )
    tab = house.open(source.replace("<body ", '<body data-live-token-url="/late" ', 1))
    tab.keyboard.press("Escape")  # before that no page may sound: the stream comes at the second try
    with tab.expect_response("**/live"):
        house.pages["/late"] = json.dumps({"url": "/live", "expires_s": 300})
    tab.wait_for_timeout(300)
    assert tab.evaluate("window.tones") == (1 if switched_on else 0)


def test_a_tick_is_enough_to_be_live_and_silence_is_told(house: House) -> None:
    house.stream = event("tick", {"now": 0})
    with override("en"):
        source = page().replace("<body ", '<body data-live-url="/live" ')
    house.tab.clock.install()
    tab = house.open(source)
    tab.clock.run_for(2_000)
    mark = tab.locator(".bh-title-actions [data-live-mark]")
    expect(mark).to_have_attribute("data-state", "on")
    house.tab.route("**/live", lambda route: route.abort())
    tab.clock.run_for(14_000)
    expect(mark).not_to_have_attribute("data-state", "on")
    house.expected = "ERR_FAILED"


def test_the_overdue_number_reaches_title_and_icon(house: House) -> None:
    house.stream = event("title", {"overdue": 12})
    source = table().replace("<title>(2) ", "<title>")
    tab = house.open(source.replace("<body ", '<body data-live-url="/live" '))
    expect(tab).to_have_title(re.compile(r"^\(12\) Cases|^\(12\) 工单"))
    assert "9%2B" in (tab.locator("#bh-favicon").get_attribute("href") or "")


def test_a_time_that_goes_on_ticks_by_the_servers_clock(house: House) -> None:
    source = table().replace(
        '<meta name="bh-now" content="', '<meta name="bh-now" content="2026-11-23T10:00:05+08:00" x="'
    )
    source = source.replace(
        "<main ", '<main><time data-since="2026-11-23T10:00:00+08:00"></time></main><div ', 1
    )
    tab = house.open(source.replace('<div class="bh-content"', "<div"))
    assert tab.locator("time[data-since]").first.inner_text() in ("00:00:05", "00:00:06", "00:00:07")


def test_a_chart_is_drawn_and_its_table_agrees(house: House) -> None:
    with override("en"):
        tab = house.open(page())
    tab.wait_for_selector("[data-chart-canvas] canvas")
    tab.locator("[data-chart-toggle]").click()
    assert tab.locator("[data-chart-data] tbody tr").count() == 14
    assert tab.locator("[data-chart-data] tbody tr").first.inner_text().split() == ["11-10", "34", "30"]
    tab.locator("[data-theme-toggle]").click()
    tab.locator("[data-chart-toggle]").click()
    assert tab.locator("[data-chart-canvas] canvas").is_visible()


def test_over_numbers_dots_and_lines_have_places_of_their_own(house: House) -> None:
    with override("en"):
        tab = house.open(page())
    line = {"name": "limit", "kind": "line", "x": [10, 90], "plain": True}
    dots = {"name": "units", "kind": "dots", "values": [80, 60], "labels": ["a", "b"]}
    spec = {
        "x": [20, 50],
        "number": True,
        "series": [dots, line | {"values": [70, 75]}, line | {"values": [90, 85]}],
    }
    drawn = tab.evaluate(
        "spec => import('/static/bihuan/chart-option.js').then(({option}) => option(spec))", spec
    )
    assert [series["type"] for series in drawn["series"]] == ["scatter", "line", "line"]
    assert drawn["series"][0]["data"] == [{"value": [20, 80], "name": "a"}, {"value": [50, 60], "name": "b"}]
    assert drawn["series"][1]["data"] == [[10, 70], [90, 75]]
    assert drawn["series"][1]["color"] == drawn["series"][2]["color"], "two lines of one name look alike"
    assert drawn["legend"]["data"] == ["units", "limit"]


@pytest.mark.parametrize("kind", ["the gallery", "a list"])
def test_no_page_is_wider_than_its_window(house: House, kind: str) -> None:
    with override("en"):
        tab = house.open(page() if kind == "the gallery" else table())
    wide = {}
    for width in (360, 720, 1024, 1440, 1920):
        tab.set_viewport_size({"width": width, "height": 800})
        wide[width] = tab.evaluate("document.documentElement.scrollWidth")
    assert {width: found for width, found in wide.items() if found > width} == {}


def test_the_gallery_is_axe_clean(house: House) -> None:
    """All of it in the light theme, wide and on a phone, then, after the switch, what only colours change."""
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = []
    house.tab.add_init_script(path=AXE)
    with override("en"):
        tab = house.open(page(theme="light"))
    for width in (1440, 360):
        tab.set_viewport_size({"width": width, "height": 900})
        found += tab.evaluate(f"axe.run(document, {{runOnly: {json.dumps(tags)}}})")["violations"]
    tab.locator("[data-theme-toggle]").click()
    for width in (360, 1440):
        tab.set_viewport_size({"width": width, "height": 900})
        colours = "axe.run(document, {runOnly: {type: 'rule', values: ['color-contrast']}})"
        found += tab.evaluate(colours)["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]][:3]) for each in found] == []
