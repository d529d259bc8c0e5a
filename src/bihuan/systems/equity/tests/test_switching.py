"""Brand switching and equity share."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.systems.equity.rules import switching
from bihuan.systems.equity.rules.purchases import Unfit

P = np.array([[0.8, 0.2], [0.3, 0.7]])


def test_v7_two_brands() -> None:
    found = switching.customer_equity(P, (600, 400), (10, 8), 0.1)
    assert found.occasions == pytest.approx(np.array([[7.3333, 3.6667], [5.5, 5.5]]), abs=5e-5)
    assert found.equity == pytest.approx([66_000, 35_200])
    assert found.share[0] == pytest.approx(0.6522, abs=5e-5)
    assert found.count_share[0] == pytest.approx(0.6)


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), max_size=40))
def test_every_row_of_the_matrix_sums_to_one(pairs: list[tuple[int, int]]) -> None:
    found = switching.matrix([a for a, _ in pairs], [b for _, b in pairs], 3)
    assert found.sum(axis=1) == pytest.approx([1, 1, 1])
    assert (found > 0).all()


def test_chances_that_do_not_sum_and_values_without_end_are_refused() -> None:
    with pytest.raises(Unfit, match="sum to 1"):
        switching.customer_equity(P * 0.9, (600, 400), (10, 8), 0.1)
    with pytest.raises(Unfit, match="no end"):
        switching.customer_equity(P, (600, 400), (10, 8), 0)
    with pytest.raises(Unfit, match="cost"):
        switching.return_on_marketing(10, 0)
    assert switching.return_on_marketing(101.3, 70) == pytest.approx(0.447, abs=5e-4)
