"""At the till a coupon is scanned without network, through a reload, and redeemed once when it is back."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bench.house import House
from tests.line import Line
from tests.look import AXE, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(180)]
SMALL = {"width": 360, "height": 740}


@pytest.fixture
def phones(browser: Browser) -> Iterator[list[BrowserContext]]:
    """Three of them: the east till, the west till, a customer."""
    found = [
        browser.new_context(viewport=SMALL, has_touch=True, is_mobile=True, bypass_csp=True)  # type: ignore[arg-type]
        for _n in range(3)
    ]
    yield found
    for each in found:
        each.close()


def at(home: House | Line, path: str) -> str:
    return f"http://127.0.0.1:{home.port}{path}"


def letters(home: House) -> str:
    return "\n".join(path.read_text("utf-8", "replace") for path in (home.home / "demo-mail").iterdir())


def scan(tab: Page, code: str) -> None:
    tab.fill("#code", code)
    tab.locator("[data-form] .bh-btn-primary").tap()


def test_a_coupon_of_a_letter_is_redeemed_once_at_two_tills(
    phones: list[BrowserContext], home: House, line: Line
) -> None:
    east, west, customer = phones
    links = re.findall(r"/equity/o/\S+", letters(home))
    page = customer.new_page()
    page.goto(at(home, links[2]))
    code = page.locator(".bh-eq-code").inner_text()
    page.add_script_tag(path=str(AXE))
    assert page.evaluate("axe.run().then(found => found.violations.map(one => one.id))") == []
    assert page.evaluate("document.documentElement.scrollWidth") == 360

    first = sign_in(east, home, "tao_yi", line)
    first.goto(at(line, "/equity/redeem/"))
    first.wait_for_selector("html[data-kept]")
    with line.away(east):
        scan(first, code)
        expect(first.locator("[data-outcome=kept]")).to_have_count(1)
        first.reload()
        first.wait_for_selector("[data-ready]")
        expect(first.locator("[data-outcome=kept]")).to_have_count(1)

        second = sign_in(west, home, "pan_yu")
        second.goto(at(home, "/equity/redeem/"))
        second.wait_for_selector("[data-ready]")
        scan(second, code)
        expect(second.locator("[data-outcome=redeemed]")).to_have_count(1)

    expect(first.locator("[data-outcome=used]")).to_contain_text("城西支行", timeout=20_000)
    expect(first.locator("[data-outcome=kept]")).to_have_count(0)
    page.reload()
    expect(page.locator(".bh-eq-ticket")).to_contain_text("城西支行")


def test_a_visit_of_a_campaign_is_told_with_its_time_and_brings_a_coupon(
    phones: list[BrowserContext], home: House
) -> None:
    customer = phones[2].new_page()
    director = sign_in(phones[0], home, "lin_zhou")
    director.goto(at(home, "/equity/campaigns/1/indicators/"))
    before = int(director.locator(".bh-one b").inner_text())
    customer.goto(at(home, "/equity/c/demo-quiz/?q"))
    customer.locator("label", has_text="三年").tap()
    customer.locator(".bh-s-send").tap()
    expect(customer.locator(".bh-eq-code")).to_have_text(re.compile(r"[2-9A-Z]{5}-[2-9A-Z]{5}"))
    assert phones[2].cookies() == []
    customer.close(run_before_unload=True)
    director.reload()
    assert int(director.locator(".bh-one b").inner_text()) == before + 1
