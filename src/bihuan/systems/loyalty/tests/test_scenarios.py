"""The scenarios and sentences that the system was built for, each through pages, files and API alone."""

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bihuan.kernel.act.access import create_token
from bihuan.kernel.act.people import erase_customer
from bihuan.kernel.models import Case, Cause, Customer, Improvement, Standard
from bihuan.kernel.rules.calendar import SHANGHAI
from bihuan.systems.loyalty import act
from bihuan.systems.loyalty.act.answers import forget_erased
from bihuan.systems.loyalty.lists.answers import AnswersListing
from bihuan.systems.loyalty.models import Answer, Frame, GrowthYear, Invitation, Member
from bihuan.systems.loyalty.words import NEW, SCORE, WHY

from .bank import Bank, answered, build_bank, customer, scores

pytestmark = pytest.mark.django_db
NUMBERS = count(1)


@pytest.fixture
def bank() -> Bank:
    return build_bank()


@pytest.fixture
def boss(bank: Bank, client: Client) -> Client:
    client.force_login(bank.boss)
    return client


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


class Program:
    """Another system with a token of the manager."""

    def __init__(self, bank: Bank) -> None:
        token = create_token(user=bank.boss, name=f"p{next(NUMBERS)}", scopes=["surveys", "read", "cases"])
        self.heads = {"Authorization": f"Bearer {token}"}
        self.client = Client()

    def answers(self, given: Sequence[int], at: str = "2026-11-10T10:00:00+08:00", **more: Any) -> Any:
        rows = [
            {"key": f"P{next(NUMBERS)}", "unit": "C1", "score": score, "answered_at": at, **more}
            for score in given
        ]
        body = {"programme": "NPS", "answers": rows}
        return self.post("/api/v1/loyalty/answers", body).json()

    def post(self, url: str, body: dict[str, Any]) -> Any:
        return self.client.post(url, json.dumps(body), content_type="application/json", headers=self.heads)

    def score(self, period: str, unit: str = "C1") -> dict[str, Any]:
        url = f"/api/v1/loyalty/score?programme=NPS&period={period}&unit={unit}"
        found: dict[str, Any] = self.client.get(url, headers=self.heads).json()
        return found

    def case(self, number: str) -> dict[str, Any]:
        items = self.client.get("/api/v1/cases?system=loyalty", headers=self.heads).json()["items"]
        return next(each for each in items if each["number"] == number)


@pytest.fixture
def program(bank: Bank) -> Program:
    return Program(bank)


@pytest.mark.parametrize(
    ("language", "words"), [("zh-hans", "不显著，p = .19"), ("en", "not significant, p = .19")]
)
def test_scenario_15_a_drop_of_35_points_on_the_page(
    bank: Bank, boss: Client, program: Program, language: str, words: str
) -> None:
    program.answers(scores(12, 5, 3), at="2026-08-10T10:00:00+08:00")
    program.answers(scores(8, 6, 6))
    bank.boss.language = language
    bank.boss.save()
    page = boss.get(reverse("loyalty:score"), {"period": "2026-Q4"})
    text = page.content.decode()
    assert words in text
    assert page.context["change"]["points"] == "−35"
    assert page.context["now"]["score"] == "10"
    before = boss.get(reverse("loyalty:score"), {"period": "2026-Q3"}).context["now"]
    assert (before["score"], before["interval"]) == ("45", "8.4–69.8")


def test_scenario_16_only_promoters_have_an_interval_and_eight_answers_no_score(
    boss: Client, program: Program
) -> None:
    program.answers([10] * 20)
    program.answers(scores(4, 2, 2), at="2026-08-10T10:00:00+08:00")
    found = program.score("2026-Q4")
    assert (found["nps"], found["standing"]) == (100, "tentative")
    assert found["interval"] == pytest.approx([69.68, 100], abs=0.01)
    few = program.score("2026-Q3")
    assert (few["n"], few["nps"], few["interval"]) == (8, None, None)
    now = boss.get(reverse("loyalty:score"), {"period": "2026-Q4"}).context["now"]
    assert now["interval"] == "69.7–100.0"


