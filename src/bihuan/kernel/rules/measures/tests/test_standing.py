import pytest

from bihuan.kernel.rules.measures.standing import Standing, standing


@pytest.mark.parametrize(
    ("n", "state"),
    [
        (0, Standing.WITHHELD),
        (9, Standing.WITHHELD),
        (10, Standing.TENTATIVE),
        (29, Standing.TENTATIVE),
        (30, Standing.FIRM),
    ],
)
def test_few_answers_give_no_score_and_some_no_rank(n: int, state: Standing) -> None:
    assert standing(n) is state


def test_a_house_may_set_its_own_limits() -> None:
    assert standing(20, least=5, ranked=20) is Standing.FIRM


def test_there_are_no_negative_answers() -> None:
    with pytest.raises(ValueError, match="-1"):
        standing(-1)
