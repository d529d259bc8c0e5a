"""Pages in a real browser: what is looked at on each, and who looks."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page

from bench.house import House
from tests.line import Line

Look = Callable[[Page, str], list[str]]
AXE = Path(__file__).parent.parent / "node_modules" / "axe-core" / "axe.min.js"
LOOK = Path(__file__).parent / "look.js"
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
WALLS = ("/screen/", "/screen/instruments/")
"""Walls have a size of their own."""
WIDTHS = (1024, 360)


def signed_in(
    browser: Browser, home: House, name: str, theme: str = "light", language: str = "zh-hans"
) -> BrowserContext:
    base = f"http://127.0.0.1:{home.port}"
    context = browser.new_context(
        base_url=base, viewport={"width": 1440, "height": 900}, reduced_motion="reduce"
    )
    context.add_cookies(
        [
            {"name": "bh_theme", "value": theme, "url": base},
            {"name": "bh_language", "value": language, "url": base},
        ]
    )
    sign_in(context, home, name).close()
    return context


def sign_in(context: BrowserContext, home: House, name: str, line: Line | None = None) -> Page:
    """A page of somebody who has just signed in, along the line if one is given."""
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{(line or home).port}/login/")
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", home.logins[name])
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)
    return page


def with_axe(context: BrowserContext) -> None:
    for script in (AXE, LOOK):
        context.add_init_script(path=script)


SHELL = (".bh-nav", ".bh-top")
ALIKE = ("tbody tr:nth-child(n+7)", ".bh-timeline > :nth-child(n+7)")
THEMES = ("light", "dark")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def told(theme: str, violations: list[dict[str, Any]]) -> list[str]:
    return [f"{theme} {one['id']}: {node['target']}" for one in violations for node in one["nodes"][:3]]


def unseen(page: Page, theme: str, known: set[str]) -> list[str]:
    """What axe finds of texts and small targets of a kind not among the `known`, to which they are added."""
    fresh, violations = page.evaluate("([theme, known]) => look.unseen(theme, known)", [theme, list(known)])
    known.update(() if violations else fresh)
    return told(theme, violations)


def broken(page: Page, whole: bool) -> list[str]:
    """What axe finds by the other rules of WCAG 2.2 A and AA. Of many rows by one template the first six.

    `whole`: with the navigation and the bar above, which are the same on every page.
    """
    away = [[one] for one in (*ALIKE, *(() if whole else SHELL))]
    return told("", page.evaluate("([tags, away]) => look.clean(tags, away)", [WCAG, away]))


IN_ENGLISH = """async () => {
  document.cookie = "bh_language=en; path=/";
  const answer = await fetch(location.href);
  document.cookie = "bh_language=zh-hans; path=/";
  const other = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.body.replaceWith(document.adoptNode(other.body));
  return answer.status === 200 && other.documentElement.lang === "en";
}"""
"""The words of the same page in English, drawn in the place of the Chinese ones."""


def too_wide(page: Page) -> list[str]:
    """No page is wider than its window, on a small screen and on a phone, in Chinese and in English."""
    found = []
    for language, widths in (("zh-hans", WIDTHS), ("en", reversed(WIDTHS))):
        if language == "en" and not page.evaluate(IN_ENGLISH):
            found.append("no English page")
        for width in widths:
            page.set_viewport_size({"width": width, "height": 900})
            beyond = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            if beyond > 0:
                found.append(f"{beyond} px too wide at {width} in {language}")
    return found


def looked_at(context: BrowserContext, paths: tuple[str, ...], look: Look) -> dict[str, Any]:
    """Every page opened once: status, console errors, foreign hosts, and what `look` finds."""
    wrong: dict[str, Any] = {}
    complaints: list[str] = []
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for path in paths:
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        answer = page.goto(path)
        away = page.evaluate("performance.getEntriesByType('resource').map(one => one.name)")
        complaints += [url for url in away if urlsplit(url).hostname not in {"127.0.0.1", None}]
        found = [*look(page, path), *complaints]
        if answer is None or answer.status != 200:
            found.append(f"status {answer and answer.status}")
        complaints.clear()
        if found:
            wrong[path] = found
    page.close()
    return wrong


def as_it_comes(page: Page, path: str) -> list[str]:
    html = page.evaluate("[document.documentElement.lang, document.documentElement.dataset.bsTheme]")
    return [] if html == ["en", "dark"] else [f"not in English and dark: {html}"]


def everything(known: set[str], page: Page, path: str) -> list[str]:
    found = broken(page, whole=path in {"/", "/admin/"})
    for theme in THEMES:
        found += unseen(page, theme, known)
    return found + (too_wide(page) if path not in WALLS else [])


def round_of(browser: Browser, home: House, known: set[str], who: str, paths: tuple[str, ...]) -> None:
    """Everything that is asked of a page, on all of these.

    `known`: the kinds of texts and targets that have been looked at.
    """
    _all_right(signed_in(browser, home, who), paths, partial(everything, known))


def round_in_dark_and_english(
    browser: Browser, home: House, known: set[str], who: str, paths: tuple[str, ...]
) -> None:
    """The cookies of who prefers so, not a page that is changed: what scripts draw comes in that language
    too."""

    def as_set(page: Page, path: str) -> list[str]:
        return as_it_comes(page, path) + unseen(page, "dark", known)

    _all_right(signed_in(browser, home, who, "dark", "en"), paths, as_set)


def _all_right(context: BrowserContext, paths: tuple[str, ...], look: Look) -> None:
    with_axe(context)
    try:
        wrong = looked_at(context, paths, look)
    finally:
        context.close()
    assert wrong == {}, json.dumps(wrong, ensure_ascii=False, indent=1)
