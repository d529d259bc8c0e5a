"""The pages of customer equity in a real browser."""

import pytest
from playwright.sync_api import Browser

from bench.house import House
from tests.look import round_in_dark_and_english, round_of, signed_in

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(180)]
PROMOTION_PAGES = (
    *("/equity/offers/who/?view=all", "/equity/offers/who/send/", "/equity/offers/rounds/"),
    *("/equity/offers/rounds/1/", "/equity/offers/ledger/", "/equity/offers/", "/equity/offers/new/"),
    *("/equity/offers/rules/", "/equity/offers/rules/1/", "/equity/consents/", "/equity/coupons/?view=all"),
    *("/equity/coupons/new/", "/equity/coupons/scans/?view=all", "/equity/redeem/", "/equity/campaigns/"),
    *("/equity/campaigns/1/", "/equity/campaigns/1/indicators/", "/equity/surveys/1/ask/"),
    "/equity/c/demo-quiz/",
)
DIRECTOR_PAGES = (
    *("/", "/equity/", "/equity/contacts/?view=all", "/equity/contacts/log/?view=all"),
    *("/equity/contacts/new/", "/equity/contracts/", "/equity/contracts/1/?payment=100"),
    *("/equity/orders/parquet/", "/customers/use/", "/strategy/", "/strategy/2/?do=review", "/strategy/new/"),
)
DARK_PAGES = (
    *("/", "/equity/", "/equity/contracts/1/?payment=100", "/equity/campaigns/1/", "/strategy/2/?do=review"),
)


def a_customer(browser: Browser, home: House) -> str:
    context = signed_in(browser, home, "lin_zhou")
    page = context.new_page()
    page.goto("/equity/contacts/?view=all")
    found = page.locator("td a[href^='/customers/']").first.get_attribute("href")
    context.close()
    assert found
    return found


def test_every_page_of_promotion_is_clean(browser: Browser, home: House, known: set[str]) -> None:
    round_of(browser, home, known, "lin_zhou", PROMOTION_PAGES)


def test_every_page_of_the_director_is_clean(browser: Browser, home: House, known: set[str]) -> None:
    round_of(browser, home, known, "lin_zhou", (*DIRECTOR_PAGES, a_customer(browser, home)))


def test_one_page_of_each_kind_opens_dark_and_in_english(
    browser: Browser, home: House, known: set[str]
) -> None:
    round_in_dark_and_english(browser, home, known, "lin_zhou", DARK_PAGES)
