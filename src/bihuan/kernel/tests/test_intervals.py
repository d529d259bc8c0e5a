import pytest

from bihuan.kernel.rules.intervals import wilson


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (17, 20, 0.6396, 0.9476),
        (20, 20, 0.8389, 1),
        (17, 18, 0.7424, 0.9901),
    ],
)
def test_wilson_reproduces_the_published_intervals(successes: int, n: int, low: float, high: float) -> None:
    assert wilson(successes, n) == pytest.approx((low, high), abs=0.0001)


def test_no_observation_says_nothing() -> None:
    assert wilson(0, 0) == (0, 1)


def test_more_confidence_is_a_wider_interval() -> None:
    low, high = wilson(17, 20, confidence=0.99)
    assert low < wilson(17, 20)[0] < wilson(17, 20)[1] < high


@pytest.mark.parametrize(("successes", "n"), [(3, 2), (-1, 2)])
def test_impossible_counts_are_refused(successes: int, n: int) -> None:
    with pytest.raises(ValueError, match="not a proportion"):
        wilson(successes, n)
