"""The pages in a real browser: clean for axe, in both themes and languages, live, without foreign hosts."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench.house import House

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.timeout(180),
]

Look = Callable[[Page, str], list[str]]
AXE = Path(__file__).parent.parent / "node_modules" / "axe-core" / "axe.min.js"
LOOK = Path(__file__).parent / "look.js"
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
PAGES = (
    *("/obligations/", "/obligations/coverage/", "/improvements/", "/improvements/new/"),
    *(
        "/",
        "/?tab=later",
        "/cases/",
        "/callbacks/?view=open",
        "/customers/",
        "/organisation/",
        "/organisation/places/",
    ),
    *(
        "/organisation/regions/",
        "/organisation/people/",
        "/organisation/cards/",
        "/organisation/posts/",
        "/standards/",
        "/standards/causes/",
        "/standards/escalation/",
        "/calendar/",
        "/audit/",
    ),
    *("/notices/", "/reports/?view=all", "/jobs/", "/account/", "/search/?q=DNA01"),
    *("/surveys/", "/surveys/new/", "/service/evaluator/"),
    *("/instruments/", "/instruments/DNA01/", "/instruments/SPC10/", "/instruments/sessions/"),
    *("/instruments/alarms/", "/instruments/photos/", "/instruments/journals/", "/instruments/orphans/"),
    *("/service/evaluation/", "/service/evaluation/scheme/", "/service/evaluation/items/"),
    *("/service/evaluation/figures/", "/service/indices/", "/service/indices/compare/"),
    *("/service/ranking/", "/service/ranking/?group=halls3&item=hall"),
    *("/instruments/unknown/", "/instruments/maintenance/", "/instruments/list/", "/instruments/permits/"),
)
LOYALTY_PAGES = (
    *("/loyalty/", "/loyalty/branches/", "/loyalty/drivers/", "/loyalty/response/", "/loyalty/growth/"),
    *("/loyalty/answers/", "/loyalty/answers/1/", "/loyalty/playback/", "/loyalty/journey/"),
    *("/loyalty/huddles/?view=all", "/loyalty/huddles/1/", "/loyalty/adoption/", "/loyalty/programmes/1/"),
    *("/loyalty/invitations/new/", "/loyalty/by-class/", "/loyalty/programmes/draws/1/"),
    *("/loyalty/programmes/2/", "/loyalty/programmes/new/"),
    *("/loyalty/invitations/?view=all", "/loyalty/invitations/bounces/", "/loyalty/not-asked/"),
)
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
"""The rest of the service evaluation, of the same head."""
ADMIN_PAGES = (
    *("/obligations/", "/obligations/coverage/", "/improvements/", "/improvements/new/"),
    *("/accounts/", "/accounts/tokens/", "/openings/", "/admin/", "/admin/processes/"),
    *("/admin/rooms/", "/admin/rooms/new/", "/account/channels/new/"),
    *("/admin/quality/", "/admin/ui/"),
)
WALLS = ("/screen/", "/screen/instruments/")
"""Walls have a size of their own."""
WIDTHS = (1024, 360)


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=chromium_path, args=FLAGS)
        yield found
        found.close()


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
    page = context.new_page()
    page.goto("/login/")
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", home.logins[name])
    page.click("main button")
    page.wait_for_url(f"{base}/")
    page.close()
    return context


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


def a_customer(context: BrowserContext) -> str:
    page = context.new_page()
    page.goto("/equity/contacts/?view=all")
    found = page.locator("td a[href^='/customers/']").first.get_attribute("href")
    page.close()
    assert found
    return found


DARK_AND_ENGLISH = {
    "the director": (
        "chen_jing",
        (
            "/",
            "/cases/",
            "/improvements/new/",
            "/instruments/",
            "/instruments/DNA01/",
            "/surveys/new/",
            *WALLS,
        ),
    ),
    "the bank": (
        "lin_zhou",
        (
            "/",
            "/equity/",
            "/equity/contracts/1/?payment=100",
            "/equity/campaigns/1/",
            "/strategy/2/?do=review",
        ),
    ),
    "the branch": (
        "liu_mei",
        ("/service/ranking/", "/service/scoring/1/", "/service/inspections/1/", "/service/first-steps/"),
    ),
}
"""The cookies of who prefers so, not a page that is changed: what scripts draw comes in that language too."""
ROUNDS = {
    "the director": ("chen_jing", (*PAGES, *WALLS)),
    "loyalty": ("ye_lan", LOYALTY_PAGES),
    "promotion": ("lin_zhou", PROMOTION_PAGES),
    "the customer director": ("lin_zhou", DIRECTOR_PAGES),
    "the voice review": ("liu_mei", VOICE_PAGES),
    "the branch": ("liu_mei", BRANCH_PAGES),
    "the administrator": ("admin", ADMIN_PAGES),
}


def as_it_comes(page: Page, path: str) -> list[str]:
    html = page.evaluate("[document.documentElement.lang, document.documentElement.dataset.bsTheme]")
    return [] if html == ["en", "dark"] else [f"not in English and dark: {html}"]


def everything(known: set[str], page: Page, path: str) -> list[str]:
    found = broken(page, whole=path in {"/", "/admin/"})
    for theme in THEMES:
        found += unseen(page, theme, known)
    return found + (too_wide(page) if path not in WALLS else [])


@pytest.fixture(scope="module")
def known() -> set[str]:
    """The kinds of texts and targets that have been looked at."""
    return set()


@pytest.mark.parametrize("of", ROUNDS)
def test_every_page_is_clean(browser: Browser, home: House, known: set[str], of: str) -> None:
    who, paths = ROUNDS[of]
    context = signed_in(browser, home, who)
    with_axe(context)
    try:
        if of == "the customer director":
            paths = (*paths, a_customer(context))
        wrong = looked_at(context, paths, partial(everything, known))
    finally:
        context.close()

    assert wrong == {}, json.dumps(wrong, ensure_ascii=False, indent=1)


@pytest.mark.parametrize("of", DARK_AND_ENGLISH)
def test_one_page_of_each_kind_opens_dark_and_in_english(
    browser: Browser, home: House, known: set[str], of: str
) -> None:
    def as_set(page: Page, path: str) -> list[str]:
        return as_it_comes(page, path) + unseen(page, "dark", known)

    who, paths = DARK_AND_ENGLISH[of]
    context = signed_in(browser, home, who, "dark", "en")
    with_axe(context)
    try:
        wrong = looked_at(context, paths, as_set)
    finally:
        context.close()

    assert wrong == {}, json.dumps(wrong, ensure_ascii=False, indent=1)


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
