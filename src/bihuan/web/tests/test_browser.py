"""The browser part in a real browser: keys, selection, theme, live stream, charts, and axe on the gallery."""

import json
import mimetypes
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.utils.translation import override
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from bihuan.web.tests.test_pages import listing, page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
STATIC = Path(__file__).parent.parent / "static"
AXE = Path(__file__).parents[4] / "node_modules/axe-core/axe.min.js"
HOST = "http://bihuan.test"
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
    """Answers every address of one page from memory and from the static folder; collects what went wrong."""

    def __init__(self, tab: Page) -> None:
        self.tab = tab
        self.pages: dict[str, str] = {}
        self.stream = ""
        self.posted: list[tuple[str, str]] = []
        self.errors: list[str] = []
        self.expected = ""
        """What an error may say in a test that breaks something on purpose."""
        tab.route("**/*", self.answer)
        tab.on("pageerror", lambda error: self.errors.append(str(error)))
        tab.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)

    def answer(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        if route.request.method == "POST":
            self.posted.append((path, route.request.post_data or ""))
            route.fulfill(status=204)
        elif path == "/live":
            route.fulfill(content_type="text/event-stream", body=self.stream)
        elif path == "/token":
            route.fulfill(json={"url": "/live", "expires_s": 300})
        elif path.startswith("/static/"):
            self._file(route, STATIC / path.removeprefix("/static/"))
        else:
            html = self.pages.get(path, "<!doctype html><title>elsewhere</title>")
            route.fulfill(
                content_type="text/html; charset=utf-8",
                body=html,
                headers={"Content-Security-Policy": POLICY},
            )

    def _file(self, route: Route, path: Path) -> None:
        kind = mimetypes.guess_type(path.name)[0] or "text/plain"
        if path.is_file():
            route.fulfill(content_type=kind, body=path.read_bytes())
        else:
            route.fulfill(status=404)

    def open(self, html: str) -> Page:
        self.pages["/here/"] = html
        self.tab.goto(f"{HOST}/here/", wait_until="load")
        return self.tab


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def house(browser: Browser) -> Iterator[House]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    house = House(context.new_page())
    yield house
    context.close()
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
    tab.wait_for_url(f"{HOST}/")


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
    house.pages["/late"] = json.dumps({"url": "/live", "expires_s": 300})
    tab.wait_for_timeout(2500)
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


@pytest.mark.parametrize("width", [360, 720, 1024, 1440, 1920])
def test_no_page_is_wider_than_its_window(house: House, width: int) -> None:
    house.tab.set_viewport_size({"width": width, "height": 800})
    with override("en"):
        tab = house.open(page())
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    tab = house.open(table())
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [360, 1440])
def test_the_gallery_is_axe_clean(browser: Browser, width: int) -> None:
    """Everything in the light theme, and then, after the switch, what only colours can change."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, bypass_csp=True, reduced_motion="reduce"
    )
    house = House(context.new_page())
    with override("en"):
        tab = house.open(page(theme="light"))
    tab.evaluate(AXE.read_text())
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = tab.evaluate(f"axe.run(document, {{runOnly: {json.dumps(tags)}}})")["violations"]
    tab.locator("[data-theme-toggle]").click()
    colours = "axe.run(document, {runOnly: {type: 'rule', values: ['color-contrast']}})"
    found += tab.evaluate(colours)["violations"]
    context.close()
    assert [(each["id"], [node["html"] for node in each["nodes"]][:3]) for each in found] == []
