"""A letter: its words and links, and what the mail server makes of it."""

import smtplib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.core import mail as django_mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.rules.replies import Answer, Verdict, answer
from bihuan.kernel.rules.surveys.codes import spelled
from bihuan.kernel.tests.world import World, build, seed
from bihuan.systems.equity import act
from bihuan.systems.equity.act import offers
from bihuan.systems.equity.act.coupons import Scan, code
from bihuan.systems.equity.act.letters import letter, sent_of, token
from bihuan.systems.equity.models import Consent, Coupon, OfferRound, OfferRule, OfferSend
from bihuan.systems.equity.read.offers import ledger

from .promoting import (
    Letterbox,
    agreed,
    an_offer,
    hours_ago,
    states,
    three,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    seed()
    return build()


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def house(settings: Any) -> None:
    """A house that has an address; Django's test run keeps letters in memory."""
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, url="https://bank.example")
    settings.EMAIL_HOST = "mail.example"


def test_a_letter_has_both_languages_a_coupon_and_a_way_out(world: World) -> None:
    three(world)
    row = act.plan(unit=world.jiangzhou, user=None)
    box = Letterbox()
    act.send_round(row, post=box, base="https://b")
    _to, message, headers = box.came[0]
    coupon = Coupon.objects.get(send__customer__number="K1")
    for part in ("双倍积分", "Double points", spelled(code(coupon)), "https://b/equity/stop/"):
        assert part in message.text
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["List-Unsubscribe"].startswith("<https://b/equity/stop/")
    assert "<img" not in message.text


def test_the_link_shows_the_offer_and_counts_as_opened_once(world: World, client: Client) -> None:
    three(world)
    row = act.plan(unit=world.jiangzhou, user=None)
    act.send_round(row, post=Letterbox(), base="")
    sent = OfferSend.objects.get(customer__number="K1")
    url = reverse("equity:offer-open", args=[token(sent)])
    assert client.head(url).status_code == 200
    sent.refresh_from_db()
    assert sent.opened_at is None
    text = client.get(url).content.decode()
    assert "双倍积分" in text
    assert "Double points" in text
    assert "bh-qr" in text
    first = OfferSend.objects.get(pk=sent.pk).opened_at
    assert first is not None
    client.get(url)
    assert OfferSend.objects.get(pk=sent.pk).opened_at == first
    assert ledger(row).opened == 1