def test_scenario_24_earned_growth_is_ten_percent_and_a_third(bank: Bank, boss: Client) -> None:
    form = {
        "unit": bank.cards[0].pk, "year": 2025, "base": 100, "retained": 85, "earned_new": 25,
        "bought_new": 20, "unknown_new": 0, "source": "账目",
    }  # fmt: skip
    assert boss.post(reverse("loyalty:growth-year-new"), form).status_code == 302
    text = boss.get(reverse("loyalty:growth-export"), {"format": "csv"})
    told = b"".join(text).decode("utf-8-sig")
    assert "10.0" in told
    assert "33.3" in told
    assert GrowthYear.objects.get().base == 100


@pytest.mark.parametrize("wrong", [{"base": 0}, {"retained": -1}, {"year": 1000}])
def test_a_year_that_cannot_be_is_refused_on_its_page(
    bank: Bank, boss: Client, wrong: dict[str, int]
) -> None:
    form = {
        "unit": bank.cards[0].pk, "year": 2025, "base": 100, "retained": 85, "earned_new": 25,
        "bought_new": 20, "unknown_new": 0, "source": "账目", **wrong,
    }  # fmt: skip
    answer = boss.post(reverse("loyalty:growth-year-new"), form)
    assert (answer.status_code == 422) is not GrowthYear.objects.exists()
    if "year" not in wrong:
        assert answer.status_code == 422


@pytest.mark.parametrize(
    ("days", "due"), [(None, "2025-01-30T10:00:00+08:00"), ("2", "2025-02-06T23:59:59+08:00")]
)
def test_scenario_26_a_detractor_at_the_spring_festival(days: str | None, due: str) -> None:
    bank = build_bank(starts_on=date(2025, 1, 1))
    if days:
        Standard.objects.create(
            key="loyalty.contact", version=9, value=Decimal(days), measured_in="working days",
            valid_from=date(2025, 1, 1), origin="ours", source="按工作日",
        )  # fmt: skip
    customer(bank)
    program = Program(bank)
    taken = program.answers([3], at="2025-01-28T10:00:00+08:00", customer="K1")
    [number] = taken["cases"]
    [task] = [each for each in program.case(number)["tasks"] if each["kind"] == "contact"]
    assert datetime.fromisoformat(task["due_at"]).replace(microsecond=0) == datetime.fromisoformat(due)


def test_check_c2_two_quarters_with_adjusted_counts(bank: Bank, program: Program) -> None:
    """(50, 30, 20) → (60, 25, 15): +15 raw; adjusted z 1.372, p .170."""
    for at, counts in (("2026-08-10 10:00", (50, 30, 20)), ("2026-11-10 10:00", (60, 25, 15))):
        answered(bank, scores(*counts), at=local(at))
    found = program.score("2026-Q4")
    assert found["change"] == pytest.approx(15)
    assert found["p"] == pytest.approx(0.170, abs=0.001)


def test_check_c3_ten_to_twenty_nine_answers_stand_in_grey_and_are_not_ranked(
    bank: Bank, boss: Client
) -> None:
    answered(bank, scores(20, 5, 5), unit=bank.cards[0])
    answered(bank, scores(15, 7, 7), unit=bank.cards[1])
    answered(bank, scores(5, 2, 2), unit=bank.cards[2])
    page = boss.get(reverse("loyalty:branches"), {"period": "2026-Q4"})
    rows = {row["unit"].code: row for row in page.context["rows"]}
    assert (rows["C1"]["rank"], rows["C1"]["state"]) == (1, "firm")
    assert (rows["C2"]["rank"], rows["C2"]["state"]) == (None, "tentative")
    assert (rows["C3"]["score"], rows["C3"]["state"]) == (None, "withheld")


