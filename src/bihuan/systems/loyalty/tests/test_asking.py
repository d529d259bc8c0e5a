"""Asking pauses and goes on; who wants no more questions is asked none; letters that a server puts off."""

import smtplib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bihuan.kernel.act.people import erase_customer
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.act.surveys import NotOpen
from bihuan.kernel.models import Case, Customer, Event
from bihuan.systems.loyalty import act
from bihuan.systems.loyalty.act.answers import forget_erased
from bihuan.systems.loyalty.lists.invitations import DeclinedTransfer
from bihuan.systems.loyalty.models import Answer, Channel, Declined, Invitation, Step
from bihuan.systems.loyalty.words import SCORE
from bihuan.web.tests.sheets import xlsx
from bihuan.web.tests.test_transfer_people import bring, counts

from .bank import Bank, answered, ask, build_bank, code_in, customer, reply

HOUSE = "https://bank.example"


@pytest.fixture
def bank(db: None, settings: Any) -> Bank:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, url=HOUSE)
    return build_bank()


def test_while_a_programme_pauses_nobody_is_asked_and_letters_wait(bank: Bank) -> None:
    ask(bank, "K1")
    act.pause(programme=bank.programme, user=bank.boss)
    assert act.send_due() == 0
    with pytest.raises(Refused, match=r"paused|暂停"):
        ask(bank, "K2")
    assert mail.outbox == []
    act.resume(programme=bank.programme, user=bank.boss)
    assert act.send_due() == 1


def test_a_pause_hears_who_answers_and_calls_who_is_not_content(bank: Bank) -> None:
    code = ask(bank, "K1", channel=Channel.LINK).codes[0].code
    act.pause(programme=bank.programme, user=bank.boss)
    reply(code, {SCORE: 2})
    act.collect()
    assert Answer.objects.get().case is not None


def test_a_pause_is_kept_on_record_and_told_twice_is_refused(bank: Bank) -> None:
    act.pause(programme=bank.programme, user=bank.boss)
    with pytest.raises(Refused):
        act.pause(programme=bank.programme, user=bank.boss)
    act.resume(programme=bank.programme, user=bank.boss)
    with pytest.raises(Refused):
        act.resume(programme=bank.programme, user=bank.boss)
    verbs = Event.objects.filter(subject="programme:NPS").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["loyalty.paused", "loyalty.resumed"]


def test_only_a_manager_of_the_unit_pauses(bank: Bank) -> None:
    for user in (bank.caller, bank.world.gao_yuan, bank.world.he_jia):
        with pytest.raises(Refused):
            act.pause(programme=bank.programme, user=user)


def test_the_page_pauses_and_resumes(bank: Bank, client: Client) -> None:
    client.force_login(bank.boss)
    step = reverse("loyalty:programme-step", args=[bank.programme.pk])
    client.post(step, {"to": "pause"})
    bank.programme.refresh_from_db()
    assert bank.programme.paused_at is not None
    page = client.get(reverse("loyalty:programme", args=[bank.programme.pk])).content.decode()
    assert 'value="resume"' in page
    assert 'value="pause"' not in page
    client.post(step, {"to": "resume"})
    bank.programme.refresh_from_db()
    assert bank.programme.paused_at is None


def test_when_a_programme_ends_what_has_not_left_asks_nobody(bank: Bank) -> None:
    asked = ask(bank, "K1")
    act.step(programme=bank.programme, user=bank.boss, to=Step.ROLL_OUT)
    act.step(programme=bank.programme, user=bank.boss, to=Step.ENDED)
    assert act.send_due() == 0
    row = Invitation.objects.get(pk=asked.invitations[0].pk)
    assert (row.failed, row.next_at) == ("programme ended", None)


def stop_link(letter: EmailMessage) -> str:
    return str(letter.extra_headers["List-Unsubscribe"]).strip("<>").removeprefix(HOUSE)


def test_the_link_of_a_letter_asks_once_more_and_then_stops_everything(bank: Bank, client: Client) -> None:
    ask(bank, "K1")
    act.send_due()
    link = stop_link(mail.outbox[0])
    assert link in str(mail.outbox[0].body)
    assert client.get(link).status_code == 200
    assert not Declined.objects.exists()
    assert client.post(link).status_code == 200
    assert Declined.objects.get().how == Declined.How.LETTER
    who = Customer.objects.get(number="K1")
    Invitation.objects.update(invited_at=timezone.now() - timedelta(days=200))
    with pytest.raises(Refused):
        invite(bank, who)


def invite(bank: Bank, *people: Customer) -> act.Asked:
    return act.invite(
        programme=bank.programme,
        unit=bank.cards[0],
        channel=Channel.EMAIL,
        user=bank.boss,
        customers=people,
    )


def test_a_guessed_link_stops_nobody(bank: Bank, client: Client) -> None:
    ask(bank, "K1")
    act.send_due()
    link = stop_link(mail.outbox[0])
    assert client.post(link[:-2] + "x/").status_code == 404
    assert not Declined.objects.exists()


def test_who_declines_while_a_letter_waits_gets_none(bank: Bank) -> None:
    ask(bank, "K1", "K2")
    act.decline(customers=[Customer.objects.get(number="K1")], how="told", user=bank.boss)
    assert act.send_due() == 1
    assert mail.outbox[0].to == ["K2@example.org"]
    assert Invitation.objects.get(customer__number="K1").failed == "declined"


def test_who_declines_between_claim_and_letter_gets_none(bank: Bank) -> None:
    ask(bank, "K1")
    Declined.objects.create(customer=Customer.objects.get(number="K1"), at=timezone.now(), how="told")
    assert act.send_due() == 0
    assert Invitation.objects.get().failed == "declined"


