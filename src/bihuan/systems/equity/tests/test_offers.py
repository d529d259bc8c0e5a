"""Offers by segment × value × P(alive) × last category go only to who agreed, and stop when consent does."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as django_mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from bihuan.kernel import jobs
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Customer, Job
from bihuan.kernel.tests.world import World, a_case, build, seed
from bihuan.systems.equity import act
from bihuan.systems.equity.act import offers
from bihuan.systems.equity.models import Consent, OfferRound, OfferRule, OfferSend
from bihuan.systems.equity.read.offers import candidates, preview

from .promoting import (
    Letterbox,
    a_customer,
    a_rule,
    a_run,
    agreed,
    an_offer,
    hours_ago,
    states,
    three,
)
from .shop import page

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


def why(world: World) -> dict[str, str]:
    return dict(candidates(world.jiangzhou, timezone.now()).values_list("number", "why"))


def test_who_did_not_agree_is_never_in_the_list(world: World) -> None:
    three(world)
    silent = a_customer(world, "K4")
    agreed(silent, purpose="research")
    agreed(silent, way="sms")
    agreed(silent, recipient="远航旅行")
    a_run(world, *Customer.objects.filter(number__startswith="K"))
    assert why(world)["K4"] == "consent"
    row = act.plan(unit=world.jiangzhou, user=world.sun_qian)
    assert set(states()) == {"K1", "K2", "K3"}
    assert row.left_out == {"consent": 2}, "江州大学 has not agreed either"


def test_consent_withdrawn_at_ten_is_gone_from_the_send_of_five_past_ten(world: World) -> None:
    lin, _wang, _zhao = three(world)
    row = act.plan(unit=world.jiangzhou, user=None)
    assert act.withdraw(consent=Consent.objects.get(customer=lin), how="10:00 电话", user=None) == 1
    box = Letterbox()
    assert act.send_round(row, post=box, base="https://b") == 2
    assert box.to == ["k2@example.com", "k3@example.com"]
    assert states()["K1"] == ("dropped", "withdrawn")


def test_consent_withdrawn_between_two_letters_stops_the_second(world: World) -> None:
    _lin, wang, _zhao = three(world)
    row = act.plan(unit=world.jiangzhou, user=None)

    def withdraw(letters: int) -> None:
        if letters == 1:
            act.withdraw(consent=Consent.objects.get(customer=wang), how="链接", user=None)

    box = Letterbox(on_letter=withdraw)
    act.send_round(row, post=box, base="https://b")
    assert box.to == ["k1@example.com", "k3@example.com"]
    assert states()["K2"] == ("dropped", "withdrawn")
    row.refresh_from_db()
    assert row.state == OfferRound.State.DONE


def test_a_withdrawal_that_a_file_dates_back_is_seen_before_the_letter_leaves(world: World) -> None:
    lin, *_others = three(world)
    row = act.plan(unit=world.jiangzhou, user=None)
    Consent.objects.filter(customer=lin).update(withdrawn_at=hours_ago(1), withdrawal="文件")
    box = Letterbox()
    act.send_round(row, post=box, base="https://b")
    assert "k1@example.com" not in box.to
    assert states()["K1"] == ("dropped", "withdrawn")


def test_an_offer_of_a_third_party_needs_consent_to_it(world: World) -> None:
    lin, wang, _zhao = three(world)
    OfferRule.objects.update(offer=an_offer(world, "LX", partner="远航旅行"))
    third = agreed(lin, recipient="远航旅行")
    agreed(wang, recipient="远航旅行")
    assert why(world) == {"K1": "", "K2": "", "K3": "partner", "C001": "consent"}
    row = act.plan(unit=world.jiangzhou, user=None)
    assert act.withdraw(consent=third, how="电话", user=None) == 1
    box = Letterbox()
    act.send_round(row, post=box, base="https://b")
    assert box.to == ["k2@example.com"]
    assert "远航旅行" in box.came[0][1].text


def test_everybody_left_out_has_the_first_reason_that_holds(world: World) -> None:
    three(world)
    mute = a_customer(world, "K4", email="")
    fresh = a_customer(world, "K5")
    case = a_customer(world, "K6")
    for each in (mute, fresh, case):
        agreed(each)
    a_run(world, *(row.customer for row in Consent.objects.exclude(customer=fresh).order_by("pk")))
    a_case(world, "value_at_risk", "K6", customer=case)
    OfferSend.objects.create(
        customer_id=Consent.objects.get(customer__number="K1").customer_id,
        offer=OfferRule.objects.get().offer,
        rule=OfferRule.objects.get(),
        consent=Consent.objects.get(customer__number="K1"),
        way="email",
        state="sent",
        sent_at=timezone.now() - timedelta(days=29),
    )
    assert why(world) == {
        "C001": "consent",
        "K1": "rest",
        "K2": "",
        "K3": "",
        "K4": "address",
        "K5": "run",
        "K6": "case",
    }
    found = preview(world.jiangzhou, timezone.now())
    assert (found.customers, found.chosen) == (7, 2)
    assert found.left_out == {"consent": 1, "address": 1, "run": 1, "case": 1, "rest": 1}


@pytest.mark.parametrize(
    ("more", "fits"),
    [
        ({"tenth_from": 2}, False),
        ({"tenth_to": 1}, True),
        ({"alive_to": "0.5"}, False),
        ({"alive_from": "0.9"}, True),
        ({"category": "贷"}, False),
        ({"category": "卡"}, True),
        ({"kind": "person"}, False),
        ({"kind": "organisation"}, True),
        ({"segment": "金卡"}, True),
        ({"segment": "普卡"}, False),
    ],
)
def test_a_rule_asks_segment_value_alive_and_last_category(
    world: World, more: dict[str, Any], fits: bool
) -> None:
    three(world)
    Customer.objects.filter(number="K1").update(segment="金卡")
    OfferRule.objects.update(**more)
    assert why(world)["K1"] == ("" if fits else "rule")


def test_the_first_rule_that_fits_on_the_day_counts(world: World) -> None:
    three(world)
    today = timezone.localdate()
    second = a_rule(world, an_offer(world, "B"), position=20)
    first = a_rule(world, an_offer(world, "A"), position=5)
    a_rule(world, an_offer(world, "C"), position=1, valid_from=today + timedelta(days=1))
    a_rule(
        world,
        an_offer(world, "D"),
        position=1,
        valid_to=today - timedelta(days=1),
        valid_from=today - timedelta(days=9),
    )
    a_rule(world, an_offer(world, "E"), position=1, unit=world.beishan)
    found = preview(world.jiangzhou, timezone.now())
    assert found.by_rule == {first.pk: 3}
    first.delete()
    OfferRule.objects.filter(position=10).delete()
    assert preview(world.jiangzhou, timezone.now()).by_rule == {second.pk: 3}


def test_who_waits_for_one_letter_is_not_chosen_for_a_second(world: World) -> None:
    three(world)
    act.plan(unit=world.jiangzhou, user=None)
    with pytest.raises(Refused, match="Nobody"):
        act.plan(unit=world.jiangzhou, user=None)


def test_a_sending_is_refused_with_what_to_do(world: World) -> None:
    with pytest.raises(Refused, match="no model run"):
        act.plan(unit=world.jiangzhou, user=None)
    lin = a_customer(world, "K1")
    a_run(world, lin)
    with pytest.raises(Refused, match="No offer rule"):
        act.plan(unit=world.jiangzhou, user=None)
    a_rule(world, an_offer(world))
    with pytest.raises(Refused, match="Nobody would get"):
        act.plan(unit=world.jiangzhou, user=None)
    agreed(lin)
    for stranger in (world.gao_yuan, world.wu_min):
        with pytest.raises(Refused, match="role"):
            act.plan(unit=world.jiangzhou, user=stranger)


def test_without_mail_server_or_address_nothing_is_planned(
    world: World, settings: Any, client: Client
) -> None:
    three(world)
    settings.EMAIL_HOST = ""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with pytest.raises(Refused, match="BIHUAN_MAIL_HOST"):
        act.send(unit=world.jiangzhou, user=world.sun_qian)
    settings.EMAIL_HOST = "mail.example"
    with pytest.raises(Refused, match="BIHUAN_URL"):
        act.send(unit=world.jiangzhou, user=world.sun_qian)
    assert not OfferRound.objects.exists()
    assert "BIHUAN_URL" in page(client, world.sun_qian, "offer-send")


def test_a_manager_sees_who_gets_what_sends_it_and_the_job_does(
    world: World, client: Client, house: None
) -> None:
    three(world)
    text = page(client, world.sun_qian, "offer-send")
    assert "双倍积分" in text
    url = reverse("equity:offer-send")
    assert client.post(url, {"unit": world.jiangzhou.pk}).status_code == 302
    row = OfferRound.objects.get()
    assert Job.objects.get().name == "equity.offers"
    assert jobs.run_next("test")
    assert len(django_mail.outbox) == 3
    assert django_mail.outbox[0].extra_headers["Message-ID"].startswith("<notice-offer-")
    assert "https://bank.example/equity/o/" in django_mail.outbox[0].body
    assert Job.objects.get().done == 3
    assert "双倍积分" in page(client, world.sun_qian, "sends", view="all")
    assert "已发送" in page(client, world.sun_qian, "round", row.pk)
    client.force_login(world.gao_yuan)
    assert client.get(reverse("equity:round", args=[row.pk])).status_code == 404


def test_the_clock_takes_up_a_sending_whose_job_failed(world: World, house: None) -> None:
    three(world)
    row = act.plan(unit=world.jiangzhou, user=None)
    offers.go_on(now=timezone.now())
    offers.go_on(now=timezone.now())
    assert Job.objects.count() == 1
    assert jobs.run_next("test")
    offers.go_on(now=timezone.now())
    row.refresh_from_db()
    assert row.state == OfferRound.State.DONE


def test_a_stopped_sending_keeps_what_has_not_left(world: World, client: Client) -> None:
    three(world)
    row = act.plan(unit=world.jiangzhou, user=None)
    client.force_login(world.sun_qian)
    assert client.post(reverse("equity:round-stop", args=[row.pk])).status_code == 302
    box = Letterbox()
    act.send_round(row, post=box, base="")
    assert box.came == []
    assert set(states().values()) == {("dropped", "stopped")}


def test_a_rule_that_was_used_is_followed_by_a_new_one(world: World, client: Client) -> None:
    three(world)
    rule = OfferRule.objects.get()
    act.send_round(act.plan(unit=world.jiangzhou, user=None), post=Letterbox(), base="")
    client.force_login(world.sun_qian)
    sent = {
        "unit": world.jiangzhou.pk,
        "position": 10,
        "offer": rule.offer_id,
        "tenth_from": 1,
        "tenth_to": 3,
        "alive_from": "0.5",
        "alive_to": "1",
        "valid_from": rule.valid_from.isoformat(),
    }
    answered = client.post(reverse("equity:offer-rule", args=[rule.pk]), sent)
    assert answered.status_code == 302
    before, after = OfferRule.objects.order_by("pk")
    assert (before.tenth_to, before.valid_to) == (10, timezone.localdate() - timedelta(days=1))
    assert (after.tenth_to, after.valid_from, after.valid_to) == (3, timezone.localdate(), None)
    assert OfferSend.objects.filter(rule=before).count() == 3