def test_check_c10_the_ledger_the_frame_and_the_late_ones_on_one_page(bank: Bank, boss: Client) -> None:
    at = local("2026-11-10 10:00")
    keys = [f"I{n}" for n in range(40)]
    told = [act.AskedElsewhere(key=k, unit=bank.cards[0], invited_at=at, segment="老年") for k in keys]
    act.asked_elsewhere(programme=bank.programme, told=told)
    for n, key in enumerate(keys[:30]):
        answered(bank, [9 if n < 15 else 3], at=at + timedelta(hours=n + 1), asked_key=key)
    for key, size in (("老年", 200), ("学生", 800)):
        Frame.objects.create(programme=bank.programme, dimension="segment", key=key, size=size)
    page = boss.get(reverse("loyalty:response"), {"period": "2026-Q4"})
    book = page.context["book"]
    early, late = page.context["halves"]
    assert (book.invited, book.answered, book.rate) == (40, 30, 0.75)
    assert (early["score"], late["score"]) == ("100", "−100")
    assert page.context["beside"].why == "silent"
    assert page.context["beside"].missing == ("学生",)
    assert page.context["fit"].p < 0.001
    signs = [words for _unit, words, *_rest in page.context["signs"]]
    assert any("受邀" in str(words) for words in signs)


def test_from_the_link_to_the_call(bank: Bank, boss: Client) -> None:
    """A customer is asked, answers on the phone without an account, is called; the house sees it."""
    customer(bank)
    given = {"programme": bank.programme.pk, "unit": bank.cards[0].pk, "channel": "link", "customers": "K1"}
    shown = boss.post(reverse("loyalty:invite"), given)
    [(_who, _code, link)] = shown.context["codes"]
    phone = Client()
    assert phone.get(link).status_code == 200
    body = {
        "key": "0123456789abcdef",
        "answers": {SCORE: 2, WHY: "审批等了三周，打13812345678没人接", NEW: 0},
    }
    assert phone.post(link, json.dumps(body), content_type="application/json").status_code == 201
    act.collect()
    row = Answer.objects.get()
    assert row.case is not None
    program = Program(bank)
    [task] = [each for each in program.case(row.case.number)["tasks"] if each["kind"] == "contact"]
    url = f"/api/v1/cases/{row.case.number}/actions"
    done = {
        "action": "call_back",
        "task": task["id"],
        "outcome": "contacted",
        "text": "听完，道歉，说明下一步",
    }
    for step in ({"action": "accept"}, done):
        answer = program.post(url, step)
        assert answer.status_code in (200, 409), answer.content
    page = boss.get(reverse("case", args=[row.case.number])).content.decode()
    assert "审批等了三周" in page
    book = boss.get(reverse("loyalty:response")).context["book"]
    assert (book.invited, book.opened, book.answered, book.rate) == (1, 1, 1, 1)


def test_a_code_that_was_answered_takes_no_second_answer_on_the_phone(bank: Bank, boss: Client) -> None:
    given = {"programme": bank.programme.pk, "unit": bank.cards[0].pk, "channel": "qr", "count": 1}
    [(_who, _code, link)] = boss.post(reverse("loyalty:invite"), given).context["codes"]
    first = {"key": "0123456789abcdef", "answers": {SCORE: 9}}
    other = {"key": "fedcba9876543210", "answers": {SCORE: 0}}
    phone = Client()
    sent = [
        phone.post(link, json.dumps(body), content_type="application/json").status_code
        for body in (first, first, other)
    ]
    assert sent[:2] == [201, 200]
    assert sent[2] >= 400
    act.collect()
    assert Answer.objects.get().score == 9


