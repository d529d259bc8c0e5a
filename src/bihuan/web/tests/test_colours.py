"""The contrast and colour-blindness figures of the look, recomputed from the stylesheet."""

import re
from functools import cache
from pathlib import Path

import pytest

from bihuan.web.tests.colour import ciede2000, contrast, mixed, seen, smallest_distance

TOKENS = Path(__file__).parent.parent / "static/bihuan/tokens.css"
STATES = ("green", "blue", "yellow", "orange", "red", "grey")
GROUNDS = ("surface", "page", "sunken", "selected")


@cache
def tokens(theme: str) -> dict[str, str]:
    css = TOKENS.read_text()
    start = css.index(f'[data-bs-theme="{theme}"] {{')
    return dict(re.findall(r"--bh-([a-z0-9-]+): (#[0-9A-F]{6});", css[start : css.index("\n}", start)]))


@pytest.mark.parametrize(
    ("theme", "token", "on_surface", "worst"),
    [
        ("light", "text", 16.1, 13.9),
        ("light", "text-2", 7.2, 6.2),
        ("light", "text-3", 5.4, 4.7),
        ("light", "action", 6.8, 5.9),
        ("light", "action-hover", 8.7, 4.5),
        ("light", "field-edge", 3.7, 3.2),
        ("dark", "text", 14.7, 13.2),
        ("dark", "text-2", 8.8, 7.9),
        ("dark", "text-3", 6.1, 5.5),
        ("dark", "action", 7.5, 6.7),
        ("dark", "action-hover", 9.5, 4.5),
        ("dark", "field-edge", 4.0, 3.6),
    ],
)
def test_text_and_edges_stand_out_on_every_ground(
    theme: str, token: str, on_surface: float, worst: float
) -> None:
    found = tokens(theme)
    assert contrast(found[token], found["surface"]) >= on_surface - 0.06
    assert min(contrast(found[token], found[ground]) for ground in GROUNDS) >= worst - 0.06


SOLIDS = {
    "light": {
        "green": (3.4, 4.8),
        "blue": (5.1, 5.1),
        "yellow": (1.6, 9.7),
        "orange": (3.1, 5.2),
        "red": (6.9, 6.9),
    },
    "dark": {
        "green": (7.0, 7.6),
        "blue": (5.5, 5.9),
        "yellow": (12.3, 13.3),
        "orange": (6.7, 7.2),
        "red": (4.6, 4.9),
    },
}


@pytest.mark.parametrize(("theme", "state"), [(theme, state) for theme in SOLIDS for state in SOLIDS[theme]])
def test_a_filled_grade_stands_out_and_its_label_is_read(theme: str, state: str) -> None:
    found, (fill, label) = tokens(theme), SOLIDS[theme][state]
    assert contrast(found[state], found["surface"]) >= fill - 0.06
    assert contrast(found[f"{state}-label"], found[state]) >= label - 0.06


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_state_words_are_read_on_surface_row_and_tint(theme: str, state: str) -> None:
    found = tokens(theme)
    grounds = [*(found[ground] for ground in GROUNDS), found[f"{state}-tint"]]
    assert min(contrast(found[f"{state}-text"], ground) for ground in grounds) >= 4.5
    assert contrast(found[f"{state}-text"], found["surface"]) >= 5.8


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_the_label_on_a_pale_fill_is_read(theme: str, state: str) -> None:
    found = tokens(theme)
    assert contrast(found["text"], mixed(found[state], found["surface"], 0.42)) >= 4.6


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_small_yellow_mark_has_an_edge_that_stands_out(theme: str) -> None:
    found = tokens(theme)
    assert contrast(found["yellow-text"], found["surface"]) >= 7.0 - 0.06


@pytest.mark.parametrize(("theme", "ratio"), [("light", 6.8), ("dark", 5.0)])
def test_the_primary_button_reads(theme: str, ratio: float) -> None:
    found = tokens(theme)
    assert contrast(found["on-primary"], found["primary"]) >= ratio - 0.06


@pytest.mark.parametrize(
    ("theme", "sight", "distance"),
    [
        ("light", "normal", 23.0),
        ("light", "protan", 15.9),
        ("light", "deutan", 14.3),
        ("light", "tritan", 14.9),
        ("dark", "normal", 20.0),
        ("dark", "protan", 16.7),
        ("dark", "deutan", 12.4),
        ("dark", "tritan", 10.8),
    ],
)
def test_the_six_fills_differ_for_every_kind_of_sight(theme: str, sight: str, distance: float) -> None:
    fills = [tokens(theme)[state] for state in STATES]
    assert smallest_distance(fills, sight) == pytest.approx(distance, abs=0.15)


@pytest.mark.parametrize(("theme", "distance"), [("light", 16.7), ("dark", 18.1)])
def test_chart_series_differ_for_every_kind_of_sight(theme: str, distance: float) -> None:
    found = tokens(theme)
    series = [found[f"series-{n}"] for n in (1, 2, 3, 4)]
    assert (
        min(smallest_distance(series, sight) for sight in ("normal", "protan", "deutan", "tritan"))
        >= distance - 0.2
    )
    assert min(contrast(colour, found["surface"]) for colour in series) >= 3.9 - 0.06


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_initials_are_read_on_every_person_colour(theme: str) -> None:
    found = tokens(theme)
    assert min(contrast("#FFFFFF", found[f"person-{n}"]) for n in range(1, 6)) >= 4.5


def test_ciede2000_agrees_with_its_published_check_value() -> None:
    assert ciede2000((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485)) == pytest.approx(2.0425, abs=1e-4)
    assert ciede2000((90.8027, -2.0831, 1.4410), (91.1528, -1.6435, 0.0447)) == pytest.approx(
        1.4441, abs=1e-4
    )


def test_a_red_and_a_green_of_equal_light_meet_for_a_deutan_eye() -> None:
    apart = ciede2000(seen("#C04040", "normal"), seen("#5A8020", "normal"))
    assert ciede2000(seen("#C04040", "deutan"), seen("#5A8020", "deutan")) < apart / 2
