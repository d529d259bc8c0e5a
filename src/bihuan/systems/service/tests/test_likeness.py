"""Likeness of questionnaires: percent match, chance from the same batch, and silence where n is small."""

from datetime import datetime, timedelta, timezone
from random import Random

import pytest

from bihuan.systems.service.rules.curbstone import Limits, Sheet, Sign, look
from bihuan.systems.service.rules.likeness import Answers, largest, likeness, matches

NINE = datetime(2026, 3, 10, 9, tzinfo=timezone(timedelta(hours=8)))
PATTERN = (4, 5, 4, 3, 4, 5, 3, 4)


def honest(random: Random, width: int = 8) -> tuple[int, ...]:
    """Answers of one customer hang together: about one level, up or down by one."""
    level = random.choice((2, 3, 4))
    return tuple(level + random.choice((-1, 0, 0, 1)) for _ in range(width))


def people(count: int = 6, each: int = 12, width: int = 8) -> dict[str, dict[str, Answers]]:
    random = Random("honest")
    return {f"p{p}": {f"p{p}-{n:02}": honest(random, width) for n in range(each)} for p in range(count)}


def copied(n: int, at: int) -> tuple[int, ...]:
    """The pattern with one answer changed."""
    return tuple(1 if place == at % len(PATTERN) else answer for place, answer in enumerate(PATTERN))


def judged(groups: dict[str, dict[str, Answers]], least: int = 5) -> dict[str, float | None]:
    return {name: one.p for name, one in likeness(groups, least_sheets=least, least_answers=5).items()}


def test_the_match_is_the_share_of_questions_both_answered_alike() -> None:
    found = matches([(1, 2, 3, None), (1, 2, 4, 5), (None, None, None, 5)], 1)
    assert found[0, 1] == pytest.approx(2 / 3)
    assert found[1, 2] == 1
    assert found[0, 2] == 0, "no question that both answered"
    assert largest([(1, 2, 3, 4), (1, 2, 3, 5), (9, 9, 9, 9)], 1) == [0.75, 0.75, 0]


def test_too_few_common_answers_are_no_match() -> None:
    assert largest([(1, 2, None), (1, 2, None)], 3) == [0, 0]
    assert largest([(1, 2, 3)], 1) == [0]
    assert largest([], 1) == []


def test_sheets_with_one_answer_changed_are_more_alike_than_chance() -> None:
    groups = people() | {"bob": {f"bob-{n:02}": copied(n, n) for n in range(10)}}
    found = likeness(groups, least_sheets=5, least_answers=5)["bob"]
    assert found.seen == pytest.approx(0.85), "four are the same twice, six differ in two of eight"
    assert found.usual is not None
    assert found.usual < 0.8
    assert found.p == pytest.approx(0.001)
    assert all(p > 0.01 for name, p in judged(groups).items() if name != "bob" and p is not None)


def test_honest_sheets_are_as_alike_as_chance() -> None:
    found = [p for p in judged(people(8)).values() if p is not None]
    assert len(found) == 8
    assert min(found) > 0.01


def test_few_sheets_and_sheets_that_nobody_stands_beside_are_not_judged() -> None:
    groups = people(2)
    few = likeness(groups | {"bob": dict.fromkeys("abcd", PATTERN)}, least_sheets=5, least_answers=5)["bob"]
    assert (few.p, few.why, few.n) == (None, "few", 4)
    alone = likeness({"bob": {str(n): copied(n, n) for n in range(9)}}, least_sheets=5, least_answers=5)
    assert (alone["bob"].p, alone["bob"].why) == (None, "alone")


def test_the_same_sheets_give_the_same_p_in_any_order() -> None:
    groups = people()
    turned = {name: dict(reversed(own.items())) for name, own in reversed(groups.items())}
    assert judged(turned) == judged(groups)


def test_many_sheets_are_compared_by_ticket_and_stay_bounded() -> None:
    random = Random("many")
    counts = {"a": 900, "b": 70}
    groups = {who: {f"{who}{n}": honest(random) for n in range(count)} for who, count in counts.items()}
    found = likeness(groups, least_sheets=5, least_answers=5)
    assert (found["a"].n, found["b"].n) == (900, 70)
    assert all(one.p is not None for one in found.values())


def sheets(groups: dict[str, dict[str, Answers]]) -> list[Sheet]:
    """Every twenty minutes, four minutes long."""
    return [
        Sheet(key, name, "H3-04", begun, begun + timedelta(minutes=4), tuple(answers))
        for name, own in groups.items()
        for place, (key, answers) in enumerate(own.items())
        for begun in [NINE + timedelta(minutes=20 * place)]
    ]


def signs(groups: dict[str, dict[str, Answers]], limits: Limits = Limits()) -> list[Sign]:  # noqa: B008
    return list(look(sheets(groups), {}, limits).signs)


def test_an_interviewer_whose_sheets_are_too_alike_is_named_and_nobody_else() -> None:
    bob: dict[str, Answers] = {f"bob-{n:02}": copied(n, n) for n in range(8)}
    (sign,) = signs(people() | {"bob": bob})
    assert (sign.rule, sign.interviewer, sign.limit) == ("alike", "bob", 0.05)
    assert sign.seen == pytest.approx(0.007), "p after seven comparisons"
    assert set(sign.sheets) == set(bob)


def test_near_copies_are_told_of_long_sheets_only() -> None:
    random = Random("long")
    first = honest(random, 24)
    second = (*first[:22], 1 + first[22] % 5, 1 + first[23] % 5)
    groups = people(width=24) | {"bob": {"bob-1": first, "bob-2": second}}
    (sign,) = signs(groups)
    assert (sign.rule, sign.sheets, sign.limit) == ("near_copy", ("bob-1", "bob-2"), 0.85)
    assert sign.seen == pytest.approx(22 / 24)
    short = people() | {"bob": {"bob-1": PATTERN, "bob-2": copied(1, 1)}}
    assert signs(short) == []
    assert "near_copy" in {each.rule for each in signs(short, Limits(match_answers=8, match=0.8))}


def test_straight_sheets_are_left_to_their_own_rule() -> None:
    groups = people() | {"bob": {f"bob-{n}": (5,) * 8 for n in range(8)}}
    assert {sign.rule for sign in signs(groups)} == {"straight_lining"}
    assert look(sheets(groups), {}).likeness["bob"].why == "few"