def test_two_customers_of_one_wave_who_answer_twice_count_once(bank: Bank, boss: Client) -> None:
    """Asked again within one wave, the second reply does not count."""
    who = customer(bank)
    codes = []
    for _again in range(2):
        Invitation.objects.update(invited_at=timezone.now() - timedelta(days=200))
        asked = act.invite(
            programme=bank.programme, unit=bank.cards[0], channel="link", user=bank.boss, customers=[who]
        )
        codes.append(asked.codes[0].code)
    for n, code in enumerate(codes):
        body = {"key": f"{n}123456789abcdef", "answers": {SCORE: 9 - 9 * n}}
        Client().post(f"/s/{code}/", json.dumps(body), content_type="application/json")
    act.collect()
    period = f"{timezone.localdate().year}-Q{(timezone.localdate().month + 2) // 3}"
    assert Program(bank).score(period)["n"] == 1
    assert Answer.objects.count() == 2


def test_passives_are_asked_and_promoters_thanked_from_the_table(bank: Bank, boss: Client) -> None:
    passive, promoter = answered(bank, [8, 10])
    url = reverse("loyalty:answers")
    for row, view, treatment in ((passive, "passives", "asked"), (promoter, "promoters", "thanked")):
        boss.post(
            f"{url}?view={view}", {"action": "treat", "ids": [row.pk], "go": "1", "treatment": treatment}
        )
        row.refresh_from_db()
        assert (row.treatment, row.treated_by) == (treatment, bank.boss)
    assert boss.get(url, {"view": "passives"}).context["listing"].count == 0


def test_a_treatment_that_does_not_fit_is_refused_and_said(bank: Bank, boss: Client) -> None:
    [row] = answered(bank, [10])
    fields = {"action": "treat", "ids": [row.pk], "go": "1", "treatment": "improved"}
    page = boss.post(f"{reverse('loyalty:answers')}?view=promoters", fields, follow=True)
    row.refresh_from_db()
    assert row.treatment == ""
    assert "不这样处理" in page.content.decode()


def test_what_the_front_line_cannot_change_is_handed_on_from_the_page(bank: Bank, boss: Client) -> None:
    held = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    made = boss.post(reverse("loyalty:huddle-new"), {"unit": bank.cards[0].pk, "held_at": held})
    step = made.headers["Location"] + "step/"
    due = (timezone.localdate() + timedelta(days=40)).isoformat()
    given = {
        "action": "decide", "text": "修订罚息规定", "owner": bank.boss.pk, "due_on": due,
        "cause": Cause.objects.get(code="POLICY").pk,
    }  # fmt: skip
    assert boss.post(step, given).status_code == 302
    item = Improvement.objects.get()
    assert (item.owner, item.cause.code if item.cause else "") == (bank.boss, "POLICY")
    listed = boss.get(reverse("loyalty:decisions"), {"view": "handed"}).content.decode()
    assert item.number in listed


def test_reading_the_words_is_counted_and_shown_in_the_ledger(bank: Bank, boss: Client) -> None:
    answered(bank, [2, 3, 9], at=timezone.now() - timedelta(days=1), text="太慢")
    boss.get(reverse("loyalty:playback"))
    page = boss.get(reverse("loyalty:adoption"))
    heard = {one.user: one.heard for one, _rate, _interval in page.context["people"]}
    assert heard[bank.boss] == 3


@pytest.mark.parametrize(("kind", "n"), [("all", 4), ("detractors", 2), ("passives", 1), ("promoters", 1)])
def test_words_are_played_back_by_group(bank: Bank, boss: Client, kind: str, n: int) -> None:
    answered(bank, [2, 3, 8, 9], text="一句话")
    page = boss.get(reverse("loyalty:playback"), {"period": "2026-Q4", "kind": kind})
    assert len(page.context["voices"]) == n


def test_words_are_played_back_ten_at_a_time(bank: Bank, boss: Client) -> None:
    answered(bank, [2] * 23, text="一句话")
    found = [
        len(boss.get(reverse("loyalty:playback"), {"period": "2026-Q4", "from": at}).context["voices"])
        for at in (0, 10, 20, 30)
    ]
    assert found == [10, 10, 3, 0]


