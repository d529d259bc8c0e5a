"""The bundles in a real browser, under the content policy that the product sends."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, sync_playwright

from tools import assets

pytestmark = [pytest.mark.browser, pytest.mark.slow]
POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'"
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>bundles</title>
<link rel="stylesheet" href="/tabler.css"><script src="/tabler.js" defer></script>
<script src="/echarts.js" defer></script><script src="/htmx.js" defer></script></head><body>
<div class="dropdown"><button id="open" data-bs-toggle="dropdown">Menu</button>
<div class="dropdown-menu"><a class="dropdown-item" href="#">Cases</a></div></div>
<svg id="icon" width="16" height="16"><use href="/icons.svg#microscope"></use></svg>
<div id="chart"></div></body></html>"""
CHART = """() => {
  const room = document.getElementById("chart");
  room.style.width = room.style.height = "300px";
  const chart = echarts.init(room);
  chart.setOption({
    animation: false, aria: { enabled: true }, tooltip: { renderMode: "richText" }, dataZoom: [{}],
    legend: {}, xAxis: { type: "category", data: ["a", "b"] }, yAxis: {},
    series: [
      { name: "now", type: "line", data: [1, 2], markLine: { data: [{ yAxis: 1 }] },
        markArea: { data: [[{ xAxis: "a" }, { xAxis: "b" }]] } },
      { type: "bar", data: [1, 2] }, { type: "scatter", data: [1, 2] },
    ],
  });
  chart.dispatchAction({ type: "showTip", seriesIndex: 0, dataIndex: 1 });
  return room.getAttribute("aria-label");
}"""


def answer(route: Route) -> None:
    name = Path(route.request.url).name
    headers = {"Content-Security-Policy": POLICY}
    if name in assets.BUILT:
        route.fulfill(path=assets.OUT / name, headers=headers)
    else:
        route.fulfill(body=PAGE, content_type="text/html", headers=headers)


@pytest.fixture(scope="module")
def page(chromium_path: str) -> Iterator[Page]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium_path, args=["--no-sandbox"])
        page = browser.new_page()
        page.route("**/*", answer)
        yield page
        browser.close()


def test_bundles_work_under_the_strict_content_policy(page: Page) -> None:
    said: list[str] = []
    asked: set[str] = set()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.add(request.url.split("/")[2]))
    page.goto("http://bihuan.test/board/")
    page.click("#open")
    assert page.locator(".dropdown-menu.show").is_visible()
    assert "Line chart representing now" in page.evaluate(CHART)
    assert page.evaluate("typeof htmx.process") == "function"
    assert page.evaluate("document.getElementById('icon').getBBox().width") > 0
    assert asked == {"bihuan.test"}
    assert said == []