def test_the_link_in_the_letter_withdraws_without_sign_in_and_only_when_pressed(
    world: World, client: Client
) -> None:
    lin, *_others = three(world)
    agreed(lin, recipient="远航旅行")
    location = agreed(lin, purpose="location", way="app")
    row = act.plan(unit=world.jiangzhou, user=None)
    sent = OfferSend.objects.get(customer=lin)
    url = reverse("equity:stop", args=[token(sent)])
    assert client.get(url).status_code == 200
    assert Consent.objects.filter(withdrawn_at=None, customer=lin).count() == 3
    assert client.post(url, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert list(Consent.objects.filter(withdrawn_at=None, customer=lin)) == [location]
    assert states()["K1"] == ("dropped", "withdrawn")
    assert "没有" in client.post(url).content.decode()
    client.post(url, {"what": "all"})
    assert not Consent.objects.filter(withdrawn_at=None, customer=lin).exists()
    assert row.sends.count() == 3


def test_a_link_that_we_did_not_write_leads_nowhere(world: World, client: Client) -> None:
    three(world)
    act.plan(unit=world.jiangzhou, user=None)
    sent = OfferSend.objects.get(customer__number="K1")
    forged = token(sent).replace(f"{sent.pk}:", f"{sent.pk + 1}:")
    assert sent_of(forged) is None
    for name in ("offer-open", "stop"):
        assert client.get(reverse(f"equity:{name}", args=[forged])).status_code == 404
    assert client.post(reverse("equity:stop", args=[forged])).status_code == 404


def test_a_letter_of_one_branch_is_redeemed_by_every_shop_of_the_offer(world: World) -> None:
    three(world)
    act.send_round(act.plan(unit=world.building, user=None), post=Letterbox(), base="")
    coupon = Coupon.objects.get(send__customer__number="K1")
    assert coupon.unit == world.jiangzhou
    scan = Scan(code(coupon), "phone-0001")
    assert act.redeem(scan=scan, shop=world.jiangzhou, user=world.sun_qian).outcome == "redeemed"


def test_a_refused_address_fails_alone(world: World) -> None:
    three(world)
    row = act.plan(unit=world.jiangzhou, user=None)
    box = Letterbox(says=[Answer(Verdict.REFUSED, "recipient")])
    assert act.send_round(row, post=box, base="") == 2
    assert states()["K1"] == ("failed", "refused")
    found = ledger(row)
    assert (found.sent, found.failed, found.opened_share) == (2, 1, None)


def test_a_mail_server_that_is_away_costs_nobody_a_try_and_the_sending_goes_on(world: World) -> None:
    three(world)
    row = act.plan(unit=world.jiangzhou, user=None)
    for _n in range(4):
        with pytest.raises(Refused, match="does not answer"):
            act.send_round(row, post=Letterbox(says=[answer("unreachable")]), base="")
    assert {state for state, _reason in states().values()} == {"waiting"}
    assert act.send_round(row, post=Letterbox(), base="") == 3


def test_a_server_that_defers_three_times_does_not_want_it(world: World) -> None:
    three(world)
    row = act.plan(unit=world.jiangzhou, user=None)
    for _n in range(3):
        act.send_round(row, post=Letterbox(says=[answer("busy")]), base="")
    assert states()["K1"] == ("failed", "server")
    assert states()["K2"] == ("sent", "")


def test_a_letter_whose_end_is_not_known_goes_again_under_the_same_key_with_the_same_coupon(
    world: World,
) -> None:
    three(world)
    row = act.plan(unit=world.jiangzhou, user=None)
    lost = Letterbox(says=[answer("timeout", certain=False)])
    act.send_round(row, post=lost, base="")
    assert states()["K1"] == ("claimed", "")
    row.refresh_from_db()
    assert row.state == OfferRound.State.SENDING
    act.send_round(row, post=Letterbox(), base="")
    assert states()["K1"] == ("claimed", ""), "not before the claim has run out"
    OfferSend.objects.filter(state="claimed").update(claimed_at=hours_ago(1))
    again = Letterbox()
    act.send_round(row, post=again, base="")
    assert [message.key for _to, message, _headers in again.came] == [lost.came[0][1].key]
    assert again.came[0][1].text == lost.came[0][1].text
    assert states()["K1"] == ("sent", "")


def test_a_claim_that_ran_out_finds_the_withdrawal_of_the_meantime(world: World) -> None:
    lin, *_others = three(world)
    row = act.plan(unit=world.jiangzhou, user=None)
    act.send_round(row, post=Letterbox(says=[answer("timeout", certain=False)]), base="")
    OfferSend.objects.filter(state="claimed").update(claimed_at=hours_ago(1))
    act.withdraw(consent=Consent.objects.get(customer=lin), how="电话", user=None)
    again = Letterbox()
    act.send_round(row, post=again, base="")
    assert again.came == []
    assert states()["K1"] == ("dropped", "withdrawn")


def test_a_refused_smtp_answer_is_judged_as_the_kernel_judges_it(
    world: World, house: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    three(world)
    row = act.plan(unit=world.jiangzhou, user=None)

    def refuse(self: Any, fail_silently: bool = False) -> int:
        raise smtplib.SMTPRecipientsRefused({self.to[0]: (550, b"no such user")})

    monkeypatch.setattr(django_mail.EmailMessage, "send", refuse)
    act.send_round(row)
    assert set(states().values()) == {("failed", "refused")}


def test_letters_of_an_offer_without_coupon_or_english_are_whole(world: World) -> None:
    three(world)
    OfferRule.objects.update(offer=an_offer(world, "N", coupon_days=None, text_en="", title_en=""))
    act.plan(unit=world.jiangzhou, user=None)
    row = offers.claim(OfferSend.objects.get(customer__number="K1").pk, timezone.now())
    assert row is not None
    message, _headers = letter(row, "https://b")
    assert "Double" not in message.text
    assert not Coupon.objects.exists()
