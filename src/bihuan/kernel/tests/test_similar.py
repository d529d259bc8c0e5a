"""Like texts are found by runs of characters; the figures are scikit-learn's."""

import pytest

from bihuan.kernel.rules.similar import alike

TEXTS = (
    "停电两天没有人来处理，95598一直占线",
    "停电两天了没有人来处理，95598总是占线",
    "营业厅排队太久，只开了一个窗口",
    "营业厅只开了一个窗口，排队太久了",
    "抄表员没有到场，电费是估抄的",
    "电压不稳，冰箱被烧坏",
    "欠费停电没有提前通知",
    "The meter reader never came, the bill is an estimate",
    "The bill is an estimate, the meter reader never came",
)


def others(at: int) -> list[tuple[int, str]]:
    return [(n, text) for n, text in enumerate(TEXTS) if n != at]


@pytest.mark.parametrize(("one", "other", "cosine"), [(0, 1, 0.6312), (2, 3, 0.6016), (7, 8, 0.9895)])
def test_true_pairs_are_found_and_their_cosines_are_those_of_scikit_learn(
    one: int, other: int, cosine: float
) -> None:
    found = alike(TEXTS[one], others(one), 0.35)
    assert [(key, round(likeness, 4)) for key, likeness in found] == [(other, cosine)]
    assert alike(TEXTS[other], others(other), 0.35)[0][0] == one


@pytest.mark.parametrize("alone", [4, 5, 6])
def test_no_false_pair_lies_above_the_limit(alone: int) -> None:
    assert alike(TEXTS[alone], others(alone), 0.35) == []


def test_the_same_text_is_wholly_alike_whatever_its_width_case_and_gaps() -> None:
    found = alike("ＡＢＣ　only one", [("same", "abc  only ONE"), ("other", "停电")], 0.5)
    assert [(key, round(likeness, 9)) for key, likeness in found] == [("same", 1.0)]


@pytest.mark.parametrize("text", ["", "停", "  "])
def test_a_text_without_two_characters_is_like_none(text: str) -> None:
    assert alike(text, others(-1), 0.01) == []
    assert alike(TEXTS[0], [("short", text)], 0.01) == []


@pytest.mark.parametrize("least", [0, -1, 1.1])
def test_a_limit_outside_of_the_cosines_is_refused(least: float) -> None:
    with pytest.raises(ValueError, match="likeness"):
        alike("停电", others(0), least)