def test_inviting_many_leaves_out_who_declined_and_names_them(bank: Bank) -> None:
    yes, no = customer(bank, "K1", email="a@b.cn"), customer(bank, "K2", email="c@d.cn")
    act.decline(customers=[no], how="told", user=bank.boss)
    asked = invite(bank, yes, no)
    assert [row.customer for row in asked.invitations] == [yes]
    assert asked.declined == [no]


def test_a_code_that_was_handed_out_before_may_still_be_answered(bank: Bank) -> None:
    """She asked for no more questions, not for silence."""
    code = ask(bank, "K1", channel=Channel.LINK).codes[0].code
    act.decline(customers=[Customer.objects.get(number="K1")], how="told", user=bank.boss)
    reply(code, {SCORE: 3})
    act.collect()
    assert Answer.objects.get().score == 3


def test_declining_again_keeps_the_first_instant_and_it_can_be_taken_back(bank: Bank) -> None:
    who = customer(bank, email="a@b.cn")
    first = timezone.now() - timedelta(days=3)
    assert act.decline(customers=[who], how="told", user=bank.boss, at=first) == 1
    assert act.decline(customers=[who], how="file") == 0
    row = Declined.objects.get()
    assert (row.at, row.how) == (first, "told")
    with pytest.raises(Refused):
        act.allow(row=row, user=bank.world.gao_yuan)
    act.allow(row=row, user=bank.boss)
    assert invite(bank, who).declined == []


def test_the_record_names_no_customer(bank: Bank) -> None:
    act.decline(customers=[customer(bank, "K777")], how="told", user=bank.boss)
    [event] = Event.objects.filter(verb="loyalty.declined")
    assert "K777" not in f"{event.subject} {event.payload}"


def test_a_customer_is_entered_on_the_page_and_from_a_file(
    bank: Bank, client: Client, tmp_path: Path
) -> None:
    customer(bank, "K1")
    customer(bank, "K2")
    client.force_login(bank.boss)
    page = reverse("loyalty:not-asked-new")
    assert client.post(page, {"number": " K1 "}).status_code == 302
    assert client.post(page, {"number": "K404"}).status_code == 422
    sheet = xlsx(tmp_path / "a.xlsx", ["客户编号"], ["K1"], ["K2"])
    assert counts(bring(sheet, bank.boss, DeclinedTransfer)) == (1, 0, 1, 0)
    assert Declined.objects.get(customer__number="K1").how == "told"


def test_a_customer_of_another_unit_is_not_found(bank: Bank, client: Client) -> None:
    Customer.objects.create(number="B1", name="别处", unit=bank.world.beishan)
    client.force_login(bank.boss)
    assert client.post(reverse("loyalty:not-asked-new"), {"number": "B1"}).status_code == 422
    assert not Declined.objects.exists()


def test_an_erased_customer_gets_no_letter(bank: Bank) -> None:
    ask(bank, "K1")
    erase_customer(customer=Customer.objects.get(number="K1"), actor=None)
    assert act.send_due() == 0
    assert Invitation.objects.get().failed == "no address"


def test_of_an_erased_customer_nothing_is_kept_here(bank: Bank) -> None:
    who = customer(bank)
    act.decline(customers=[who], how="told", user=bank.boss)
    ask(bank, "K2")
    erase_customer(customer=who, actor=None)
    forget_erased(now=timezone.now())
    assert not Declined.objects.exists()
    assert Invitation.objects.get().customer is not None


def refusing(code: int) -> Callable[..., int]:
    def send(self: EmailMessage, fail_silently: bool = False) -> int:
        raise smtplib.SMTPRecipientsRefused({"k1@example.org": (code, b"said")})

    return send


@pytest.mark.parametrize(("code", "failed"), [(450, ""), (550, "refused")])
def test_a_server_that_puts_off_is_asked_again_and_one_that_refuses_is_not(
    bank: Bank, monkeypatch: pytest.MonkeyPatch, code: int, failed: str
) -> None:
    ask(bank, "K1")
    monkeypatch.setattr(EmailMessage, "send", refusing(code))
    assert act.send_due() == 0
    row = Invitation.objects.get()
    assert row.failed == failed
    assert (row.next_at is None) is bool(failed)
    monkeypatch.undo()
    assert act.send_due(now=timezone.now() + timedelta(hours=1)) == (0 if failed else 1)


def test_a_server_that_puts_off_three_times_has_refused(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(bank, "K1")
    monkeypatch.setattr(EmailMessage, "send", refusing(450))
    for hour in range(3):
        act.send_due(now=timezone.now() + timedelta(hours=hour))
    row = Invitation.objects.get()
    assert (row.tries, row.failed, row.next_at) == (3, "refused", None)


def test_the_code_of_a_try_that_failed_opens_nothing(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(bank, "K1")
    lost: list[str] = []

    def down(self: EmailMessage, fail_silently: bool = False) -> int:
        lost.append(code_in(self))
        raise OSError("away")

    monkeypatch.setattr(EmailMessage, "send", down)
    act.send_due()
    monkeypatch.undo()
    act.send_due(now=timezone.now() + timedelta(hours=1))
    with pytest.raises(NotOpen):
        reply(lost[0], {SCORE: 9})
    reply(code_in(mail.outbox[0]), {SCORE: 9}, key="second")
    assert act.collect() == 1


def test_a_detractor_who_wants_no_questions_is_called_all_the_same(bank: Bank) -> None:
    who = customer(bank)
    act.decline(customers=[who], how="told", user=bank.boss)
    answered(bank, [1], customer=who)
    assert Case.objects.filter(kind="detractor", customer=who).exists()
