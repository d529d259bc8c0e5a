"""Invitations of other systems: their denominators, in whatever order they and their answers come."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bihuan.kernel.act.access import create_token
from bihuan.kernel.act.people import erase_customer
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.rules.calendar import SHANGHAI
from bihuan.kernel.rules.periods import Period
from bihuan.systems.loyalty import act
from bihuan.systems.loyalty.act.answers import forget_erased
from bihuan.systems.loyalty.lists.answers import AnswersTransfer
from bihuan.systems.loyalty.lists.invitations import InvitationsTransfer
from bihuan.systems.loyalty.models import Answer, Channel, Invitation, Programme
from bihuan.systems.loyalty.read.ledger import Ledger, ledger, waves_of
from bihuan.web.listing.transfer.plan import make_plan
from bihuan.web.tests.sheets import xlsx
from bihuan.web.tests.test_transfer_people import bring, counts

from .bank import NOW, Bank, answered, build_bank, customer

pytestmark = pytest.mark.django_db
QUARTER = Period.read("2026-Q4")
AT = NOW - timedelta(days=5)


@pytest.fixture
def bank() -> Bank:
    return build_bank()


def book(bank: Bank) -> Ledger:
    return ledger(bank.programme, bank.programme.unit, QUARTER.first, QUARTER.last)


def elsewhere(bank: Bank, keys: Sequence[str], **more: Any) -> tuple[int, int]:
    given = {"unit": bank.cards[0], "invited_at": AT, **more}
    told = [act.AskedElsewhere(key=key, **given) for key in keys]
    return act.asked_elsewhere(programme=bank.programme, told=told)


@pytest.mark.parametrize("first", ["invitations", "answers"])
def test_answers_and_invitations_find_each_other_whichever_came_first(bank: Bank, first: str) -> None:
    keys = [f"I{n}" for n in range(20)]
    if first == "invitations":
        elsewhere(bank, keys)
    for key in keys[:5]:
        answered(bank, [9], at=AT + timedelta(hours=2), asked_key=key)
    if first == "answers":
        elsewhere(bank, keys)
    found = book(bank)
    assert (found.invited, found.delivered, found.opened, found.answered) == (20, 5, 5, 5)
    assert found.rate == 0.25
    assert found.uninvited == 0


def test_an_answer_without_its_invitation_stays_beside_the_rate(bank: Bank) -> None:
    elsewhere(bank, ["I1"])
    answered(bank, [9, 8])
    found = book(bank)
    assert (found.invited, found.answered, found.uninvited, found.rate) == (1, 0, 2, 0)


def test_told_again_with_more_known_it_is_brought_up_to_date(bank: Bank) -> None:
    assert elsewhere(bank, ["I1", "I2"]) == (2, 0)
    assert elsewhere(bank, ["I1"], delivered_at=AT + timedelta(minutes=1)) == (0, 1)
    assert elsewhere(bank, ["I1", "I2"]) == (0, 0)
    assert elsewhere(bank, ["I2"], failed="mailbox full") == (0, 1)
    found = book(bank)
    assert (found.invited, found.delivered, found.failed) == (2, 1, 1)


def test_who_answered_was_reached_whatever_the_other_system_says(bank: Bank) -> None:
    elsewhere(bank, ["I1"], failed="mailbox full")
    answered(bank, [9], at=AT + timedelta(hours=1), asked_key="I1")
    found = book(bank)
    assert (found.delivered, found.failed, found.answered, found.rate) == (1, 0, 1, 1)


def test_an_invitation_is_answered_once(bank: Bank) -> None:
    elsewhere(bank, ["I1"])
    answered(bank, [9], asked_key="I1")
    with pytest.raises(Refused, match="I1"):
        answered(bank, [2], asked_key="I1")
    told = [act.Told(key=key, score=3, unit=bank.cards[0], answered_at=AT, asked_key="I2") for key in "ab"]
    with pytest.raises(Refused, match="I2"):
        act.receive(programme=bank.programme, told=told)
    assert Answer.objects.get().score == 9


def test_what_only_the_invitation_knows_comes_to_the_answer(bank: Bank) -> None:
    who = customer(bank)
    elsewhere(bank, ["I1"], customer=who, segment="学生")
    row = answered(bank, [2], at=AT + timedelta(hours=1), asked_key="I1")[0]
    assert (row.customer, row.segment) == (who, "学生")
    assert row.case is not None


def test_who_was_asked_elsewhere_rests_here(bank: Bank) -> None:
    who = customer(bank)
    elsewhere(bank, ["I1"], customer=who, invited_at=timezone.now() - timedelta(days=10))
    with pytest.raises(Refused):
        act.invite(
            programme=bank.programme,
            unit=bank.cards[0],
            channel=Channel.LINK,
            user=bank.boss,
            customers=[who],
        )


def test_an_erased_customer_leaves_the_denominator_as_it_was(bank: Bank) -> None:
    who = customer(bank)
    elsewhere(bank, ["I1"], customer=who)
    answered(bank, [2], at=AT + timedelta(hours=1), asked_key="I1")
    erase_customer(customer=who, actor=None)
    forget_erased(now=timezone.now())
    found = book(bank)
    assert (found.invited, found.answered) == (1, 1)
    assert not Invitation.objects.exclude(customer=None).exists()


def test_late_answers_of_other_systems_stand_in_the_waves_too(bank: Bank) -> None:
    elsewhere(bank, [f"I{n}" for n in range(20)])
    for n in range(20):
        answered(bank, [9 if n < 10 else 3], at=AT + timedelta(hours=n), asked_key=f"I{n}")
    found = waves_of(bank.programme, bank.programme.unit, QUARTER)
    assert found is not None
    assert (found.early.score, found.late.score) == (100, -100)


@pytest.mark.parametrize(
    "wrong",
    [
        {"invited_at": timezone.now() + timedelta(days=1)},
        {"delivered_at": AT - timedelta(days=1)},
        {"delivered_at": AT, "opened_at": AT - timedelta(seconds=1)},
        {"keys": [""]},
    ],
    ids=["to come", "delivered before", "opened before", "no number"],
)
def test_what_cannot_have_been_is_refused(bank: Bank, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        elsewhere(bank, wrong.pop("keys", ["I1"]), **wrong)
    assert not Invitation.objects.exists()


def test_a_unit_outside_of_programme_or_account_is_refused(bank: Bank) -> None:
    with pytest.raises(Refused):
        elsewhere(bank, ["I1"], unit=bank.world.beishan)
    told = [act.AskedElsewhere(key="I1", unit=bank.loans[0], invited_at=AT)]
    with pytest.raises(Refused):
        act.asked_elsewhere(programme=bank.programme, told=told, user=bank.caller)


HEAD = ["编号", "项目", "单位", "邀请时间", "送达时间", "failed", "客户编号"]


def test_they_come_from_a_file_and_wrong_rows_are_named(bank: Bank, tmp_path: Path) -> None:
    customer(bank)
    rows = [
        ["I1", "NPS", "C1", "2026-11-18 10:00", "2026-11-18 10:01", "", "K1"],
        ["I2", "NPS", "C2", "2026-11-18 10:00", "", "mailbox full", ""],
    ]
    sheet = xlsx(tmp_path / "a.xlsx", HEAD, *rows)
    assert counts(bring(sheet, bank.boss, InvitationsTransfer)) == (2, 0, 0, 0)
    assert counts(bring(sheet, bank.boss, InvitationsTransfer)) == (0, 0, 2, 0)
    rows[1][4:6] = ["2026-11-19 08:00", ""]
    sheet = xlsx(tmp_path / "b.xlsx", HEAD, *rows)
    assert counts(bring(sheet, bank.boss, InvitationsTransfer)) == (0, 1, 1, 0)
    wrong = [
        ["W1", "XX", "C1", "2026-11-18 10:00", "", "", ""],
        ["W2", "NPS", "C9", "2026-11-18 10:00", "", "", ""],
        ["W3", "NPS", "C1", "2199-11-18 10:00", "", "", ""],
        ["W4", "NPS", "C1", "2026-11-18 10:00", "2026-11-17 10:00", "", ""],
        ["W5", "NPS", "C1", "2026-11-18 10:00", "", "", "K404"],
        ["W5", "NPS", "C1", "2026-11-18 10:00", "", "", ""],
        ["W6", "NPS", "C1", "", "", "", ""],
    ]
    plan = make_plan(xlsx(tmp_path / "c.xlsx", HEAD, *wrong), InvitationsTransfer(bank.boss))
    assert [error.row for error in plan.errors] == [2, 3, 4, 5, 6, 8]
    assert plan.created == 1


ANSWERS = ["编号", "项目", "单位", "评分", "答复时间", "邀请编号"]


def test_a_file_that_answers_an_invitation_twice_names_the_row(bank: Bank, tmp_path: Path) -> None:
    answered(bank, [9], asked_key="I0")
    rows = [
        ["A1", "NPS", "C1", 9, "2026-11-20 10:00", "I0"],
        ["A2", "NPS", "C1", 2, "2026-11-20 10:00", "I1"],
        ["A3", "NPS", "C1", 3, "2026-11-20 10:00", "I1"],
        ["A4", "NPS", "C1", 3, "2026-11-20 10:00", ""],
    ]
    plan = make_plan(xlsx(tmp_path / "a.xlsx", ANSWERS, *rows), AnswersTransfer(bank.boss))
    assert sorted((error.row, error.column) for error in plan.errors) == [(2, "邀请编号"), (4, "邀请编号")]


def test_the_same_file_of_answers_again_is_no_second_answer(bank: Bank, tmp_path: Path) -> None:
    sheet = xlsx(tmp_path / "a.xlsx", ANSWERS, ["A1", "NPS", "C1", 9, "2026-11-20 10:00", "I1"])
    assert counts(bring(sheet, bank.boss, AnswersTransfer)) == (1, 0, 0, 0)
    assert counts(bring(sheet, bank.boss, AnswersTransfer)) == (0, 0, 1, 0)


def test_one_number_in_two_programmes_is_two_answers(bank: Bank, tmp_path: Path) -> None:
    Programme.objects.create(code="P2", name="贷款", unit=bank.world.jiangzhou, starts_on="2026-07-01")
    rows = [[f"A{n}", code, "C1", 9, "2026-11-20 10:00", ""] for n, code in ((1, "NPS"), (2, "P2"))]
    bring(xlsx(tmp_path / "a.xlsx", ANSWERS, *rows), bank.boss, AnswersTransfer)
    rows = [["A1", "P2", "C1", 2, "2026-11-20 10:00", ""]]
    assert counts(bring(xlsx(tmp_path / "b.xlsx", ANSWERS, *rows), bank.boss, AnswersTransfer)) == (
        1,
        0,
        0,
        0,
    )
    assert Answer.objects.filter(key="A1").count() == 2


def test_a_branch_brings_to_the_programme_above_and_for_its_own_units_alone(
    bank: Bank, tmp_path: Path
) -> None:
    rows = [
        ["I1", "NPS", "C1", "2026-11-18 10:00", "", "", ""],
        ["I2", "NPS", "C2", "2026-11-18 10:00", "", "", ""],
    ]
    plan = make_plan(xlsx(tmp_path / "a.xlsx", HEAD, *rows), InvitationsTransfer(bank.caller))
    assert (plan.created, [error.row for error in plan.errors]) == (1, [3])


def test_programs_tell_whom_they_asked_and_hand_in_the_answers(bank: Bank, client: Client) -> None:
    token = create_token(user=bank.boss, name="crm", scopes=["surveys", "read"])
    heads = {"Authorization": f"Bearer {token}"}

    def post(path: str, body: dict[str, Any]) -> Any:
        url = f"/api/v1/loyalty/{path}"
        return client.post(url, json.dumps(body), content_type="application/json", headers=heads)

    at = datetime(2026, 11, 18, 10, tzinfo=SHANGHAI).isoformat()
    asked = [{"key": f"I{n}", "unit": "C1", "invited_at": at, "delivered_at": at} for n in range(10)]
    body = {"programme": "NPS", "invitations": asked}
    assert post("invitations", body).json() == {"new": 10, "changed": 0, "known": 0}
    asked[0]["opened_at"] = at
    assert post("invitations", body).json() == {"new": 0, "changed": 1, "known": 9}
    answer = {"key": "A1", "unit": "C1", "score": 9, "answered_at": at, "invitation": "I3"}
    assert post("answers", {"programme": "NPS", "answers": [answer]}).json()["new"] == 1
    found = book(bank)
    assert (found.invited, found.opened, found.answered) == (10, 2, 1)
    twice = post("answers", {"programme": "NPS", "answers": [{**answer, "key": "A2"}]})
    assert twice.status_code in (409, 422)
    assert "I3" in twice.content.decode()


@pytest.mark.parametrize(
    "wrong",
    [{"unit": "BS"}, {"invited_at": "2026-11-18T10:00:00"}, {"customer": "K404"}, {"key": ""}],
    ids=["foreign unit", "no offset", "unknown customer", "no number"],
)
def test_what_a_program_tells_wrongly_is_refused_whole(
    bank: Bank, client: Client, wrong: dict[str, str]
) -> None:
    token = create_token(user=bank.boss, name="crm", scopes=["surveys"])
    good = {"key": "I1", "unit": "C1", "invited_at": "2026-11-18T10:00:00+08:00"}
    body = {"programme": "NPS", "invitations": [good, {**good, "key": "I2", **wrong}]}
    answer = client.post(
        "/api/v1/loyalty/invitations",
        json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 422
    assert not Invitation.objects.exists()


def test_a_program_of_another_unit_finds_no_programme(bank: Bank, client: Client) -> None:
    token = create_token(user=bank.world.gao_yuan, name="crm", scopes=["surveys", "read"])
    heads = {"Authorization": f"Bearer {token}"}
    body = json.dumps({"programme": "NPS", "invitations": []})
    url = "/api/v1/loyalty/invitations"
    assert client.post(url, body, content_type="application/json", headers=heads).status_code == 404
    found = client.get("/api/v1/loyalty/score?programme=NPS&period=2026-Q4", headers=heads)
    assert found.status_code == 404