def test_the_quarantine_holds_on_the_page_and_names_how_many(bank: Bank, boss: Client) -> None:
    customer(bank, "K1")
    customer(bank, "K2")
    given = {"programme": bank.programme.pk, "unit": bank.cards[0].pk, "channel": "link"}
    boss.post(reverse("loyalty:invite"), {**given, "customers": "K1"})
    page = boss.post(reverse("loyalty:invite"), {**given, "customers": "K1 K2"})
    assert [row.number for row in page.context["asked"].rested] == ["K1"]
    assert len(page.context["codes"]) == 1
    with time_machine.travel(timezone.now() + timedelta(days=91), tick=False):
        boss.force_login(bank.boss)
        again = boss.post(reverse("loyalty:invite"), {**given, "customers": "K1"})
    assert len(again.context["codes"]) == 1


def test_erasing_a_customer_leaves_the_score_and_no_name(bank: Bank, boss: Client) -> None:
    who = customer(bank, "K77")
    answered(bank, [9] * 9)
    answered(bank, [9], customer=who, text="王女士说好")
    erase_customer(customer=who, actor=None)
    forget_erased(now=timezone.now())
    page = boss.get(reverse("loyalty:score"), {"period": "2026-Q4"})
    assert page.context["now"]["n"] == 10
    text = boss.get(f"{reverse('loyalty:answers')}?view=all").content.decode()
    assert "K77" not in text
    assert Customer.objects.get(pk=who.pk).email == ""


def test_the_pilot_page_says_what_it_rests_on(bank: Bank, boss: Client) -> None:
    """One unit an arm: the answers differ beyond chance, and no verdict is given on the pilot."""
    Member.objects.exclude(unit__in=[bank.cards[0], bank.loans[0]]).delete()
    moved = ((bank.cards[0], (10, 20, 30), (40, 15, 5)), (bank.loans[0], (20, 20, 20), (20, 20, 20)))
    for unit, before, after in moved:
        answered(bank, scores(*before), unit=unit, at=local("2026-05-10 09:00"))
        answered(bank, scores(*after), unit=unit, at=local("2026-08-20 09:00"))
    page = boss.get(reverse("loyalty:programme", args=[bank.programme.pk]))
    assert page.context["verdict_key"] == "unsure"
    assert page.context["alone"] is True
    assert page.context["points"].startswith("+")


def test_a_complaint_and_a_score_of_one_customer_stand_together(bank: Bank, boss: Client) -> None:
    who = customer(bank)
    [row] = answered(bank, [2], customer=who)
    Case.objects.filter(loyalty=row).update(kind="complaint")
    page = boss.get(reverse("loyalty:answer", args=[row.pk]))
    assert [case.pk for case in page.context["cases"]] == [row.case_id]
    assert AnswersListing(bank.boss).base().get(pk=row.pk).complaints == 1


def test_drivers_on_the_page_sum_to_what_they_explain(bank: Bank, boss: Client) -> None:
    keys = ("loyalty-manner", "loyalty-waiting", "loyalty-clear", "loyalty-fees", "loyalty-digital")
    told = []
    for n in range(60):
        rated = {key: 1 + (n // (place + 1) + n * place) % 5 for place, key in enumerate(keys)}
        score = min(10, 2 * rated["loyalty-fees"] + n % 2)
        at = local("2026-11-10 10:00") + timedelta(minutes=n)
        told.append(act.Told(key=f"D{n}", score=score, unit=bank.cards[0], answered_at=at, more=rated))
    act.receive(programme=bank.programme, told=told)
    page = boss.get(reverse("loyalty:drivers"), {"period": "2026-Q4"})
    rows, found = page.context["rows"], page.context["found"]
    assert sum(row["share"] for row in rows) == pytest.approx(found.r_squared)
    assert rows[0]["share"] > 0.8 * found.r_squared
    assert found.drivers[0].question.key == "loyalty-fees"
    assert found.n == 60
    assert all(row["low"] <= row["share"] <= row["high"] for row in rows)
