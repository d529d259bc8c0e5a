"""Huddles: who may hold them, what stands on the agenda, what was decided, and what becomes of it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bihuan.kernel import clock
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Case, Cause, Event, Notice, Obligation, Role
from bihuan.kernel.rules.calendar import SHANGHAI
from bihuan.kernel.tests.world import account
from bihuan.systems.loyalty import act
from bihuan.systems.loyalty.models import Attendance, Decision, Hearing, Huddle, Programme, Step
from bihuan.systems.loyalty.read.huddles import MOST_VOICES, agenda, attendees, overdue
from bihuan.systems.loyalty.read.programmes import loop_units

from .bank import Bank, answered, build_bank, customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def bank() -> Bank:
    return build_bank()


@pytest.fixture
def huddle(bank: Bank) -> Huddle:
    at = timezone.now() - timedelta(minutes=30)
    return act.begin(
        programme=bank.programme, unit=bank.cards[0], user=bank.boss, at=at, present=[bank.caller]
    )


def decide(bank: Bank, row: Huddle, **more: Any) -> Decision:
    given = {"text": "逾期先电话提醒", "owner": bank.caller, "due_on": timezone.localdate()}
    return act.decide(huddle=row, user=bank.boss, **{**given, **more})


def test_who_leads_is_there_and_nobody_twice(bank: Bank) -> None:
    people = [bank.boss, bank.caller, bank.caller]
    row = act.begin(programme=bank.programme, unit=bank.cards[0], user=bank.boss, present=people)
    assert set(row.attendances.values_list("user", flat=True)) == {bank.boss.pk, bank.caller.pk}


def test_a_huddle_is_entered_when_it_is_held(bank: Bank) -> None:
    at = timezone.now() + timedelta(hours=1)
    with pytest.raises(Refused):
        act.begin(programme=bank.programme, unit=bank.cards[0], user=bank.boss, at=at)


def test_a_viewer_holds_none(bank: Bank) -> None:
    viewer = account("viewer_1", "看客", Role.VIEWER, bank.cards[0])
    with pytest.raises(Refused):
        act.begin(programme=bank.programme, unit=bank.cards[0], user=viewer)


def test_the_second_looks_back_to_the_first_and_the_first_a_fortnight(bank: Bank, huddle: Huddle) -> None:
    assert agenda(huddle).since == huddle.held_at - timedelta(days=14)
    second = act.begin(programme=bank.programme, unit=bank.cards[0], user=bank.boss)
    assert agenda(second).since == huddle.held_at


def test_another_units_huddle_is_no_earlier_one(bank: Bank, huddle: Huddle) -> None:
    other = act.begin(programme=bank.programme, unit=bank.cards[1], user=bank.boss)
    assert other.since is None


def test_the_agenda_reads_detractors_first_and_counts_what_is_left_out(bank: Bank) -> None:
    at = timezone.now() - timedelta(days=2)
    answered(bank, [9] * 20 + [1] * 15, at=at, text="一句话")
    row = act.begin(programme=bank.programme, unit=bank.cards[0], user=bank.boss)
    found = agenda(row)
    assert [voice.answer.score for voice in found.voices[:15]] == [1] * 15
    assert (len(found.voices), found.hidden) == (MOST_VOICES, 5)


def test_what_comes_after_the_huddle_is_for_the_next_one(bank: Bank, huddle: Huddle) -> None:
    answered(bank, [2], at=timezone.now() - timedelta(minutes=5), text="晚来的话")
    assert agenda(huddle).voices == []
    later = act.begin(programme=bank.programme, unit=bank.cards[0], user=bank.boss)
    assert [voice.text for voice in agenda(later).voices] == ["晚来的话"]


def test_customers_of_other_units_are_not_on_the_agenda(bank: Bank) -> None:
    answered(bank, [2], unit=bank.cards[1], at=timezone.now() - timedelta(days=1), text="别处的话")
    row = act.begin(programme=bank.programme, unit=bank.cards[0], user=bank.boss)
    assert agenda(row).voices == []


def test_open_decisions_of_the_unit_come_back_until_they_are_done(bank: Bank, huddle: Huddle) -> None:
    made = decide(bank, huddle)
    later = act.begin(programme=bank.programme, unit=bank.cards[0], user=bank.boss)
    assert agenda(later).decisions == [made]
    assert agenda(huddle).decisions == []
    act.finish(row=made, user=bank.caller)
    assert agenda(later).decisions == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": " 做 "},
        {"owner": None},
        {"due_on": None},
    ],
)
def test_a_decision_has_words_an_owner_and_a_day(bank: Bank, huddle: Huddle, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        decide(bank, huddle, **wrong)
    assert not Decision.objects.exists()


def test_a_decision_is_owned_within_the_programme(bank: Bank, huddle: Huddle) -> None:
    bank.caller.is_active = False
    bank.caller.save()
    for owner in (bank.world.gao_yuan, bank.caller):
        with pytest.raises(Refused):
            decide(bank, huddle, owner=owner)


def test_a_decision_is_reminded_of_on_its_evening_and_not_before(bank: Bank, huddle: Huddle) -> None:
    made = decide(bank, huddle, due_on=timezone.localdate() + timedelta(days=1))
    clock.run_due(timezone.now())
    assert not Notice.objects.filter(key="loyalty.decision_late").exists()
    clock.run_due(timezone.now() + timedelta(days=2))
    told = Notice.objects.filter(key="loyalty.decision_late").values_list("user", flat=True)
    assert set(told) == {bank.caller.pk, bank.boss.pk}
    made.refresh_from_db()
    assert made.next_at is None


def test_what_is_done_in_time_is_reminded_of_never(bank: Bank, huddle: Huddle) -> None:
    act.finish(row=decide(bank, huddle), user=bank.caller)
    clock.run_due(timezone.now() + timedelta(days=2))
    assert not Notice.objects.filter(key="loyalty.decision_late").exists()


def test_overdue_decisions_are_counted_for_the_unit_and_above(bank: Bank, huddle: Huddle) -> None:
    decide(bank, huddle, due_on=timezone.localdate() - timedelta(days=1))
    decide(bank, huddle)
    assert [overdue(unit) for unit in (bank.cards[0], bank.cards[1], bank.programme.unit)] == [1, 0, 1]


def test_an_improvement_is_not_ticked_off_here(bank: Bank, huddle: Huddle) -> None:
    owner = account("bai_yu", "白羽", Role.OWNER, bank.loans[0])
    act.hand_on(
        huddle=huddle,
        user=bank.boss,
        text="修订罚息规定",
        owner=owner,
        cause=Cause.objects.get(code="POLICY"),
        due_on=timezone.localdate() + timedelta(days=30),
    )
    with pytest.raises(Refused):
        act.finish(row=Decision.objects.get(), user=bank.boss)


def test_what_a_caller_hands_on_is_a_proposal(bank: Bank) -> None:
    row = act.begin(programme=bank.programme, unit=bank.cards[0], user=bank.caller)
    item = act.hand_on(
        huddle=row,
        user=bank.caller,
        text="修订罚息规定",
        owner=bank.boss,
        cause=Cause.objects.get(code="POLICY"),
        due_on=timezone.localdate() + timedelta(days=30),
    )
    item.refresh_from_db()
    assert item.state == "proposed"


CLOSED: list[Callable[[Bank, Huddle], Any]] = [
    lambda bank, row: decide(bank, row),
    lambda bank, row: act.attend(huddle=row, user=bank.boss, who=bank.caller),
    lambda bank, row: act.close(huddle=row, user=bank.boss),
]


@pytest.mark.parametrize("change", CLOSED, ids=["decide", "attend", "close"])
def test_closed_minutes_stay_as_they_are(bank: Bank, huddle: Huddle, change: Callable[..., Any]) -> None:
    act.close(huddle=huddle, user=bank.boss)
    with pytest.raises(Refused):
        change(bank, huddle)


def test_who_left_is_kept_as_absent(bank: Bank, huddle: Huddle) -> None:
    act.attend(huddle=huddle, user=bank.boss, who=bank.caller, present=False)
    assert Attendance.objects.get(huddle=huddle, user=bank.caller).present is False
    with pytest.raises(Refused):
        act.close(huddle=huddle, user=bank.boss)


def test_accounts_of_the_unit_above_and_below_may_be_there(bank: Bank) -> None:
    found = set(attendees(bank.cards[0]))
    assert bank.caller in found
    assert bank.boss in found
    assert bank.world.gao_yuan not in found


def test_a_week_without_a_huddle_is_a_case_for_its_unit(bank: Bank) -> None:
    """A house owes from the day after it has begun; the worker looks twice: rows come before judgement."""
    for text in ("2026-11-20 10:00", "2026-11-23 00:20", "2026-12-01 00:20"):
        at = datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)
        for minutes in (0, 2):
            clock.run_due(at + timedelta(minutes=minutes))
    week = Obligation.objects.filter(key="loyalty.huddle", begins_on="2026-11-23")
    assert {row.subject for row in week} == {"NPS:C1", "NPS:C2", "NPS:C3"}
    missed = Case.objects.filter(kind="huddle_missed")
    assert missed.count() == 3
    assert {case.unit for case in missed} == set(bank.cards)


def test_units_of_the_comparison_owe_no_huddle_until_the_roll_out(bank: Bank) -> None:
    today = timezone.localdate()
    assert set(loop_units(bank.programme, today)) == set(bank.cards)
    act.step(programme=bank.programme, user=bank.boss, to=Step.ROLL_OUT, on=today)
    bank.programme.refresh_from_db()
    assert set(loop_units(bank.programme, today)) == {*bank.cards, *bank.loans}
    act.step(programme=bank.programme, user=bank.boss, to=Step.ENDED)
    bank.programme.refresh_from_db()
    assert loop_units(bank.programme, today) == []


def test_before_its_start_a_programme_owes_nothing() -> None:
    today = timezone.localdate()
    bank = build_bank(starts_on=today + timedelta(days=1))
    assert loop_units(bank.programme, today) == []


def test_hearing_is_counted_a_day_and_a_person(bank: Bank) -> None:
    today = timezone.localdate()
    for n, on in ((3, today), (2, today), (4, today - timedelta(days=1)), (0, today)):
        act.heard(user=bank.boss, count=n, on=on)
    assert sorted(Hearing.objects.values_list("count", flat=True)) == [4, 5]


def test_each_step_is_on_record_without_words_of_people(bank: Bank, huddle: Huddle) -> None:
    decide(bank, huddle, text="给王女士打电话")
    act.close(huddle=huddle, user=bank.boss)
    events = Event.objects.filter(subject=f"huddle:{huddle.pk}").order_by("pk")
    assert [event.verb for event in events] == [
        "loyalty.huddle_begun",
        "loyalty.huddle_decided",
        "loyalty.huddle_closed",
    ]
    assert "王女士" not in str([event.payload for event in events])


def test_the_page_shows_agenda_people_and_decisions_and_closes(
    bank: Bank, huddle: Huddle, client: Client
) -> None:
    answered(bank, [1], at=timezone.now() - timedelta(days=1), text="太慢了", customer=customer(bank))
    decide(bank, huddle)
    client.force_login(bank.boss)
    page = client.get(reverse("loyalty:huddle", args=[huddle.pk])).content.decode()
    for words in ("太慢了", "逾期先电话提醒", "李娜"):
        assert words in page
    client.post(reverse("loyalty:huddle-step", args=[huddle.pk]), {"action": "close"})
    closed = client.get(reverse("loyalty:huddle", args=[huddle.pk]))
    assert closed.context["present"] is None
    assert closed.context["decision"] is None


def test_a_decision_is_ticked_off_in_the_table_and_taken_back(
    bank: Bank, huddle: Huddle, client: Client
) -> None:
    made = decide(bank, huddle)
    client.force_login(bank.boss)
    fields = {"action": "finish", "ids": [made.pk], "go": "1"}
    page = client.post(reverse("loyalty:decisions"), fields, follow=True).content.decode()
    made.refresh_from_db()
    assert made.done_by == bank.boss
    undo = page.split('data-undo-url="')[1].split('"')[0].replace("&amp;", "&")
    assert client.post(undo).status_code == 204
    made.refresh_from_db()
    assert made.done_at is None


def test_a_huddle_needs_a_running_loop(bank: Bank, client: Client) -> None:
    Programme.objects.update(stage=Step.ENDED)
    client.force_login(bank.boss)
    page = client.get(reverse("loyalty:huddle-new"))
    assert page.context["editable"] is False
