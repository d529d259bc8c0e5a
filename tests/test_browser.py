"""The pages in a real browser: clean for axe, in both themes and languages, live, without foreign hosts.

Pages of a system are looked at in the folder of that name.
"""

import pytest
from playwright.sync_api import Browser

from bench.house import House
from tests.look import WALLS, broken, round_in_dark_and_english, round_of, signed_in, unseen, with_axe

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(180)]
PAGES = (
    *("/obligations/", "/obligations/coverage/", "/improvements/", "/improvements/new/"),
    *("/", "/?tab=later", "/cases/", "/callbacks/?view=open", "/customers/", "/organisation/"),
    *("/organisation/places/", "/organisation/regions/", "/organisation/people/", "/organisation/cards/"),
    *("/organisation/posts/", "/standards/", "/standards/causes/", "/standards/escalation/"),
    *("/calendar/", "/audit/", "/notices/", "/reports/?view=all", "/jobs/", "/account/"),
    *("/search/?q=DNA01", "/surveys/", "/surveys/new/"),
    *("/instruments/", "/instruments/DNA01/", "/instruments/SPC10/", "/instruments/sessions/"),
    *("/instruments/alarms/", "/instruments/photos/", "/instruments/journals/", "/instruments/orphans/"),
    *("/instruments/unknown/", "/instruments/maintenance/", "/instruments/list/", "/instruments/permits/"),
)
ADMIN_PAGES = (
    *("/obligations/", "/obligations/coverage/", "/improvements/", "/improvements/new/"),
    *("/accounts/", "/accounts/tokens/", "/openings/", "/admin/", "/admin/processes/"),
    *("/admin/rooms/", "/admin/rooms/new/", "/account/channels/new/"),
    *("/admin/quality/", "/admin/ui/"),
)
DARK_PAGES = (
    *("/", "/cases/", "/improvements/new/", "/instruments/", "/instruments/DNA01/", "/surveys/new/"),
    *WALLS,
)


ROUNDS = {"the director": ("chen_jing", (*PAGES, *WALLS)), "the administrator": ("admin", ADMIN_PAGES)}


@pytest.mark.parametrize("of", ROUNDS)
def test_every_page_is_clean(browser: Browser, home: House, known: set[str], of: str) -> None:
    round_of(browser, home, known, *ROUNDS[of])


def test_one_page_of_each_kind_opens_dark_and_in_english(
    browser: Browser, home: House, known: set[str]
) -> None:
    round_in_dark_and_english(browser, home, known, "chen_jing", DARK_PAGES)


def test_a_pale_text_and_a_tiny_target_are_found_on_every_page(browser: Browser) -> None:
    """A page that is not clean: what looks at the others does find something."""
    context, known = browser.new_context(), set[str]()
    with_axe(context)
    page = context.new_page()
    page.goto("about:blank")
    page.set_content(
        "<html lang=en><title>t</title><main><p>fine</p><p style='color:#ccc'>pale</p><img src=x>"
        "<button style='all:unset;width:9px;height:9px'>a</button>"
        "<button style='all:unset;width:9px;height:9px'>b</button></main>"
    )

    assert {one.split()[0] for one in broken(page, whole=True)} == {"image-alt:"}
    found = " ".join(unseen(page, "light", known))
    assert "color-contrast" in found
    assert "target-size" in found
    assert unseen(page, "light", known), "what is wrong is told on every page"
    page.set_content("<html lang=en><title>t</title><main><p>fine</p></main>")
    assert unseen(page, "light", known) == []
    assert len(known) == 1
    assert page.evaluate("known => look.unseen('light', known)", list(known)) == [[], []], "not asked again"
    context.close()


def test_a_swipe_shows_on_the_open_board_within_a_second_and_without_a_reload(
    browser: Browser, home: House
) -> None:
    context = signed_in(browser, home, "wu_min")
    page = context.new_page()
    page.goto("/instruments/")
    page.evaluate("window.mark = 1")
    page.get_by_text("DNA01").first.wait_for()
    page.wait_for_timeout(1500)

    home.say("DNA01,0008075634open")
    page.get_by_text("张三").first.wait_for(timeout=3000)

    assert page.evaluate("window.mark") == 1
    home.say("DNA01,0008075634close")
    context.close()
