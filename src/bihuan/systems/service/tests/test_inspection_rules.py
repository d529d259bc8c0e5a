"""Which visits a hall is owed, which marks are offered, what must be said, and a card as a row of a file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.systems.service.rules.inspection import (
    CHIPS,
    Fault,
    Said,
    faults,
    findings_text,
    marks_text,
    read_findings,
    read_marks,
    steps,
    visit_key,
)
from bihuan.systems.service.rules.scorecard import Item, total

CARD = (Item(11, 20), Item(12, 30), Item(13, 50, veto=True))
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters=";；!！"), min_size=2
)


@pytest.mark.parametrize(
    ("level", "urban", "key"),
    [
        (1, False, "visit_1"),
        (2, False, "visit_2"),
        (2, True, "visit_2"),
        (3, True, "visit_urban"),
        (3, False, "visit_other"),
    ],
)
def test_a_hall_is_owed_visits_by_level_and_whether_it_lies_in_town(
    level: int, urban: bool, key: str
) -> None:
    assert visit_key(level, urban) == key


@given(st.integers(1, 100))
def test_marks_to_choose_from_fall_from_all_to_nothing_and_fit_on_a_phone(points: int) -> None:
    found = steps(points)
    assert (found[0], found[-1]) == (points, 0)
    assert len(found) <= CHIPS
    assert list(found) == sorted(set(found), reverse=True)


def test_small_items_offer_every_mark() -> None:
    assert [steps(1), steps(4), steps(10)] == [(1, 0), (4, 3, 2, 1, 0), (10, 8, 5, 2, 0)]


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({}, [Fault(13, "veto")]),
        ({13: Said("拒绝办理", finding=True)}, []),
        ({13: Said("", finding=True)}, [Fault(13, "words")]),
        ({13: Said("拒绝办理", serious=True)}, [Fault(13, "veto")]),
        ({12: Said("无人引导", serious=True), 13: Said("拒绝办理", finding=True)}, [Fault(12, "finding")]),
    ],
)
def test_a_broken_veto_item_is_a_finding_and_a_finding_has_words(
    said: dict[int, Said], wrong: list[Fault]
) -> None:
    assert faults(CARD, {11: 20, 12: 30, 13: 0}, said) == wrong


def test_a_veto_makes_the_score_nothing_and_what_does_not_apply_has_no_weight() -> None:
    assert total(CARD, {11: 20, 12: 30, 13: 0}).score == 0
    assert total(CARD, {11: 10, 12: None, 13: 50}).score == pytest.approx(100 * 60 / 70)


@given(st.lists(st.none() | st.integers(0, 20).map(float), min_size=3, max_size=3))
def test_marks_come_back_from_a_file_as_they_went(marks: list[float | None]) -> None:
    given_marks = {item.key: mark for item, mark in zip(CARD, marks, strict=True)}
    assert read_marks(marks_text(CARD, given_marks), CARD) == given_marks


@given(st.dictionaries(st.sampled_from([11, 12, 13]), st.builds(Said, WORDS, st.just(True), st.booleans())))
def test_findings_come_back_from_a_file_as_they_went(said: dict[int, Said]) -> None:
    assert read_findings(findings_text(CARD, said), CARD) == said


def test_a_remark_that_is_no_finding_is_no_finding_in_the_file() -> None:
    assert findings_text(CARD, {11: Said("很整洁")}) == ""


@pytest.mark.parametrize("text", ["20 30", "20 30 50 1", "20 viel 50"])
def test_marks_that_do_not_fit_the_card_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"marks for 3 items|could not convert"):
        read_marks(text, CARD)


@pytest.mark.parametrize("text", ["0 地面湿滑", "4 地面湿滑", "地面湿滑"])
def test_findings_of_no_item_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="1 to 3"):
        read_findings(text, CARD)
