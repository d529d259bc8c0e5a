"""A phone in a hall with bad reception: the public questionnaire in a real browser, on a real house."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bench.house import House
from tests.line import Line
from tests.look import AXE

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SETUP = """
import json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "bihuan.site.settings"
import django; django.setup()
from datetime import timedelta
from django.utils import timezone
from bihuan.kernel.act import surveys as act
from bihuan.kernel.act.surveys.waves import Subject
from bihuan.kernel.models import Questionnaire, Unit
from bihuan.kernel.rules.surveys.form import Condition
unit = Unit.objects.get(code="DEMO")
fields = {
    "score": {"kind": "scale_0_10", "text_zh": "您会推荐我们吗？", "text_en": "Would you recommend us?"},
    "why": {"kind": "text", "text_zh": "为什么？", "text_en": "Why?"},
    "ways": {"kind": "several_of", "text_zh": "从哪里联系？", "text_en": "Where?", "options": [
        {"key": "hall", "zh": "营业厅", "en": "hall"}, {"key": "phone", "zh": "电话", "en": "phone"}]},
}
draft = act.create_questionnaire(key="phone", title_zh="问卷", title_en="Survey", unit=unit, user=None)
for key, values in fields.items():
    question = act.keep_question(key=key, unit=unit, user=None, fields=values)
    item = act.add_item(version=draft, question=question, user=None)
    if key == "why":
        act.set_item(item=item, required=True, show_if=Condition("score", "at_most", 6), user=None)
now = timezone.now()
version = act.issue_version(version=draft, user=None)
wave = act.open_wave(version=version, subject=Subject("hall", "H1", "南关营业厅"), unit=unit,
    opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=9), wanted=5, user=None)
print(json.dumps([one.code for one in act.issue_codes(wave=wave, count=5, user=None)]))
"""
REPLIES = """
import json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "bihuan.site.settings"
import django; django.setup()
from bihuan.kernel.models import Reply
rows = Reply.objects.filter(wave__version__questionnaire__key="phone").order_by("sheet__number")
print(json.dumps([{"number": row.sheet.number, "answers": row.answers, "took_s": row.took_s,
    "texts": [each.text for each in row.verbatims.all()], "valid": row.valid} for row in rows]))
"""


def inside(home: House, code: str) -> Any:
    environ = {**os.environ, "BIHUAN_HOME": str(home.home), "BIHUAN_DATABASE_URL": ""}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def replies(home: House) -> dict[int, dict[str, Any]]:
    return {row["number"]: row for row in inside(home, REPLIES)}


@pytest.fixture(scope="module")
def codes(home: House) -> list[str]:
    found: list[str] = inside(home, SETUP)
    return found


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    yield context
    context.close()


def opened(phone: BrowserContext, home: House | Line, code: str) -> Page:
    tab = phone.new_page()
    tab.goto(f"http://127.0.0.1:{home.port}/s/{code}/")
    return tab


def score(tab: Page, value: int) -> None:
    tab.locator(f"#q-score input[value='{value}']").check(force=True)


def test_answers_survive_a_reload_without_network_and_are_sent_when_it_is_back(
    phone: BrowserContext, home: House, line: Line, codes: list[str]
) -> None:
    tab = opened(phone, line, codes[0])
    tab.wait_for_selector("html[data-kept]")
    score(tab, 3)
    tab.locator("#q-why textarea").fill("排队太久")
    with line.away(phone):
        tab.reload()
        assert tab.locator("#q-why textarea").input_value() == "排队太久"
        assert tab.locator("#q-score input[value='3']").is_checked()
        tab.locator("[data-language]").tap()
        expect(tab.locator("#q-score legend")).to_contain_text("Would you recommend us?")
        tab.locator("#q-ways label").first.tap()
        tab.locator("form .bh-s-send").tap()
        expect(tab.locator("[data-panel=waiting]")).to_be_visible()
        expect(tab.locator("[data-panel=waiting] h1")).to_contain_text("Not sent yet")
        tab.reload()
        expect(tab.locator("[data-panel=waiting]")).to_be_visible()
    expect(tab.locator("[data-panel=sent]")).to_be_visible(timeout=20_000)
    row = replies(home)[1]
    assert (row["answers"], row["texts"], row["valid"]) == (
        {"score": 3, "ways": ["hall"]},
        ["排队太久"],
        True,
    )
    tab.reload()
    expect(tab.locator("h1").locator("visible=true")).to_contain_text("This code has been used")
    assert "排队" not in tab.evaluate("JSON.stringify(localStorage)"), "nothing is left on the phone"


def test_a_lost_answer_and_a_double_tap_are_one_reply(
    phone: BrowserContext, home: House, codes: list[str]
) -> None:
    phone.add_init_script("delete Navigator.prototype.serviceWorker")  # what it sends cannot be lost here
    tab = opened(phone, home, codes[1])
    lost: list[str] = []

    def lose(route: Any) -> None:
        """The server has stored it; the phone never hears."""
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().text())
            route.abort()
        else:
            route.continue_()

    phone.route("**/s/**", lose)
    score(tab, 9)
    tab.locator("#q-ways label").last.tap()
    tab.evaluate("const send = document.querySelector('form .bh-s-send'); send.click(); send.click();")
    expect(tab.locator("[data-panel=sent]")).to_be_visible(timeout=20_000)
    assert json.loads(lost[0]) == {"state": "sent"}
    assert replies(home)[2]["answers"] == {"score": 9, "ways": ["phone"]}


def test_an_open_question_is_shown_and_a_hidden_one_is_not_asked(
    phone: BrowserContext, home: House, codes: list[str]
) -> None:
    tab = opened(phone, home, codes[2])
    expect(tab.locator("#q-why")).to_be_hidden()
    score(tab, 6)
    tab.locator("form .bh-s-send").tap()
    expect(tab.locator("#q-why .bh-q-error")).to_be_visible()
    expect(tab.locator("[data-open]")).to_be_visible()
    assert 3 not in replies(home)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 360
    small = tab.evaluate(
        "[...document.querySelectorAll('.bh-q:not([hidden]) label > span, .bh-s-send, .bh-s-language')]"
        ".filter(e => e.offsetParent && e.getBoundingClientRect().height < 44).map(e => e.textContent)"
    )
    assert small == [], "targets of 44 px and more"


@pytest.mark.parametrize("path", ["/s/{code}/", "/s/", "/s/ZZZZZZZZZZ/"])
def test_the_public_pages_are_axe_clean(
    phone: BrowserContext, home: House, codes: list[str], path: str
) -> None:
    assert phone.browser is not None
    context = phone.browser.new_context(viewport={"width": 360, "height": 740}, bypass_csp=True)
    tab = context.new_page()
    found = []
    for scheme in ("light", "dark"):
        tab.emulate_media(color_scheme=scheme)
        tab.goto(f"http://127.0.0.1:{home.port}{path.format(code=codes[3])}")
        tab.evaluate(AXE.read_text(encoding="utf-8"))
        found += tab.evaluate("axe.run()")["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]][:2]) for one in found] == []
