"""Consent is a record with a history: given with evidence, withdrawn at an instant, never written over."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from bihuan.inputs import BadInput
from bihuan.kernel.act.people import erase_customer
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Event
from bihuan.kernel.tests.world import World, build, seed
from bihuan.systems.equity import act
from bihuan.systems.equity.models import Consent
from bihuan.systems.equity.read.consents import consents_of, offers_of, stands
from bihuan.web.listing.furnish import bring_new

from .promoting import a_customer, agreed, hours_ago
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


def row(**more: Any) -> dict[str, Any]:
    return {
        "number": "K1",
        "purpose": "offers",
        "way": "email",
        "given_at": "2026-01-05 10:00",
        "evidence": "签字表单",
        **more,
    }


def test_a_withdrawal_holds_from_its_own_instant_on(world: World) -> None:
    lin = a_customer(world, "K1")
    consent = agreed(lin)
    act.withdraw(consent=consent, how="电话", user=world.wu_min, at=hours_ago(1))
    assert stands(lin, "offers", "email", hours_ago(2))
    assert not stands(lin, "offers", "email", hours_ago(0.5))
    assert not stands(lin, "offers", "email", hours_ago(24 * 61))


def test_who_agrees_again_gets_a_new_row_and_the_old_one_stays(world: World) -> None:
    lin = a_customer(world, "K1")
    first = agreed(lin)
    act.withdraw(consent=first, how="电话", user=None, at=hours_ago(5))
    second = agreed(lin, given_at=hours_ago(1))
    assert [each.pk for each in consents_of(lin, world.wu_min)] == [second.pk, first.pk]
    assert Consent.objects.get(pk=first.pk).withdrawal == "电话"
    verbs = Event.objects.filter(verb__startswith="consent.").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["consent.given", "consent.withdrawn", "consent.given"]


def test_a_consent_is_given_once_and_withdrawn_once(world: World) -> None:
    consent = agreed(a_customer(world, "K1"))
    with pytest.raises(Refused, match="stands already"):
        agreed(consent.customer)
    act.withdraw(consent=consent, how="电话", user=None)
    with pytest.raises(Refused, match="withdrawn already"):
        act.withdraw(consent=consent, how="电话", user=None)


def test_a_third_party_is_a_recipient_of_its_own(world: World) -> None:
    lin = a_customer(world, "K1")
    agreed(lin)
    now = timezone.now()
    assert not stands(lin, "offers", "email", now, "远航旅行")
    agreed(lin, recipient="远航旅行")
    assert stands(lin, "offers", "email", now, "远航旅行")


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"evidence": " "}, "Say what shows it"),
        ({"evidence": "身份证 11010119900307721X"}, "identity document"),
        ({"given_at": timezone.now() + timedelta(days=1)}, "not come yet"),
    ],
)
def test_a_consent_that_shows_nothing_or_too_much_is_refused(
    world: World, more: dict[str, Any], why: str
) -> None:
    with pytest.raises(Refused, match=why):
        agreed(a_customer(world, "K1"), **more)


def test_a_withdrawal_cannot_lie_before_the_giving_or_ahead(world: World) -> None:
    consent = agreed(a_customer(world, "K1"))
    for at, why in ((hours_ago(24 * 90), "before it was given"), (hours_ago(-1), "not come yet")):
        with pytest.raises(Refused, match=why):
            act.withdraw(consent=consent, how="电话", user=None, at=at)


def test_only_who_may_handle_customers_of_the_unit_records_consent(world: World) -> None:
    lin = a_customer(world, "K1")
    for stranger in (world.gao_yuan, world.he_jia):
        with pytest.raises(Refused):
            agreed(lin, user=stranger)
    assert agreed(lin, user=world.wu_min).recorded_by == world.wu_min


def test_an_erased_customer_gives_no_consent_any_more(world: World) -> None:
    lin = a_customer(world, "K1")
    agreed(lin)
    erase_customer(customer=lin, actor=world.admin)
    lin.refresh_from_db()
    with pytest.raises(Refused, match="erased"):
        agreed(lin, way="app")


def brought(*rows: dict[str, Any], over: bool = False) -> Sequence[Consent]:
    bring_new("consents", list(rows), over=over)
    return list(Consent.objects.order_by("pk"))


def test_a_file_brings_consents_and_later_their_withdrawals(world: World) -> None:
    a_customer(world, "K1")
    (consent,) = brought(row(recipient="远航旅行"))
    assert (consent.recipient, consent.withdrawn_at) == ("远航旅行", None)
    told = {"recipient": "远航旅行", "withdrawn_at": "2026-02-01 09:30", "withdrawal": "来信"}
    (consent,) = brought(row(**told), over=True)
    assert consent.withdrawal == "来信"
    assert timezone.localtime(consent.withdrawn_at).isoformat()[:16] == "2026-02-01T09:30"


def test_a_file_does_not_write_over_what_was_given_or_withdrawn(world: World) -> None:
    a_customer(world, "K1")
    brought(row(withdrawn_at="2026-02-01 09:30", withdrawal="来信"))
    again = row(evidence="别的凭证", withdrawn_at="2026-03-01 09:30", withdrawal="别的")
    (consent,) = brought(again, over=True)
    assert (consent.evidence, consent.withdrawal) == ("签字表单", "来信")


@pytest.mark.parametrize(
    ("more", "column"),
    [
        ({"number": "K9"}, "number"),
        ({"purpose": "everything"}, "purpose"),
        ({"evidence": "身份证号11010119900307721X"}, "evidence"),
        ({"given_at": "2099-01-01 10:00"}, "given_at"),
        ({"withdrawn_at": "2025-12-01 10:00", "withdrawal": "来信"}, "withdrawn_at"),
        ({"withdrawn_at": "2026-02-01 10:00"}, "withdrawal"),
    ],
)
def test_a_row_that_cannot_be_told_names_its_column(world: World, more: dict[str, Any], column: str) -> None:
    a_customer(world, "K1")
    with pytest.raises(BadInput, match=rf"row 2: .*{column}|{column}"):
        brought(row(**more))
    assert not Consent.objects.exists()


def test_a_file_may_tell_the_history_in_any_order(world: World) -> None:
    a_customer(world, "K1")
    past = {"given_at": "2024-01-05 10:00", "withdrawn_at": "2025-01-05 10:00", "withdrawal": "来信"}
    newest, oldest = brought(row(), row(**past))
    assert (newest.withdrawn_at, oldest.withdrawal) == (None, "来信")
    assert Event.objects.filter(verb="consent.withdrawn").count() == 1


def test_two_standing_consents_of_one_kind_take_the_file_back(world: World) -> None:
    a_customer(world, "K1")
    with pytest.raises(BadInput):
        brought(row(), row(given_at="2026-01-06 10:00"))
    brought(row())
    with pytest.raises((BadInput, Refused)):
        brought(row(given_at="2026-01-06 10:00"))
    assert Consent.objects.count() == 1


def test_consent_is_recorded_and_withdrawn_on_the_customers_page(world: World, client: Client) -> None:
    lin = a_customer(world, "K1")
    client.force_login(world.wu_min)
    url = reverse("equity:consents-of", args=[lin.pk])
    sent = {"purpose": "offers", "way": "email", "evidence": "柜面签字"}
    assert client.post(url, sent).status_code == 302
    assert client.post(url, sent).status_code == 422
    consent = Consent.objects.get()
    away = reverse("equity:consent-withdraw", args=[consent.pk])
    assert client.post(away, {"how": "电话"}).status_code == 302
    consent.refresh_from_db()
    assert consent.withdrawn_by == world.wu_min
    assert "电话" in page(client, world.wu_min, "consents-of", lin.pk)
    assert offers_of(lin, world.wu_min) == []


def test_a_viewer_sees_and_a_stranger_does_not(world: World, client: Client) -> None:
    lin = a_customer(world, "K1")
    consent = agreed(lin)
    assert "签字表单" in page(client, world.he_jia, "consents-of", lin.pk)
    assert client.post(reverse("equity:consents-of", args=[lin.pk])).status_code == 403
    client.force_login(world.gao_yuan)
    assert client.get(reverse("equity:consents-of", args=[lin.pk])).status_code == 404
    assert client.post(reverse("equity:consent-withdraw", args=[consent.pk])).status_code == 404
    assert consents_of(lin, world.gao_yuan) == []


def test_the_one_page_of_a_customer_shows_what_stands_and_what_was_taken_back(
    world: World, client: Client
) -> None:
    lin = a_customer(world, "K1")
    client.force_login(world.wu_min)
    url, more = f"/customers/{lin.pk}/", f'href="{reverse("equity:consents-of", args=[lin.pk])}"'
    assert more not in client.get(url).content.decode()
    gone = agreed(lin, recipient="合作商户")
    act.withdraw(consent=gone, how="电话", user=world.wu_min, at=hours_ago(1))
    agreed(lin, recipient="物流公司")
    shown = client.get(url).content.decode()
    assert more in shown
    assert shown.index("物流公司") < shown.index("合作商户"), "what stands comes first"


def test_the_pages_say_by_which_ways_nothing_is_sent(world: World, client: Client) -> None:
    person = a_customer(world, "K9")
    for name, args in (("consents", ()), ("consents-of", (person.pk,))):
        assert "系统不会通过这些方式发送" in page(client, world.sun_qian, name, *args)
