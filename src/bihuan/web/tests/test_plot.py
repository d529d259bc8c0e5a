"""The drawing of a chart for paper."""

import re

import pytest

from bihuan.web.reports.plot import HEIGHT, plot, scale


def spec(kind: str, values: list[float | None], name: str = "opened") -> dict[str, object]:
    series = [{"name": name, "kind": kind, "values": values, "neutral": kind == "bar"}]
    return {"x": [f"10-{n:02d}" for n in range(len(values))], "series": series, "summary": "as <b>words</b>"}


@pytest.mark.parametrize(
    ("values", "expected"),
    [([0], (1, 1)), ([3], (3, 1)), ([7], (8, 2)), ([110], (150, 50)), ([0.5], (0.6, 0.2)), ([], (1, 1))],
)
def test_the_axis_ends_at_a_round_number(values: list[float], expected: tuple[float, float]) -> None:
    assert scale(values) == pytest.approx(expected)


def test_bars_stand_on_zero_and_nothing_is_no_bar() -> None:
    drawn = plot(spec("bar", [4, 0, None, 2]))
    bars = re.findall(r'<rect[^>]* y="([\d.]+)"[^>]* height="([\d.]+)"', drawn)
    assert len(bars) == 2
    assert {float(y) + float(height) for y, height in bars} == {HEIGHT - 24}
    assert float(bars[0][1]) == pytest.approx(2 * float(bars[1][1]), abs=0.2)


def test_a_gap_stays_a_gap() -> None:
    drawn = plot(spec("line", [1, 2, None, 3, 4]))
    (path,) = re.findall(r'bh-plot-line-1" d="([^"]+)"', drawn)
    assert path.count("M") == 2
    assert drawn.count("<circle") == 4


def test_words_are_escaped_and_labels_are_few() -> None:
    drawn = plot(spec("bar", [1] * 31))
    assert "&lt;b&gt;" in drawn
    assert len(re.findall(r">10-\d\d<", drawn)) <= 6
