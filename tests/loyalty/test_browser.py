"""The pages of the net promoter system in a real browser."""

import pytest
from playwright.sync_api import Browser

from bench.house import House
from tests.look import round_of

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(180)]
PAGES = (
    *("/loyalty/", "/loyalty/branches/", "/loyalty/drivers/", "/loyalty/response/", "/loyalty/growth/"),
    *("/loyalty/answers/", "/loyalty/answers/1/", "/loyalty/playback/", "/loyalty/journey/"),
    *("/loyalty/huddles/?view=all", "/loyalty/huddles/1/", "/loyalty/adoption/", "/loyalty/programmes/1/"),
    *("/loyalty/invitations/new/", "/loyalty/by-class/", "/loyalty/programmes/draws/1/"),
    *("/loyalty/programmes/2/", "/loyalty/programmes/new/"),
    *("/loyalty/invitations/?view=all", "/loyalty/invitations/bounces/", "/loyalty/not-asked/"),
)


def test_every_page_is_clean(browser: Browser, home: House, known: set[str]) -> None:
    round_of(browser, home, known, "ye_lan", PAGES)
