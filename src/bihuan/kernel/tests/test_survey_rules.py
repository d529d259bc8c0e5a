"""Questions, conditions, answers and figures, without a database."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.rules.surveys import codes
from bihuan.kernel.rules.surveys.answers import BadAnswer, clean, differences
from bihuan.kernel.rules.surveys.figures import figures
from bihuan.kernel.rules.surveys.form import Condition, Form, Item, Option, Words, faults, parsed, written
from bihuan.kernel.rules.surveys.redact import redacted
from bihuan.kernel.rules.surveys.validity import Counts, Window, answered_at, judged, standing

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def form(*items: Item) -> Form:
    return Form(Words("问卷"), Words(), Words(), Words(), items)


SCORE = Item("score", "scale_0_10", Words("推荐？"), dimension="loyalty")
WHY = Item("why", "text", Words("为什么？"), show_if=Condition("score", "at_most", 6))
SEVERAL = Item(
    "what",
    "several_of",
    Words("哪些？"),
    (Option("a", Words("甲")), Option("b", Words("乙"))),
    required=False,
)
MORE = Item("more", "text", Words("补充"), required=False, show_if=Condition("what", "includes", "b"))
SHEET = form(SCORE, WHY, SEVERAL, MORE)


def test_a_question_is_asked_only_when_its_condition_holds() -> None:
    assert [item.code for item in SHEET.shown({"score": 9})] == ["score", "what"]
    assert [item.code for item in SHEET.shown({"score": 6, "what": ["b"]})] == [
        "score",
        "why",
        "what",
        "more",
    ]
    assert [item.code for item in SHEET.shown({})] == ["score", "what"]


def test_what_hangs_on_a_hidden_question_is_hidden() -> None:
    deep = Item("deep", "text", Words("?"), show_if=Condition("what", "includes", "b"))
    gated = Item("what", "several_of", Words("?"), SEVERAL.options, show_if=Condition("score", "at_least", 9))
    sheet = form(SCORE, gated, deep)
    assert [item.code for item in sheet.shown({"score": 1, "what": ["b"]})] == ["score"]


@pytest.mark.parametrize(
    ("condition", "answers", "holds"),
    [
        (Condition("q", "is", 1), {"q": 1}, True),
        (Condition("q", "is", 1), {"q": 0}, False),
        (Condition("q", "at_least", 9), {"q": 9}, True),
        (Condition("q", "at_least", 9), {"q": 8}, False),
        (Condition("q", "is_not", "a"), {"q": "b"}, True),
        (Condition("q", "is_not", "a"), {}, False),
        (Condition("q", "includes", "a"), {"q": ["b"]}, False),
    ],
)
def test_conditions_say_what_they_mean(condition: Condition, answers: dict[str, int], holds: bool) -> None:
    assert condition.holds(answers) is holds


def test_a_form_that_cannot_be_asked_is_not_issued() -> None:
    assert faults(form()) == [("", "empty")]
    late = Item("first", "text", Words("?"), show_if=Condition("score", "at_most", 6))
    assert faults(form(late, SCORE)) == [("first", "later")]
    wrong = [
        Item("op", "text", Words("?"), show_if=Condition("score", "includes", 6)),
        Item("high", "text", Words("?"), show_if=Condition("score", "at_most", 11)),
        Item("opt", "text", Words("?"), show_if=Condition("what", "includes", "z")),
        Item("blank", "text", Words()),
        Item("one", "one_of", Words("?"), (Option("a", Words("甲")),)),
        SCORE,
    ]
    kinds = [kind for _code, kind in faults(form(SCORE, SEVERAL, *wrong))]
    assert kinds == ["operator", "value", "value", "no_words", "no_options", "twice"]
    assert faults(SHEET) == []


def test_a_definition_reads_back_as_the_form_that_was_issued() -> None:
    assert parsed(written(SHEET)) == SHEET
    with pytest.raises(ValueError, match="no kind"):
        parsed({**written(SHEET), "items": [{"code": "x", "kind": "slider", "words": {}}]})


def test_answers_come_as_numbers_or_as_a_form_sends_them() -> None:
    typed = clean(SHEET, {"score": 3, "why": " 排队太久\r\n ", "what": ["b", "a"], "more": "窗口少"})
    assert typed == clean(SHEET, {"score": "3", "why": "排队太久", "what": ["a", "b"], "more": "窗口少"})
    assert (typed.values, typed.missing) == ({"score": 3, "what": ["a", "b"]}, ())
    assert typed.texts == {"why": "排队太久", "more": "窗口少"}


def test_what_was_filled_in_and_then_hidden_is_left_out() -> None:
    assert clean(SHEET, {"score": 9, "why": "先写后改"}).texts == {}
    assert clean(SHEET, {"score": 2}).missing == ("why",)
    assert clean(SHEET, {}).missing == ("score",)


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("score", 11),
        ("score", -1),
        ("score", "9.5"),
        ("score", True),
        ("score", "٣"),
        ("score", [9]),
        ("why", 5),
        ("what", "a"),
        ("what", ["a", "z"]),
        ("what", [["a"]]),
        ("other", 1),
    ],
)
def test_an_answer_that_is_not_offered_is_refused_by_its_question(code: str, value: object) -> None:
    with pytest.raises(BadAnswer) as refusal:
        clean(SHEET, {code: value})
    assert refusal.value.code == code


@given(
    st.dictionaries(
        st.sampled_from(["score", "why", "what", "more", "x"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5),
            lambda inner: st.lists(inner, max_size=3),
        ),
    )
)
def test_whatever_comes_is_read_or_refused(raw: dict[str, object]) -> None:
    try:
        found = clean(SHEET, raw)
    except BadAnswer:
        return
    again = clean(SHEET, {**found.values, **found.texts})
    assert (again.values, again.texts) == (found.values, found.texts)


def test_two_keyings_differ_in_what_was_typed_not_in_blanks() -> None:
    first = clean(SHEET, {"score": 3, "why": "排队 太久", "what": ["a"]})
    assert differences(SHEET, first, clean(SHEET, {"score": 3, "why": "排队  太久 ", "what": ["a"]})) == ()
    assert differences(SHEET, first, clean(SHEET, {"score": 4, "why": "排队太久"})) == (
        "score",
        "why",
        "what",
    )


@pytest.mark.parametrize(
    ("now", "used", "withdrawn", "closed", "told"),
    [
        (NOON, None, None, None, "open"),
        (NOON - 2 * HOUR, None, None, None, "early"),
        (NOON + 2 * HOUR, None, None, None, "expired"),
        (NOON + 4 * HOUR, None, None, None, "closed"),
        (NOON, None, None, NOON, "closed"),
        (NOON, None, NOON, None, "withdrawn"),
        (NOON + 9 * HOUR, NOON, None, NOON, "used"),
    ],
)
def test_the_holder_of_a_code_is_told_where_it_stands(
    now: datetime, used: datetime | None, withdrawn: datetime | None, closed: datetime | None, told: str
) -> None:
    window = Window(NOON - HOUR, NOON + 3 * HOUR, closed)
    assert standing(window, now, NOON + HOUR, used, withdrawn) == told


def test_a_phone_without_network_answered_when_its_button_was_pressed() -> None:
    late = NOON + 5 * HOUR
    assert answered_at(NOON, 90, late) == NOON + timedelta(seconds=90)
    assert answered_at(NOON, 10**12, late) == late, "never after it arrived"
    assert answered_at(NOON, -5, late) == answered_at(None, 90, late) == answered_at(NOON, None, late) == late


def test_every_reason_why_a_reply_does_not_count_is_named() -> None:
    window = Window(NOON, NOON + HOUR)
    fine = {"missing": False, "duplicate": False, "answered": NOON, "received": NOON + 9 * HOUR}
    assert judged(**fine, window=window) == ()  # type: ignore[arg-type]
    closed = Window(NOON, NOON + HOUR, NOON + 2 * HOUR)
    assert judged(**fine, window=closed) == ("after_closing",)  # type: ignore[arg-type]
    bad = judged(
        missing=True, duplicate=True, answered=NOON + 2 * HOUR, received=NOON + 2 * HOUR, window=window
    )
    assert bad == ("required_missing", "after_window", "duplicate")
    early = judged(missing=False, duplicate=False, answered=NOON - HOUR, received=NOON, window=window)
    assert early == ("before_window",)


def test_issued_returned_and_valid_stand_together() -> None:
    assert Counts(20, 19, 11, 10).short == 1
    assert Counts(20, 20, 11, 10) + Counts(20, 25, 20, 20) == Counts(40, 45, 31, 30)
    with pytest.raises(ValueError, match="12 valid of 11"):
        Counts(20, 20, 11, 12)


def test_figures_have_counts_mean_sd_and_dimensions_on_one_scale() -> None:
    short = Item("s", "scale_1_5", Words("?"), dimension="service", weight=1)
    long = Item("l", "scale_1_10", Words("?"), dimension="service", weight=3)
    found = figures(
        form(short, long, SEVERAL), [{"s": 5, "l": 10, "what": ["a"]}, {"s": 3}, {"what": ["a", "b"]}]
    )
    assert found.n == 3
    assert found.question("s").sample == pytest.approx((2, 4.0, 1.41421356))
    assert found.question("s").counts == {1: 0, 2: 0, 3: 1, 4: 0, 5: 1}
    assert found.question("what").counts == {"a": 2, "b": 1}
    assert found.dimensions["service"] == pytest.approx((2, 75.0, 35.3553391))
    with pytest.raises(KeyError):
        found.question("why")


def test_a_dimension_weighs_its_questions() -> None:
    items = [
        Item("a", "scale_1_5", Words("?"), dimension="d"),
        Item("b", "yes_no", Words("?"), dimension="d", weight=3),
    ]
    found = figures(form(*items), [{"a": 1, "b": 1}])
    assert found.dimensions["d"].mean == 75
    assert found.question("b").sample == (1, 1.0, 0.0)
    assert figures(form(*items), []).dimensions == {}


def test_codes_can_be_read_out_and_typed() -> None:
    code = codes.drawn(lambda n: n - 1)
    assert (code, codes.spelled(code)) == ("ZZZZZZZZZZ", "ZZZZZ-ZZZZZ")
    assert codes.read(" zzzzz-zzz zz ") == code
    assert codes.read("ZZZZZ") == codes.read("0ZZZZZZZZZ") == codes.read("") == ""


@pytest.mark.parametrize(
    "text",
    [
        "电话 13800138000",
        "打 138-0013-8000 找我",
        "zhang@example.com",
        "身份证 21088219900101123X",
        "户号0412345678",
    ],
)
def test_what_looks_personal_is_covered(text: str) -> None:
    assert "•••" in redacted(text)
    assert not any(word in redacted(text) for word in ("8000", "zhang", "123X", "5678"))


def test_what_is_not_personal_stays_as_it_was() -> None:
    assert redacted("等了 45 分钟，3 号窗口没人，2026年") == "等了 45 分钟，3 号窗口没人，2026年"
