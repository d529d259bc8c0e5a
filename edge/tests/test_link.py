import pytest

from bihuan_edge import link


@pytest.mark.parametrize(
    ("silence_s", "name"),
    [(None, "never"), (0, "online"), (74, "online"), (75, "stale"), (149, "stale"), (150, "offline")],
)
def test_link_turns_stale_at_two_and_a_half_beats_and_offline_at_five(
    silence_s: float | None, name: str
) -> None:
    assert link.link(silence_s) == name


@pytest.mark.parametrize(
    ("gap_s", "ring"),
    [(None, "o"), (30, "o"), (45, "o"), (46, "l"), (75, "l"), (76, "mo"), (120, "mmmo"), (125, "mmmo")],
)
def test_beat_is_judged_by_the_gap_before_it(gap_s: float | None, ring: str) -> None:
    assert link.beat("", gap_s) == ring


def test_ring_keeps_the_last_fifty_bars() -> None:
    ring = ""
    for gap_s in [30] * 60 + [60]:
        ring = link.beat(ring, gap_s)

    assert ring == "o" * 49 + "l"


def test_very_long_silence_fills_the_ring_and_no_more() -> None:
    assert link.beat("", 1e9) == "m" * 49 + "o"
    assert link.bars("", 1e9) == "m" * 50


def test_time_without_a_gateway_is_no_data_rather_than_missed() -> None:
    assert link.beat("o", 150, blind_s=120) == "onnnno"
    assert link.beat("o", 300, blind_s=120) == "onnnn" + "mmmmm" + "o"
    assert link.bars("o", 90, blind_s=90) == "onnn"


@pytest.mark.parametrize(
    ("silence_s", "ring"), [(None, "o"), (30, "o"), (45, "o"), (61, "omm"), (95, "ommm")]
)
def test_silence_until_now_shows_before_the_next_beat(silence_s: float | None, ring: str) -> None:
    assert link.bars("o", silence_s) == ring
