"""Signs of invented questionnaires: each is found, says what it saw, and leaves the honest ones alone."""

import math
from datetime import datetime, timedelta, timezone

import pytest

from bihuan.systems.service.rules.curbstone import Limits, Sheet, Sign, look

SHANGHAI = timezone(timedelta(hours=8))
NINE = datetime(2026, 3, 10, 9, tzinfo=SHANGHAI)
OPEN = {"H3-04": [(NINE - timedelta(minutes=30), NINE + timedelta(hours=8))]}
MIXED = (5, 4, 5, 3, 4, 5)
FIVES = (5,) * 6


def sheet(
    number: int,
    interviewer: str = "alice",
    minute: float | None = None,
    lasts_s: float = 240,
    answers: tuple[int | None, ...] | None = None,
    hall: str = "H3-04",
) -> Sheet:
    """An honest one, unless told otherwise: every 20 minutes, four minutes long, its own answers."""
    begun = NINE + timedelta(minutes=20 * number if minute is None else minute)
    own = (number % 5 + 1, *MIXED[:4], number // 5 % 5 + 1)
    name = f"{interviewer}-{number:02}"
    return Sheet(name, interviewer, hall, begun, begun + timedelta(seconds=lasts_s), answers or own)


HONEST = [sheet(number) for number in range(20)]


USUAL = Limits()


def signs(*sheets: Sheet, limits: Limits = USUAL) -> list[Sign]:
    return list(look([*HONEST, *sheets], OPEN, limits).signs)


def test_honest_sheets_give_no_sign() -> None:
    assert signs() == []


def test_a_sheet_far_faster_than_usual_is_seen_with_seconds_and_limit() -> None:
    (sign,) = signs(sheet(1, "bob", lasts_s=79))
    assert (sign.rule, sign.interviewer, sign.sheets) == ("too_fast", "bob", ("bob-01",))
    assert (sign.seen, sign.limit, sign.usual) == (79, 80, 240)


def test_a_third_of_the_usual_time_itself_is_no_sign() -> None:
    assert signs(sheet(1, "bob", lasts_s=80)) == []


def test_who_is_fast_every_time_does_not_hide_behind_his_own_median() -> None:
    found = signs(*(sheet(number, "bob", lasts_s=30) for number in range(8)))
    assert {sign.rule for sign in found} == {"too_fast"}
    assert len(found) == 8


def test_who_brings_mostly_straight_lines_is_seen_beside_the_others() -> None:
    lined = [sheet(number, "bob", answers=FIVES) for number in range(4)]
    (sign,) = signs(*lined, sheet(4, "bob"))
    assert (sign.rule, sign.interviewer, len(sign.sheets)) == ("straight_lining", "bob", 4)
    assert (sign.seen, sign.limit, sign.usual) == (0.8, 0.5, 0)


def test_a_contented_customer_now_and_then_is_no_sign() -> None:
    assert signs(*(sheet(number, "bob", answers=FIVES if number < 2 else None) for number in range(6))) == []


def test_few_straight_lines_are_not_judged() -> None:
    assert signs(*(sheet(number, "bob", answers=FIVES) for number in range(4))) == []


def test_a_straight_line_of_few_answers_is_none() -> None:
    few = (5, None, 5, None, 5, 5)
    assert signs(*(sheet(number, "bob", answers=few) for number in range(6))) == []


def test_the_same_answers_three_times_at_one_interviewer_are_a_sign() -> None:
    (sign,) = signs(*(sheet(number, "bob", answers=MIXED) for number in range(3)))
    assert (sign.rule, sign.sheets) == ("identical", ("bob-00", "bob-01", "bob-02"))
    assert (sign.seen, sign.limit) == (3, 3)


def test_the_same_answers_at_three_interviewers_are_none() -> None:
    assert signs(*(sheet(1, name, answers=MIXED) for name in ("bob", "carol", "dave"))) == []


def test_a_sheet_begun_after_closing_is_a_sign_with_its_distance() -> None:
    (sign,) = signs(sheet(1, "bob", minute=8 * 60 + 15))
    assert (sign.rule, sign.sheets, sign.seen) == ("closed", ("bob-01",), 900)


def test_a_sheet_before_opening_is_a_sign_too() -> None:
    (sign,) = signs(sheet(1, "bob", minute=-40))
    assert (sign.rule, sign.seen) == ("closed", 600)


def test_who_is_inside_may_finish_after_closing() -> None:
    assert signs(sheet(1, "bob", minute=8 * 60 - 1)) == []


def test_a_hall_without_known_hours_is_not_judged_and_named() -> None:
    found = look([*HONEST, sheet(1, "bob", hall="H3-99")], {**OPEN, "H3-05": []})
    assert (found.signs, found.not_judged) == ((), ("H3-99",))


def test_half_of_the_sheets_within_five_minutes_are_a_sign() -> None:
    late = [sheet(number, "bob", minute=300 + number) for number in range(5)]
    (sign,) = signs(*late, *(sheet(number, "bob") for number in range(6, 9)))
    assert (sign.rule, sign.sheets) == ("bunched", tuple(f"bob-0{n}" for n in range(5)))
    assert math.isclose(sign.seen, 5 / 8)


def test_the_limits_are_parameters() -> None:
    sheets = [sheet(number, "bob", answers=MIXED) for number in range(2)]
    assert signs(*sheets) == []
    assert [sign.rule for sign in signs(*sheets, limits=Limits(identical=2))] == ["identical"]
    assert [sign.rule for sign in signs(sheet(1, "bob", lasts_s=110), limits=Limits(fast_share=0.5))] == [
        "too_fast"
    ]


def test_the_order_of_the_sheets_changes_nothing() -> None:
    batch = [*HONEST, *(sheet(number, "bob", minute=-60, lasts_s=9, answers=FIVES) for number in range(6))]
    assert look(batch, OPEN) == look(batch[::-1], OPEN)
    assert {sign.rule for sign in look(batch, OPEN).signs} == {
        *("too_fast", "straight_lining", "closed", "bunched")
    }


def test_no_sheets_give_no_sign() -> None:
    assert look([], OPEN).signs == ()


def test_times_that_cannot_be_are_refused_by_sheet() -> None:
    with pytest.raises(ValueError, match="bob-01 ends before"):
        signs(sheet(1, "bob", lasts_s=-5))
    naive = datetime(2026, 3, 10)
    with pytest.raises(ValueError, match="x: an instant has no time zone"):
        signs(Sheet("x", "bob", "H3-04", naive, naive, MIXED))
