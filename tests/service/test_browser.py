"""The pages of the service evaluation in a real browser."""

import pytest
from playwright.sync_api import Browser

from bench.house import House
from tests.look import round_in_dark_and_english, round_of, signed_in

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(180)]
DIRECTOR_PAGES = (
    "/service/evaluator/",
    *("/service/evaluation/", "/service/evaluation/scheme/", "/service/evaluation/items/"),
    *("/service/evaluation/figures/", "/service/indices/", "/service/indices/compare/"),
    *("/service/ranking/", "/service/ranking/?group=halls3&item=hall"),
)
VOICE_PAGES = (
    *("/service/scoring/", "/service/scoring/1/", "/service/recordings/", "/service/recordings/1/"),
    *("/service/recordings/new/", "/service/scores/?view=all", "/service/meetings/?view=all"),
    *("/service/meetings/1/", "/service/meetings/new/", "/service/draws/", "/service/draws/1/"),
    *("/service/draws/new/", "/service/scorecards/", "/service/scorecards/1/"),
    *("/service/draws/4/", "/service/fieldwork/plans/2/", "/service/fieldwork/plans/2/control/"),
    "/service/fieldwork/plans/3/",
)
"""Of the head of a marketing office, with the quarter that the demo branch has reviewed."""
BRANCH_PAGES = (
    *("/service/calls/?view=open", "/service/calls/made/", "/service/calls/1/", "/service/complaints/"),
    *("/service/complaints/new/", "/service/rising-causes/?view=all", "/service/due/?whose=all"),
    *(
        "/service/coverage/",
        "/service/inspections/",
        "/service/inspections/1/",
        "/service/inspect/video/H1-01/",
    ),
    *("/service/inspections/1/correct/", "/service/fieldwork/", "/service/fieldwork/1/"),
    *("/service/spot-checks/?view=all", "/service/supervisors/", "/service/supervisors/cards/"),
    *("/service/tips/", "/service/tips/new/", "/service/plan/", "/service/trainings/", "/service/halls/"),
    *("/service/hall/H2-01/", "/service/halls/days/", "/service/halls/days/new/", "/service/first-steps/"),
    *("/service/areas/", "/service/staff/", "/service/ranking/", "/reports/new/"),
)
"""The rest, of the same head."""
DARK_PAGES = ("/service/ranking/", "/service/scoring/1/", "/service/inspections/1/", "/service/first-steps/")
ROUNDS = {
    "the director": ("chen_jing", DIRECTOR_PAGES),
    "the voice review": ("liu_mei", VOICE_PAGES),
    "the branch": ("liu_mei", BRANCH_PAGES),
}


@pytest.mark.parametrize("of", ROUNDS)
def test_every_page_is_clean(browser: Browser, home: House, known: set[str], of: str) -> None:
    round_of(browser, home, known, *ROUNDS[of])


def test_one_page_of_each_kind_opens_dark_and_in_english(
    browser: Browser, home: House, known: set[str]
) -> None:
    round_in_dark_and_english(browser, home, known, "liu_mei", DARK_PAGES)


def test_space_and_arrows_play_a_call_beside_its_score_sheet(browser: Browser, home: House) -> None:
    context = signed_in(browser, home, "liu_mei")
    page, player = context.new_page(), "document.querySelector('[data-player]')"
    page.goto("/service/scoring/")
    page.keyboard.press("e")
    page.wait_for_url("**/scoring/1/*/")
    page.keyboard.press(" ")
    page.wait_for_timeout(1500)
    assert page.evaluate(f"{player}.currentTime") > 0.3
    page.keyboard.press("ArrowRight")
    assert page.evaluate(f"{player}.currentTime") > 5
    page.keyboard.press(" ")
    assert page.evaluate(f"{player}.paused")
    page.focus("textarea")
    page.keyboard.type("a b")
    assert page.input_value("textarea") == "a b"
    assert page.evaluate(f"{player}.paused"), "a blank in a text is a blank"
    context.close()
