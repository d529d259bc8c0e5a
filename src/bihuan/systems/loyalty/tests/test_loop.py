"""Answers and the loop: clocks, cases, what does not count, who is asked again and who is not."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone, translation

from bihuan.kernel.act.people import erase_customer
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.act.surveys import NotOpen
from bihuan.kernel.models import Case, Reply, Standard
from bihuan.kernel.rules.calendar import SHANGHAI
from bihuan.kernel.rules.periods import Period
from bihuan.systems.loyalty import act
from bihuan.systems.loyalty.act import Told
from bihuan.systems.loyalty.act.answers import forget_erased
from bihuan.systems.loyalty.models import Answer, Channel, Invitation, Step
from bihuan.systems.loyalty.read.growth import reasons
from bihuan.systems.loyalty.read.ledger import beside, ledger
from bihuan.systems.loyalty.read.scores import score
from bihuan.systems.loyalty.words import CAME, NEW, PHONE, SCORE, WHY, change_words

from .bank import NOW, Bank, answered, ask, build_bank, code_in, customer, reply, scores

pytestmark = pytest.mark.django_db


@pytest.fixture
def bank() -> Bank:
    return build_bank()


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("value", "unit", "due"),
    [(None, "h", "2025-01-30 10:00"), ("2", "working days", "2025-02-06 23:59")],
)
def test_a_detractor_is_called_within_48_hours_or_two_working_days(
    value: str | None, unit: str, due: str
) -> None:
    bank = build_bank(starts_on=date(2025, 1, 1))
    if value:
        Standard.objects.create(
            key="loyalty.contact", version=9, value=Decimal(value), measured_in=unit,
            valid_from=date(2025, 1, 1), origin="ours", source="按工作日",
        )  # fmt: skip
    answered(bank, [3], at=local("2025-01-28 10:00"), customer=customer(bank))
    call = Case.objects.get(kind="detractor").tasks.get(kind="contact")
    assert call.due_at is not None
    assert timezone.localtime(call.due_at).strftime("%Y-%m-%d %H:%M") == due


def test_the_owner_of_the_unit_calls_and_reads_the_words(bank: Bank) -> None:
    row = answered(bank, [2], customer=customer(bank), text="规定不允许就是不允许")[0]
    assert row.case is not None
    assert row.case.owner == bank.caller
    assert row.case.notes.get().text == "规定不允许就是不允许"
    assert row.case.tasks.get(kind="contact").owner == bank.caller


def test_promoters_strangers_and_the_comparison_open_no_case(bank: Bank) -> None:
    answered(bank, [9, 7], customer=customer(bank))
    answered(bank, [1])
    answered(bank, [1], unit=bank.loans[0], customer=customer(bank, "K2"))
    answered(bank, [1], at=local("2026-06-20 10:00"), customer=customer(bank, "K3"))
    assert not Case.objects.filter(kind="detractor").exists()


def test_after_the_roll_out_the_comparison_is_answered_too(bank: Bank) -> None:
    act.step(programme=bank.programme, user=bank.boss, to=Step.ROLL_OUT, on=date(2026, 11, 1))
    bank.programme.refresh_from_db()
    assert answered(bank, [1], unit=bank.loans[0], customer=customer(bank))[0].case is not None


def test_a_second_low_score_of_a_customer_joins_the_open_case(bank: Bank) -> None:
    who = customer(bank)
    first, second = (
        answered(bank, [2], customer=who)[0],
        answered(bank, [4], customer=who, channel=Channel.OTHER)[0],
    )
    assert first.case == second.case
    assert Case.objects.get(kind="detractor").signals == 2


def test_the_same_number_twice_is_one_answer(bank: Bank) -> None:
    told = Told(key="X1", score=4, unit=bank.cards[0], answered_at=NOW - timedelta(days=1))
    [(first, new)] = act.receive(programme=bank.programme, told=[told])
    [(again, still_new)] = act.receive(programme=bank.programme, told=[told])
    assert (new, still_new) == (True, False)
    assert first == again
    assert Answer.objects.count() == Reply.objects.count() == 1


@pytest.mark.parametrize(
    "wrong", [{"score": 11}, {"answered_at": timezone.now() + timedelta(days=400)}, {"key": ""}]
)
def test_what_cannot_be_an_answer_is_refused(bank: Bank, wrong: dict[str, object]) -> None:
    told = {"key": "X", "score": 4, "unit": bank.cards[0], "answered_at": NOW, **wrong}
    with pytest.raises(Refused):
        act.receive(programme=bank.programme, told=[Told(**told)])  # type: ignore[arg-type]


def quarter(text: str = "2026-Q4") -> Period:
    return Period.read(text)


def test_a_drop_of_35_points_at_twenty_answers_is_not_significant_in_both_languages(bank: Bank) -> None:
    answered(bank, scores(12, 5, 3), at=local("2026-08-10 10:00"))
    answered(bank, scores(8, 6, 6), at=local("2026-11-10 10:00"))
    before, now = (score(bank.programme, bank.programme.unit, quarter(q)) for q in ("2026-Q3", "2026-Q4"))
    assert before.reading.score == 45
    assert before.reading.interval is not None
    assert tuple(before.reading.interval) == pytest.approx((8.43, 69.83), abs=0.01)
    assert now.reading.score == pytest.approx(10)
    assert now.change is not None
    assert now.change.points == pytest.approx(-35)
    with translation.override("en"):
        assert change_words(now.change) == "not significant, p = .19"
    with translation.override("zh-hans"):
        assert change_words(now.change) == "不显著，p = .19"


def test_only_promoters_have_an_interval_and_eight_answers_no_score(bank: Bank) -> None:
    answered(bank, scores(20, 0, 0), at=local("2026-11-02 10:00"))
    found = score(bank.programme, bank.programme.unit, quarter())
    assert found.reading.score == 100
    assert found.reading.interval is not None
    assert tuple(found.reading.interval) == pytest.approx((69.68, 100), abs=0.01)
    answered(bank, scores(4, 2, 2), unit=bank.cards[1], at=local("2026-11-02 10:00"))
    assert score(bank.programme, bank.cards[1], quarter()).reading.score is None


def test_why_new_customers_came_has_an_interval_and_needs_ten(bank: Bank) -> None:
    more = {NEW: 1, CAME: "recommended"}
    answered(bank, [9] * 9, at=timezone.now() - timedelta(days=9), more=more)
    assert reasons(bank.programme.unit, timezone.localdate()).share is None
    answered(bank, [9], at=timezone.now() - timedelta(days=9), more={NEW: 1, CAME: "offer"})
    found = reasons(bank.programme.unit, timezone.localdate())
    assert (found.n, found.share) == (10, 0.9)
    assert found.interval is not None
    assert found.interval.low < 0.9 < found.interval.high


def test_what_nobody_asked_for_is_in_no_score_and_no_denominator(bank: Bank) -> None:
    answered(bank, scores(10, 0, 0))
    answered(bank, [0] * 12, channel=Channel.SOCIAL)
    assert score(bank.programme, bank.programme.unit, quarter()).reading.score == 100
    book = ledger(bank.programme, bank.programme.unit, quarter().first, quarter().last)
    assert (book.invited, book.unasked, book.uninvited, book.rate) == (0, 12, 10, None)


def test_a_reply_on_a_code_becomes_an_answer_of_the_customer_and_a_case(bank: Bank) -> None:
    invited = ask(bank, "K1", "K2", channel=Channel.LINK)
    reply(invited.codes[0].code, {SCORE: 3, WHY: "等太久"})
    assert act.collect() == 1
    assert act.collect() == 0
    row = Answer.objects.get()
    assert row.customer is not None
    assert (row.score, row.customer.number, row.unit) == (3, "K1", bank.cards[0])
    assert row.case is not None
    book = ledger(bank.programme, bank.programme.unit, *_today())
    assert (book.invited, book.delivered, book.answered, book.rate) == (2, 2, 1, 0.5)


def _today() -> tuple[date, date]:
    return timezone.localdate(), timezone.localdate()


def test_who_left_a_number_is_called_though_nobody_knows_the_name(bank: Bank) -> None:
    invited = act.invite(
        programme=bank.programme, unit=bank.cards[0], channel=Channel.QR, user=bank.boss, count=2
    )
    reply(invited.codes[0].code, {SCORE: 2, PHONE: "13812345678"})
    reply(invited.codes[1].code, {SCORE: 2})
    act.collect()
    assert Answer.objects.exclude(case=None).count() == 1


def test_what_an_erased_customer_gave_stays_and_belongs_to_nobody(bank: Bank) -> None:
    who = customer(bank)
    row = answered(bank, [9], customer=who)[0]
    erase_customer(customer=who, actor=None)
    forget_erased(now=timezone.now())
    row.refresh_from_db()
    assert (row.score, row.customer) == (9, None)


def test_a_code_is_answered_once(bank: Bank) -> None:
    code = ask(bank, "K1", channel=Channel.LINK).codes[0].code
    reply(code, {SCORE: 9})
    with pytest.raises(NotOpen):
        reply(code, {SCORE: 1}, key="another-one")
    act.collect()
    assert Answer.objects.get().score == 9


def test_nobody_is_asked_again_within_the_quarantine(bank: Bank) -> None:
    first = ask(bank, "K1", channel=Channel.LINK)
    who = first.invitations[0].customer
    assert who is not None
    other = customer(bank, "K9")
    wanted = {"programme": bank.programme, "unit": bank.cards[0], "channel": Channel.LINK, "user": bank.boss}
    again = act.invite(**wanted, customers=[who, other])  # type: ignore[arg-type]
    assert again.rested == [who]
    assert [row.customer for row in again.invitations] == [other]
    with pytest.raises(Refused):
        act.invite(**wanted, customers=[who])  # type: ignore[arg-type]
    Invitation.objects.update(invited_at=timezone.now() - timedelta(days=91))
    assert not act.invite(**wanted, customers=[who]).rested  # type: ignore[arg-type]


def test_a_letter_carries_a_code_that_works(bank: Bank, settings: Any) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, url="https://bank.example")
    ask(bank, "K1")
    assert act.send_due() == 1
    assert act.send_due() == 0
    [letter] = mail.outbox
    reply(code_in(letter), {SCORE: 10})
    act.collect()
    assert Answer.objects.get().channel == Channel.EMAIL
    assert Invitation.objects.get().delivered_at is not None


def test_without_an_address_of_the_house_letters_wait(bank: Bank) -> None:
    ask(bank, "K1")
    assert act.send_due() == 0
    assert Invitation.objects.get().next_at is not None


def test_a_passive_is_asked_a_promoter_thanked_a_detractor_called(bank: Bank) -> None:
    passive, promoter, detractor = answered(bank, [7, 10, 2])
    act.treat(row=passive, user=bank.boss, treatment="asked")
    act.treat(row=promoter, user=bank.boss, treatment="thanked")
    for row, treatment in ((detractor, "asked"), (passive, "thanked"), (promoter, "improved")):
        with pytest.raises(Refused):
            act.treat(row=row, user=bank.boss, treatment=treatment)
    act.take_back_treatment(row=passive, user=bank.boss, before="")
    passive.refresh_from_db()
    assert passive.treated_at is None


def test_weighting_stands_beside_raw_and_says_what_is_missing(bank: Bank) -> None:
    answered(bank, scores(40, 0, 0), segment="young")
    assert beside(bank.programme, bank.programme.unit, quarter()).why == "frame"
    for key, size in (("young", 800), ("old", 200)):
        bank.programme.frames.create(dimension="segment", key=key, size=size)
    found = beside(bank.programme, bank.programme.unit, quarter())
    assert (found.why, found.missing) == ("silent", ("old",))
    answered(bank, scores(0, 0, 40), segment="old")
    done = beside(bank.programme, bank.programme.unit, quarter())
    assert done.raw.score == 0
    assert done.weighted is not None
    assert done.weighted.score == pytest.approx(60)
