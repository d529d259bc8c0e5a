import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.rules.measures.comparisons import adjusted_p, discoveries
from bihuan.kernel.rules.measures.tests.quick import QUICK

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=30)
# Benjamini & Hochberg 1995, section 3.2
PUBLISHED = [
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
    *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000),
]


def test_four_of_fifteen_findings_stand_as_published() -> None:
    assert discoveries(PUBLISHED) == [True] * 4 + [False] * 11
    assert adjusted_p(PUBLISHED)[:4] == pytest.approx([0.0015, 0.0030, 0.0095, 0.035625])


def test_nothing_compared_finds_nothing() -> None:
    assert adjusted_p([]) == []


def test_one_comparison_stays_as_it_is() -> None:
    assert adjusted_p([0.03]) == [0.03]


def test_a_chance_above_one_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        adjusted_p([0.5, 1.2])


@QUICK
@given(P_VALUES)
def test_adjusting_never_makes_a_finding_stronger(p_values: list[float]) -> None:
    adjusted = adjusted_p(p_values)
    assert all(1 >= after >= before for before, after in zip(p_values, adjusted, strict=True))


@QUICK
@given(P_VALUES)
def test_the_order_of_findings_is_kept(p_values: list[float]) -> None:
    adjusted = adjusted_p(p_values)
    assert adjusted_p(p_values[::-1]) == adjusted[::-1]
    for (p, after), (q, later) in zip(
        sorted(zip(p_values, adjusted, strict=True)),
        sorted(zip(p_values, adjusted, strict=True))[1:],
        strict=False,
    ):
        assert p <= q
        assert after <= later
