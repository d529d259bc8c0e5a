"""The geometry of the glyphs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.web.components.geometry import arc, extent, heartbeat_bars, level, line_points, on_circle, pie


def test_a_quarter_ring_runs_clockwise_from_twelve_to_three() -> None:
    assert arc(0.25) == "M8 2.25A5.75 5.75 0 0 1 13.75 8"


def test_a_ring_past_the_half_takes_the_long_way() -> None:
    assert arc(0.75) == "M8 2.25A5.75 5.75 0 1 1 2.25 8"


def test_a_full_ring_closes_on_its_start() -> None:
    path = arc(1)
    assert path.startswith("M8 2.25")
    assert path.endswith("8 2.25")


@pytest.mark.parametrize("share", [-0.01, 1.01])
def test_a_ring_cannot_be_more_than_full(share: float) -> None:
    with pytest.raises(ValueError, match="within 0 and 1"):
        arc(share)


@given(st.floats(0, 1))
def test_every_point_of_the_ring_lies_on_its_radius(share: float) -> None:
    x, y = on_circle(8, 5.75, share)
    assert (x - 8) ** 2 + (y - 8) ** 2 == pytest.approx(5.75**2)


def test_a_pie_beyond_full_is_a_full_disc() -> None:
    assert pie(1.4) == pie(1.0)
    assert pie(-1).count("A") == 1


def test_height_alone_tells_the_beats_apart() -> None:
    paths = heartbeat_bars(["on", "late", "missed", "none"])
    assert paths == {
        "on": "M0 5h2v9h-2z",
        "late": "M3 2h2v12h-2z",
        "missed": "M6 0h2v16h-2z",
        "none": "M9 11h2v3h-2z",
    }


def test_a_gap_in_the_values_stays_a_gap() -> None:
    assert line_points([0, None, 1], 0, 1, 10, 12) == "M0 11M10 1"


def test_values_outside_the_axis_stay_in_the_box() -> None:
    assert level(99, 0, 1, 20) == 1
    assert level(-99, 0, 1, 20) == 19


def test_flat_data_lie_in_the_middle() -> None:
    assert level(5, 5, 5, 20) == 10


def test_the_extent_ignores_gaps() -> None:
    assert extent([None, 3.0, -1.0]) == (-1.0, 3.0)
    assert extent([None]) == (0.0, 0.0)
