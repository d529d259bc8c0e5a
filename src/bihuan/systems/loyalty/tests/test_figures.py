"""Figures over records: nested units, weights that cannot be, signs, alarms, waves."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bihuan.kernel.act.surveys import exclude_reply
from bihuan.kernel.models import Case, Notice, QuestionnaireVersion, Reply, Unit, Wave
from bihuan.kernel.rules.calendar import SHANGHAI
from bihuan.kernel.rules.measures.nps import Answers
from bihuan.kernel.rules.periods import Period
from bihuan.systems.loyalty import act
from bihuan.systems.loyalty.act.alarms import weigh
from bihuan.systems.loyalty.act.questionnaires import questionnaire_for
from bihuan.systems.loyalty.act.waves import wave_for
from bihuan.systems.loyalty.models import Answer, Frame, JourneyStage, Step, Touchpoint
from bihuan.systems.loyalty.read.adoption import closing, pulse
from bihuan.systems.loyalty.read.branches import branches
from bihuan.systems.loyalty.read.journey import journey
from bihuan.systems.loyalty.read.ledger import beside, by_channel, ledger, signs_of, waves_of
from bihuan.systems.loyalty.read.pilot import judge
from bihuan.systems.loyalty.read.programmes import loop_of, programme_for
from bihuan.systems.loyalty.read.scores import score, trend
from bihuan.systems.loyalty.rules.pilot import Verdict

from .bank import NOW, Bank, answered, ask, build_bank, customer, scores

pytestmark = pytest.mark.django_db
QUARTER = Period.read("2026-Q4")


@pytest.fixture
def bank() -> Bank:
    return build_bank()


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


# ---- scores


def test_a_day_belongs_to_its_local_quarter(bank: Bank) -> None:
    """23:59 of the last day and 00:00 of the first, in Shanghai."""
    for text in ("2026-09-30 23:59", "2026-10-01 00:00"):
        answered(bank, [9], at=local(text))
    found = [score(None, bank.programme.unit, Period.read(q)).answers.n for q in ("2026-Q3", "2026-Q4")]
    assert found == [1, 1]


def test_eight_quarters_stand_in_order_and_empty_ones_say_nothing(bank: Bank) -> None:
    answered(bank, scores(10, 0, 0), at=local("2026-05-10 10:00"))
    found = trend(None, bank.programme.unit, QUARTER)
    assert [str(period) for period, _reading in found][::7] == ["2025-Q1", "2026-Q4"]
    assert [reading.score for _period, reading in found] == [None] * 5 + [100, None, None]


def test_a_reply_that_was_taken_out_leaves_the_score_and_stays_in_the_table(bank: Bank) -> None:
    rows = answered(bank, scores(10, 0, 1))
    exclude_reply(reply=rows[-1].reply, user=bank.boss)
    assert score(None, bank.programme.unit, QUARTER).answers == Answers(10, 0, 0)
    assert Answer.objects.count() == 11


def test_a_unit_counts_all_below_it(bank: Bank) -> None:
    window = Unit.objects.create(name="窗口", code="C1-1", parent=bank.cards[0])
    answered(bank, [9], unit=window)
    answered(bank, [2], unit=bank.cards[0])
    assert score(None, bank.cards[0], QUARTER).answers.n == 2
    [row] = [row for row in branches(None, bank.programme.unit, QUARTER) if row.unit == bank.cards[0]]
    assert row.answers.n == 2


# ---- pilot


def test_answers_of_a_window_belong_to_the_arm_of_its_centre(bank: Bank) -> None:
    window = Unit.objects.create(name="窗口", code="C1-1", parent=bank.cards[0])
    answered(bank, scores(3, 0, 0), unit=window, at=local("2026-08-20 09:00"))
    found = {row.unit: row.after for row in judge(bank.programme, date(2026, 11, 23)).rows}
    assert found[bank.cards[0]] == Answers(3, 0, 0)


def test_arms_that_went_apart_before_the_start_are_no_fair_comparison(bank: Bank) -> None:
    for n, unit in enumerate(bank.cards):
        answered(bank, scores(2 + n, 10, 8 - n), unit=unit, at=local("2026-02-10 09:00"))
        answered(bank, scores(15 + n, 4, 1), unit=unit, at=local("2026-05-10 09:00"))
        answered(bank, scores(15, 4, 1), unit=unit, at=local("2026-08-20 09:00"))
    for unit in bank.loans:
        for at in ("2026-02-10 09:00", "2026-05-10 09:00", "2026-08-20 09:00"):
            answered(bank, scores(6, 8, 6), unit=unit, at=local(at))
    found = judge(bank.programme, date(2026, 11, 23))
    assert found.verdict is Verdict.DRIFTED


def test_while_the_span_after_the_start_lasts_the_result_is_none_yet(bank: Bank) -> None:
    assert judge(bank.programme, date(2026, 8, 20)).running
    assert not judge(bank.programme, date(2026, 11, 23)).running


def test_the_loop_runs_in_pilot_units_since_the_start_and_everywhere_since_the_roll_out(bank: Bank) -> None:
    day = date(2026, 7, 1)
    found = [loop_of(bank.programme)(unit, on) for unit, on in (
        (bank.cards[0], day), (bank.cards[0], day - timedelta(days=1)), (bank.loans[0], day),
    )]  # fmt: skip
    assert found == [True, False, False]
    bank.programme.rolled_out_on = date(2026, 9, 1)
    assert loop_of(bank.programme)(bank.loans[0], date(2026, 9, 1))
    assert not loop_of(bank.programme)(bank.world.beishan, date(2026, 9, 1))


def test_the_nearest_programme_is_a_units_own(bank: Bank) -> None:
    near = type(bank.programme).objects.create(
        code="P2", name="近", unit=bank.cards[0], starts_on="2026-07-01"
    )
    assert programme_for(bank.cards[0]) == near
    assert programme_for(bank.cards[1]) == bank.programme
    assert programme_for(bank.world.beishan) is None


# ---- weights, ledger, signs


def frames(bank: Bank, **sizes: int) -> None:
    for key, size in sizes.items():
        Frame.objects.create(programme=bank.programme, dimension="segment", key=key, size=size)


def test_answers_outside_of_all_classes_stop_the_weighting_and_are_counted(bank: Bank) -> None:
    frames(bank, young=800, old=200)
    answered(bank, scores(20, 0, 0), segment="young")
    answered(bank, scores(20, 0, 0), segment="old")
    answered(bank, scores(3, 0, 0), segment="alien")
    found = beside(bank.programme, bank.programme.unit, QUARTER)
    assert (found.why, found.missing, found.weighted) == ("outside", ("3",), None)


def test_too_few_answers_are_not_weighted(bank: Bank) -> None:
    frames(bank, young=800, old=200)
    answered(bank, scores(10, 0, 0), segment="young")
    answered(bank, scores(0, 0, 10), segment="old")
    assert beside(bank.programme, bank.programme.unit, QUARTER).why == "few"


def test_two_dimensions_are_raked_together(bank: Bank) -> None:
    """80 % young and half of each centre: as the customers are."""
    frames(bank, young=800, old=200)
    for code in ("C1", "C2"):
        Frame.objects.create(programme=bank.programme, dimension="unit", key=code, size=500)
    for unit in bank.cards[:2]:
        answered(bank, scores(10, 0, 0), unit=unit, segment="young")
        answered(bank, scores(0, 0, 10), unit=unit, segment="old")
    found = beside(bank.programme, bank.programme.unit, QUARTER)
    assert found.weighted is not None
    assert found.weighted.score == pytest.approx(60, abs=0.01)
    assert found.by == ("segment", "unit")


def test_each_way_has_its_own_rate(bank: Bank) -> None:
    at = NOW - timedelta(days=5)
    for n, channel in enumerate(("email", "email", "qr", "file")):
        told = act.AskedElsewhere(key=f"I{n}", unit=bank.cards[0], invited_at=at, channel=channel)
        act.asked_elsewhere(programme=bank.programme, told=[told])
    answered(bank, [9], at=at + timedelta(hours=1), asked_key="I0")
    found = by_channel(bank.programme, bank.programme.unit, QUARTER)
    assert found == [("email", 2, 1), ("file", 1, 0), ("qr", 1, 0)]


def test_the_ledger_is_of_a_unit_and_of_days(bank: Bank) -> None:
    today = timezone.localdate()
    ask(bank, "K1", channel="link")
    whole = ledger(None, bank.programme.unit, today, today)
    assert whole.invited == 1
    assert ledger(None, bank.loans[0], today, today).invited == 0
    assert (
        ledger(None, bank.programme.unit, today - timedelta(days=9), today - timedelta(days=1)).invited == 0
    )


def test_fewer_than_twenty_invited_answers_have_no_halves(bank: Bank) -> None:
    answered(bank, scores(30, 0, 0))
    assert waves_of(bank.programme, bank.programme.unit, QUARTER) is None


def test_a_burst_of_tens_is_seen_and_names_its_unit(bank: Bank) -> None:
    at = NOW - timedelta(days=3)
    told = [
        act.Told(key=f"B{n}", score=10, unit=bank.cards[1], answered_at=at + timedelta(seconds=9 * n))
        for n in range(14)
    ]
    act.receive(programme=bank.programme, told=told)
    answered(bank, [9, 3, 8, 10] * 5)
    found = signs_of(bank.programme, bank.programme.unit, QUARTER)
    assert {(sign.rule, sign.unit) for sign in found} == {
        ("burst", bank.cards[1].pk),
        ("streak", bank.cards[1].pk),
    }


# ---- alarms and adoption


def test_signs_of_made_up_scores_open_one_case_for_the_unit_and_tell_the_leader(bank: Bank) -> None:
    bank.programme.leader = bank.boss
    bank.programme.save()
    now = timezone.now()
    told = [
        act.Told(
            key=f"B{n}",
            score=10,
            unit=bank.cards[1],
            answered_at=timezone.make_aware(datetime.combine(timezone.localdate(now), datetime.min.time()))
            - timedelta(days=1)
            + timedelta(seconds=9 * n),
        )
        for n in range(14)
    ]
    act.receive(programme=bank.programme, told=told)
    weigh(now=now)
    weigh(now=now)
    [case] = Case.objects.filter(kind="loyalty_alarm")
    assert (case.unit, case.owner) == (bank.cards[1], bank.boss)
    assert Notice.objects.filter(key="loyalty.alarm", user=bank.boss).count() == 1


def test_fewer_answers_of_those_invited_are_an_alarm(bank: Bank) -> None:
    now = timezone.now()
    for what, days, hits in (("old", 60, 30), ("new", 25, 4)):
        at = now - timedelta(days=days)
        told = [act.AskedElsewhere(key=f"{what}{n}", unit=bank.cards[0], invited_at=at) for n in range(40)]
        act.asked_elsewhere(programme=bank.programme, told=told)
        rows = [
            act.Told(
                key=f"{what}{n}", score=8, unit=bank.cards[0],
                answered_at=at + timedelta(hours=n), asked_key=f"{what}{n}",
            )
            for n in range(hits)
        ]  # fmt: skip
        act.receive(programme=bank.programme, told=rows)
    weigh(now=now)
    assert Case.objects.filter(kind="loyalty_alarm", subject__contains=":response:").count() == 1


def test_a_programme_that_does_not_run_gives_no_alarm(bank: Bank) -> None:
    type(bank.programme).objects.update(stage=Step.PREPARED)
    weigh(now=timezone.now())
    assert not Case.objects.filter(kind="loyalty_alarm").exists()


def test_a_call_that_is_not_due_yet_is_in_no_rate(bank: Bank) -> None:
    now = timezone.now()
    answered(bank, [2], at=now - timedelta(hours=1), customer=customer(bank))
    today = timezone.localdate(now)
    assert closing(bank.programme.unit, today, today + timedelta(days=9), now).n == 0
    late = closing(bank.programme.unit, today, today + timedelta(days=9), now + timedelta(days=3))
    assert (late.hits, late.n) == (0, 1)


def test_the_pulse_leaves_out_who_may_still_answer(bank: Bank) -> None:
    now = timezone.now()
    told = [act.AskedElsewhere(key="I1", unit=bank.cards[0], invited_at=now - timedelta(days=3))]
    act.asked_elsewhere(programme=bank.programme, told=told)
    beat = pulse(bank.programme, timezone.localdate(now), 30, now)
    assert [rate.n for rate in beat.response] == [0, 0]


# ---- journey


def test_a_touchpoint_of_another_department_is_shown_where_its_customers_answer(bank: Bank) -> None:
    stage = JourneyStage.objects.create(code="J1", name="使用", place=1)
    point = Touchpoint.objects.create(code="T1", name="利息", stage=stage, unit=bank.loans[0])
    silent = Touchpoint.objects.create(code="T2", name="咨询", stage=stage, unit=bank.loans[1])
    answered(bank, [9], touchpoint=point)
    [found] = journey(None, bank.cards[0], QUARTER)
    assert [each.touchpoint for each in found.points] == [point]
    [above] = journey(None, bank.programme.unit, QUARTER)
    assert [each.touchpoint for each in above.points] == [point, silent]


def test_a_touchpoint_out_of_use_is_not_shown(bank: Bank) -> None:
    stage = JourneyStage.objects.create(code="J1", name="使用", place=1)
    Touchpoint.objects.create(code="T1", name="旧", stage=stage, unit=bank.cards[0], active=False)
    assert journey(None, bank.programme.unit, QUARTER)[0].points == []


def test_who_complained_and_answered_about_a_point_is_counted_once(bank: Bank) -> None:
    stage = JourneyStage.objects.create(code="J1", name="使用", place=1)
    point = Touchpoint.objects.create(code="T1", name="利息", stage=stage, unit=bank.cards[0])
    who = customer(bank)
    first, _second = answered(bank, [2, 3], touchpoint=point, customer=who)
    Case.objects.filter(loyalty=first).update(kind="complaint", opened_at=NOW)
    [found] = journey(None, bank.programme.unit, QUARTER)[0].points
    assert found.complaints == 1


# ---- questionnaires and waves


def test_the_questionnaire_is_made_once_for_the_whole_house(bank: Bank) -> None:
    first = questionnaire_for(bank.cards[0])
    assert questionnaire_for(bank.loans[0]) == first
    assert first.questionnaire.unit == bank.world.root
    assert QuestionnaireVersion.objects.count() == 1


def test_a_quarter_has_one_wave_and_what_nobody_asked_for_another(bank: Bank) -> None:
    at = timezone.now()
    asked, again = wave_for(bank.programme, at), wave_for(bank.programme, at)
    unasked = wave_for(bank.programme, at, unasked=True)
    assert asked == again
    assert asked != unasked
    assert Wave.objects.count() == 2


def test_old_answers_of_a_closed_wave_come_into_a_further_one(bank: Bank) -> None:
    at = timezone.now() - timedelta(days=1)
    first = wave_for(bank.programme, at)
    Wave.objects.filter(pk=first.pk).update(closed_at=timezone.now())
    answered(bank, [9], at=at)
    assert Reply.objects.get().wave != first


@pytest.mark.parametrize("name", ["score", "response", "by-class", "branches", "drivers"])
def test_each_page_asks_the_database_a_bounded_number_of_times(
    bank: Bank, client: Client, name: str, django_assert_max_num_queries: Any
) -> None:
    """However many units and classes there are."""
    for n in range(12):
        unit = Unit.objects.create(name=f"网点{n}", code=f"B{n}", parent=bank.world.jiangzhou)
        answered(bank, [9, 8, 3], unit=unit, segment=f"S{n}")
    client.force_login(bank.boss)
    url = reverse(f"loyalty:{name}")
    client.get(url)
    with django_assert_max_num_queries(48):
        assert client.get(url, {"period": "2026-Q4"}).status_code == 200
