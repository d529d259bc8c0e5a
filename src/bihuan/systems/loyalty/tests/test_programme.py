"""The pilot judged from answers, its steps, huddles, adoption, alarms and the journey."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from bihuan.kernel import clock
from bihuan.kernel.act import obligations
from bihuan.kernel.act.cases import accept, call_back
from bihuan.kernel.act.obligations.generate import generate
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Case, Cause, Improvement, Notice, Obligation, Role
from bihuan.kernel.rules.calendar import SHANGHAI
from bihuan.kernel.rules.periods import Period
from bihuan.kernel.tests.world import account
from bihuan.systems.loyalty import act
from bihuan.systems.loyalty.act.alarms import weigh
from bihuan.systems.loyalty.models import (
    Arm,
    Decision,
    Hearing,
    Huddle,
    JourneyStage,
    Member,
    Step,
    Touchpoint,
)
from bihuan.systems.loyalty.read.adoption import closers
from bihuan.systems.loyalty.read.branches import branches
from bihuan.systems.loyalty.read.huddles import agenda
from bihuan.systems.loyalty.read.journey import journey
from bihuan.systems.loyalty.read.pilot import judge, spans_of
from bihuan.systems.loyalty.rules.pilot import Basis, Verdict

from .bank import NOW, Bank, answered, build_bank, customer, scores

pytestmark = pytest.mark.django_db


@pytest.fixture
def bank() -> Bank:
    return build_bank()


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


BEFORE, AFTER, LEARNING = local("2026-05-10 09:00"), local("2026-08-20 09:00"), local("2026-07-10 09:00")


def test_the_pilot_is_judged_by_units_and_the_first_weeks_are_left_out(bank: Bank) -> None:
    for place, unit in enumerate(bank.cards):
        answered(bank, scores(6, 8, 6), unit=unit, at=BEFORE)
        answered(bank, scores(0, 0, 20), unit=unit, at=LEARNING)
        answered(bank, scores(12 + place, 6 - place, 2), unit=unit, at=AFTER)
    for unit in bank.loans:
        answered(bank, scores(6, 8, 6), unit=unit, at=BEFORE)
        answered(bank, scores(6, 8, 6), unit=unit, at=AFTER)
    found = judge(bank.programme, date(2026, 11, 23))
    assert found.estimate is not None
    assert found.estimate.points == pytest.approx(55)
    assert found.estimate.basis is Basis.UNITS
    assert found.verdict is Verdict.WORKED
    assert found.spans.after[0] == date(2026, 7, 31)
    assert not found.running


def test_without_answers_there_is_no_verdict_and_the_span_ends_with_the_roll_out(bank: Bank) -> None:
    assert judge(bank.programme, date(2026, 8, 1)).verdict is Verdict.TOO_LITTLE
    bank.programme.rolled_out_on = date(2026, 9, 1)
    assert spans_of(bank.programme, date(2026, 11, 1)).after[1] == date(2026, 8, 31)


def test_a_pilot_needs_both_arms_and_units_count_once() -> None:
    bank = build_bank(stage=Step.PREPARED)
    with pytest.raises(Refused):
        act.join(programme=bank.programme, unit=bank.world.jiangzhou, arm=Arm.PILOT, user=bank.boss)
    with pytest.raises(Refused):
        act.step(programme=bank.programme, user=bank.boss, to=Step.ENDED)
    Member.objects.filter(arm=Arm.COMPARISON).delete()
    with pytest.raises(Refused):
        act.step(programme=bank.programme, user=bank.boss, to=Step.PILOT)
    act.join(programme=bank.programme, unit=bank.loans[0], arm=Arm.COMPARISON, user=bank.boss)
    assert act.step(programme=bank.programme, user=bank.boss, to=Step.PILOT).stage == Step.PILOT


def test_the_start_of_a_running_loop_does_not_move(bank: Bank) -> None:
    bank.programme.starts_on = date(2026, 1, 1)
    with pytest.raises(Refused):
        act.keep_programme(row=bank.programme, user=bank.boss, fields=["starts_on"])


def test_a_manager_of_another_unit_changes_nothing(bank: Bank) -> None:
    with pytest.raises(Refused):
        act.step(programme=bank.programme, user=bank.world.gao_yuan, to=Step.ROLL_OUT)


def test_branches_are_ranked_in_bands_and_called_different_only_beyond_chance(bank: Bank) -> None:
    answered(bank, scores(28, 1, 1), unit=bank.cards[0])
    answered(bank, scores(5, 5, 20), unit=bank.cards[1])
    answered(bank, scores(10, 5, 5), unit=bank.cards[2])
    found = {row.unit: row for row in branches(bank.programme, bank.programme.unit, Period.read("2026-Q4"))}
    best, worst, small = (found[unit] for unit in bank.cards)
    assert best.place is not None
    assert best.place.rank == 1
    assert best.differs
    assert worst.differs
    assert small.place is not None
    assert small.place.rank is None
    assert small.reading.score is not None
    assert not small.differs


def huddle(bank: Bank, at: datetime = NOW - timedelta(hours=1)) -> Huddle:
    return act.begin(
        programme=bank.programme,
        unit=bank.cards[0],
        user=bank.boss,
        at=min(at, timezone.now()),
        present=[bank.caller],
    )


def test_the_agenda_writes_itself_without_numbers_of_people(bank: Bank) -> None:
    now = timezone.now()
    first = huddle(bank, now - timedelta(days=7))
    act.decide(
        huddle=first, user=bank.boss, text="逾期先电话提醒", owner=bank.caller, due_on=timezone.localdate(now)
    )
    answered(bank, [9], at=now - timedelta(days=9), text="早先的话")
    answered(bank, [2], at=now - timedelta(days=2), text="打我电话13812345678没人接", customer=customer(bank))
    answered(bank, [8], at=now - timedelta(days=1), text="还行")
    found = agenda(huddle(bank, now))
    assert [voice.answer.score for voice in found.voices] == [2, 8]
    assert "13812345678" not in found.voices[0].text
    assert [row.text for row in found.decisions] == ["逾期先电话提醒"]
    assert [row.customer.number for row in found.cases if row.customer] == ["K1"]


def test_a_huddle_takes_two_and_counts_for_its_week(bank: Bank) -> None:
    at = timezone.now() - timedelta(minutes=10)
    obligations.begin(key="loyalty.huddle", since=timezone.localdate(at))
    generate(now=at)
    owed = Obligation.objects.filter(key="loyalty.huddle", subject="NPS:C1")
    alone = act.begin(programme=bank.programme, unit=bank.cards[0], user=bank.boss, at=at)
    with pytest.raises(Refused):
        act.close(huddle=alone, user=bank.boss)
    act.attend(huddle=alone, user=bank.boss, who=bank.caller)
    act.close(huddle=alone, user=bank.boss)
    assert owed.get().done == 1
    with pytest.raises(Refused):
        act.decide(
            huddle=alone, user=bank.boss, text="太晚了", owner=bank.caller, due_on=timezone.localdate()
        )


def test_what_the_team_cannot_change_goes_to_another_department(bank: Bank) -> None:
    owner = account("bai_yu", "白羽", Role.OWNER, bank.loans[0])
    cause = Cause.objects.get(code="POLICY")
    due = timezone.localdate() + timedelta(days=30)
    item = act.hand_on(
        huddle=huddle(bank), user=bank.boss, text="修订罚息规定", owner=owner, cause=cause, due_on=due
    )
    found = Improvement.objects.get(pk=item.pk)
    assert (found.owner, found.cause, found.state) == (owner, cause, "planned")
    assert Decision.objects.get().improvement == found


def test_a_late_decision_is_told_once_and_can_be_done_and_undone(bank: Bank) -> None:
    day = timezone.localdate() - timedelta(days=1)
    row = act.decide(huddle=huddle(bank), user=bank.boss, text="打电话提醒", owner=bank.caller, due_on=day)
    for _again in range(2):
        clock.run_due(timezone.now())
    assert Notice.objects.filter(key="loyalty.decision_late", user=bank.caller).count() == 1
    act.finish(row=row, user=bank.caller)
    with pytest.raises(Refused):
        act.finish(row=row, user=bank.caller)
    act.take_back(row=row, user=bank.caller, before=None)
    assert Decision.objects.get().done_at is None


def test_the_ledger_names_who_closes_loops_and_who_does_not(bank: Bank) -> None:
    at = timezone.now() - timedelta(days=4)
    rows = [answered(bank, [2], at=at, customer=customer(bank, f"K{n}"))[0] for n in range(3)]
    case = rows[0].case
    assert case is not None
    accept(case=case, user=bank.caller, at=at + timedelta(hours=2))
    call = case.tasks.get(kind="contact")
    call_back(task=call, user=bank.caller, outcome="contacted", text="听完并道歉", at=at + timedelta(hours=3))
    act.heard(user=bank.boss, count=10)
    act.heard(user=bank.boss, count=5)
    today = timezone.localdate()
    found = closers(bank.boss, bank.programme.unit, today - timedelta(days=30), today, timezone.now())
    assert [(row.user, row.in_time, row.due, row.heard) for row in found] == [
        (bank.caller, 1, 3, 0),
        (bank.boss, 0, 0, 15),
    ]
    assert Hearing.objects.count() == 1


def test_a_fading_programme_opens_one_case_a_month(bank: Bank) -> None:
    now = timezone.now()
    for n in range(70):
        late = n >= 35
        at = now - timedelta(days=5 if late else 40)
        row = answered(bank, [1], at=at, customer=customer(bank, f"K{n}"))[0]
        if row.case and not late:
            row.case.tasks.filter(kind="contact").update(done_at=at + timedelta(hours=1), state="done")
    weigh(now=now)
    weigh(now=now + timedelta(minutes=1))
    alarms = Case.objects.filter(kind="loyalty_alarm", subject__contains=":closing:")
    assert alarms.count() == 1
    assert Notice.objects.filter(key="loyalty.alarm", params__what="fewer calls come in time").count() == 1


def test_the_journey_shows_each_point_whichever_department_is_behind_it(bank: Bank) -> None:
    stage = JourneyStage.objects.create(code="J1", name="使用", place=1)
    point = Touchpoint.objects.create(code="T1", name="利息", stage=stage, unit=bank.loans[2])
    answered(bank, scores(4, 3, 4), touchpoint=point)
    row = answered(bank, [1], touchpoint=point, customer=customer(bank))[0]
    assert row.case is not None
    Case.objects.filter(pk=row.case.pk).update(verdict="policy")
    answered(bank, [0], touchpoint=point, channel="social")
    [found] = journey(bank.programme, bank.programme.unit, Period.read("2026-Q4"))[0].points
    assert (found.reading.n, found.cases, found.open, found.policy, found.unasked) == (12, 1, 1, 1, 1)
