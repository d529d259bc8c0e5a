"""Who visits a hall fills in the sheet on a phone: nothing is lost, and what was seen is signed once."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bench.house import House
from tests.line import Line
from tests.look import AXE, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True, bypass_csp=True
    )
    yield context
    context.close()


def picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (2400, 1800), "red").save(out, "JPEG")
    return out.getvalue()


def choose(tab: Page, place: int, chip: int) -> None:
    tab.locator(".bh-insp-item").nth(place).locator(".bh-chips label").nth(chip).tap()


def test_a_sheet_survives_a_reload_without_network_and_is_signed_when_it_is_back(
    phone: BrowserContext, home: House, line: Line
) -> None:
    tab = sign_in(phone, home, "qian_jun", line)
    tab.goto(f"http://127.0.0.1:{line.port}/service/inspect/visit/H2-01/")
    tab.wait_for_selector("html[data-kept]")
    items = tab.locator(".bh-insp-item")
    for place in range(items.count()):
        choose(tab, place, 0)
    choose(tab, 0, 1)
    first = items.first
    first.locator("textarea").fill("等候区地面有积水")
    first.get_by_text("发现问题：给班组开工单").tap()
    photo = {"name": "hall.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    first.locator("input[type=file]").set_input_files(photo)  # type: ignore[arg-type]
    expect(first.locator(".bh-thumbs img")).to_have_count(1)
    with line.away(phone):
        tab.reload()
        tab.wait_for_selector("form[data-ready]")
        assert tab.locator(".bh-insp-item textarea").first.input_value() == "等候区地面有积水"
        expect(tab.locator(".bh-insp-item").first.locator(".bh-thumbs img")).to_have_count(1)
        expect(tab.locator("[data-progress]")).to_have_text("10 / 10")
        tab.locator("[data-sign]").tap()
        expect(tab.locator("[data-state]")).to_contain_text("没有网络")
    tab.wait_for_url("**/service/inspections/*/", timeout=20_000)
    expect(tab.locator(".bh-line-found blockquote")).to_contain_text("等候区地面有积水")
    expect(tab.locator(".bh-photo")).to_have_count(1)
    tab.locator("[data-photo-open]").tap()
    expect(tab.locator(".bh-photo img")).to_be_visible()
    width = tab.locator(".bh-photo img").evaluate("picture => picture.naturalWidth")
    assert width == 1600, "the phone made the picture smaller before it was sent"
    tab.goto(f"http://127.0.0.1:{line.port}/service/inspect/visit/H2-01/")
    tab.wait_for_selector("form[data-ready]")
    expect(tab.locator("[data-progress]")).to_have_text("0 / 10")


def test_an_unfinished_sheet_shows_where_and_the_list_says_that_it_was_begun(
    phone: BrowserContext, home: House
) -> None:
    tab = sign_in(phone, home, "sun_yue")
    tab.goto(f"http://127.0.0.1:{home.port}/service/inspect/scored/H2-04/")
    tab.wait_for_selector("form[data-ready]")
    choose(tab, 0, 0)
    tab.locator("[data-sign]").tap()
    expect(tab.locator("[data-refusal]")).to_be_visible()
    expect(tab.locator(".bh-insp-wrong")).to_have_count(13)
    tab.goto(f"http://127.0.0.1:{home.port}/service/due/?whose=all")
    begun = tab.locator("[data-draft-for$=':scored:H2-04'] [data-draft]")
    expect(begun).to_be_visible()
    tab.add_script_tag(path=AXE)
    found = tab.evaluate("axe.run().then(found => found.violations.map(one => one.id))")
    assert found == []


@pytest.mark.parametrize(
    "path", ["due/?whose=all", "coverage/?duty=weekly", "inspections/", "inspect/video/H1-01/"]
)
def test_the_pages_fit_a_phone_and_can_be_read_by_everybody(
    phone: BrowserContext, home: House, path: str
) -> None:
    tab = sign_in(phone, home, "feng_li")
    for theme in ("light", "dark"):
        phone.add_cookies([{"name": "bh_theme", "value": theme, "url": f"http://127.0.0.1:{home.port}"}])
        tab.goto(f"http://127.0.0.1:{home.port}/service/{path}")
        assert tab.evaluate("document.documentElement.scrollWidth") <= 360
        tab.add_script_tag(path=AXE)
        found = tab.evaluate("axe.run().then(found => found.violations.map(one => one.id))")
        assert found == [], theme
