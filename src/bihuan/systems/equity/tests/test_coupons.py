"""A coupon works once, in whichever shop and however late; near a shop only with consent to the location."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from bihuan.kernel.act.access import create_token
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Customer, Event, Role, Unit, User
from bihuan.kernel.tests.world import World, account, build, seed
from bihuan.systems.equity import act
from bihuan.systems.equity.act.coupons import MOST_SCANS, Scan, code, code_for, find, hand_over
from bihuan.systems.equity.models import Consent, Coupon, CouponScan, OfferSend
from bihuan.systems.equity.rules.promotion import code_of, holds_identity, judged, scanned_at
from bihuan.systems.equity.views.coupons import GUESSED

from .promoting import a_customer, a_rule, a_run, agreed, an_offer, hours_ago
from .shop import page

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    seed()
    return build()


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    GUESSED.forget()
    with override("en"):
        yield


@pytest.fixture
def shops(world: World) -> tuple[User, User]:
    """城东店 and 城西店 of 江州, each with somebody at the till."""
    east, west = (
        Unit.objects.create(name=name, code=code, parent=world.jiangzhou)
        for name, code in (("城东店", "CD"), ("城西店", "CX"))
    )
    return account("east", "东妮", Role.OWNER, east), account("west", "西门", Role.OWNER, west)


def a_coupon(world: World, **more: Any) -> Coupon:
    (row,) = hand_over(offer=an_offer(world, **more), unit=world.jiangzhou, count=1, user=world.sun_qian)
    return row


def scan(coupon: Coupon, user: User, key: str = "phone-0001", **more: Any) -> Any:
    return act.redeem(scan=Scan(code(coupon), key, **more), shop=user.unit, user=user)


def test_the_second_scan_is_refused_with_time_and_shop_of_the_first(
    world: World, shops: tuple[User, User]
) -> None:
    east, west = shops
    coupon = a_coupon(world)
    first = scan(coupon, east)
    assert first.outcome == "redeemed"
    second = scan(coupon, west, "phone-0002")
    assert (second.outcome, second.first_shop) == ("used", "城东店")
    coupon.refresh_from_db()
    assert second.first_at == coupon.redeemed_at
    assert list(CouponScan.objects.order_by("pk").values_list("outcome", "shop__code")) == [
        ("redeemed", "CD"),
        ("used", "CX"),
    ]


def test_the_same_scan_told_twice_is_one_scan(world: World, shops: tuple[User, User]) -> None:
    coupon = a_coupon(world)
    assert [scan(coupon, shops[0]).outcome for _n in range(3)] == ["redeemed"] * 3
    assert CouponScan.objects.count() == 1
    assert Event.objects.filter(verb="coupon.redeemed").count() == 1


def test_a_scan_without_network_counts_when_it_arrives(world: World, shops: tuple[User, User]) -> None:
    east, west = shops
    coupon = a_coupon(world)
    assert scan(coupon, west, "phone-0002").outcome == "redeemed"
    late = scan(coupon, east, at=hours_ago(3))
    assert (late.outcome, late.first_shop) == ("used", "城西店")
    assert CouponScan.objects.get(shop=east.unit).offline is True


def test_a_scan_of_the_last_day_that_arrives_later_is_in_time(world: World, shops: tuple[User, User]) -> None:
    coupon, other, old = a_coupon(world), a_coupon(world, code="B"), a_coupon(world, code="C")
    yesterday = timezone.localdate() - timedelta(days=1)
    Coupon.objects.update(valid_to=yesterday)
    assert scan(coupon, shops[0], at=hours_ago(25)).outcome == "redeemed"
    assert scan(other, shops[0]).outcome == "expired"
    Coupon.objects.filter(pk=old.pk).update(valid_to=timezone.localdate() - timedelta(days=9))
    assert scan(old, shops[0], at=hours_ago(24 * 10)).outcome == "expired", "no phone is believed so far back"


def test_a_code_of_other_units_is_as_unknown_as_none(world: World, shops: tuple[User, User]) -> None:
    coupon = a_coupon(world)
    north = account("north", "北辰", Role.OWNER, world.beishan)
    assert scan(coupon, north).outcome == "unknown"
    assert (
        act.redeem(scan=Scan("22222-22222", "phone-0001"), shop=north.unit, user=north).outcome == "unknown"
    )
    with pytest.raises(Refused):
        act.redeem(scan=Scan(code(coupon), "phone-0001"), shop=world.building, user=world.he_jia)


def test_scans_of_one_coupon_fill_no_table(world: World, shops: tuple[User, User]) -> None:
    coupon = a_coupon(world)
    scan(coupon, shops[0])
    CouponScan.objects.bulk_create(
        CouponScan(
            coupon=coupon,
            key=f"k{n:07d}",
            shop=shops[0].unit,
            user=shops[0],
            scanned_at=timezone.now(),
            received_at=timezone.now(),
            outcome="used",
        )
        for n in range(MOST_SCANS)
    )
    assert scan(coupon, shops[1], "phone-9999").outcome == "used"
    assert CouponScan.objects.count() == MOST_SCANS + 1


def test_a_code_is_kept_nowhere_and_comes_back_from_its_key(world: World) -> None:
    coupon = a_coupon(world)
    kept = {str(value) for value in Coupon.objects.values_list().get()}
    assert not any(code(coupon) in value for value in kept)
    assert code_for(coupon.key) == code(coupon)
    found = find(f"https://b/equity/redeem/?code={code(coupon).lower()}")
    assert found == coupon


def test_the_till_page_answers_a_phones_whole_bag(
    world: World, shops: tuple[User, User], client: Client
) -> None:
    east, west = shops
    first, second = a_coupon(world), a_coupon(world, code="B")
    scan(second, west, "phone-0002")
    client.force_login(east)
    sent = {
        "scans": [
            {"key": "till-00001", "text": code(first), "at": hours_ago(2).isoformat()},
            {"key": "till-00002", "text": code(second)},
            {"key": "till-00003", "text": "nonsense"},
        ]
    }
    url = reverse("equity:redeem")
    answer = client.post(url, json.dumps(sent), content_type="application/json")
    told = answer.json()["answers"]
    assert [one["outcome"] for one in told] == ["redeemed", "used", "unknown"]
    assert "城西店" in told[1]["more"]
    again = client.post(url, json.dumps(sent), content_type="application/json").json()["answers"]
    assert [one["outcome"] for one in again] == ["redeemed", "used", "unknown"]
    assert Coupon.objects.filter(pk=first.pk, redeemed_at__lt=hours_ago(1.9)).exists()


def test_the_till_page_works_without_script_and_names_its_shop(
    world: World, shops: tuple[User, User], client: Client
) -> None:
    coupon = a_coupon(world)
    text = page(client, shops[0], "redeem", code=code(coupon))
    assert "城东店" in text
    assert code(coupon) in text
    answer = client.post(reverse("equity:redeem"), {"code": code(coupon), "key": "till-00001"})
    assert 'data-outcome="redeemed"' in answer.content.decode()
    assert Coupon.objects.get().shop == shops[0].unit


@pytest.mark.parametrize(
    "body", ["[]", "{}", '{"scans": [{"key": "x", "text": "y"}]}', '{"scans": 3}', "no json"]
)
def test_what_no_page_of_ours_sends_is_refused(
    world: World, shops: tuple[User, User], client: Client, body: str
) -> None:
    client.force_login(shops[0])
    answer = client.post(reverse("equity:redeem"), body, content_type="application/json")
    assert answer.status_code == 422


def test_guessing_codes_is_slowed_down(world: World, shops: tuple[User, User], client: Client) -> None:
    client.force_login(shops[0])
    scans = [{"key": f"till-{n:05d}", "text": "22222-22222"} for n in range(25)]
    answer = client.post(
        reverse("equity:redeem"), json.dumps({"scans": scans}), content_type="application/json"
    )
    outcomes = [one["outcome"] for one in answer.json()["answers"]]
    assert outcomes.count("busy") == 5


def test_a_viewer_cannot_redeem_or_hand_over(world: World, client: Client) -> None:
    client.force_login(world.he_jia)
    assert client.get(reverse("equity:redeem")).status_code == 403
    assert client.get(reverse("equity:coupons-new")).status_code == 403


def test_coupons_are_printed_once_with_their_codes(world: World, client: Client) -> None:
    offer = an_offer(world)
    client.force_login(world.sun_qian)
    sent = {"offer": offer.pk, "unit": world.jiangzhou.pk, "count": 3}
    text = client.post(reverse("equity:coupons-new"), sent).content.decode()
    assert text.count("bh-qr") == 3
    assert all(code(row)[:5] in text for row in Coupon.objects.all())
    with pytest.raises(Refused, match="1 to 500"):
        hand_over(offer=offer, unit=world.jiangzhou, count=501, user=world.sun_qian)
    with pytest.raises(Refused, match="No coupon goes"):
        hand_over(
            offer=an_offer(world, "N", coupon_days=None), unit=world.jiangzhou, count=1, user=world.sun_qian
        )


class Near:
    """A shop's app with a token."""

    def __init__(self, client: Client, user: User) -> None:
        token = create_token(name="app", user=user, scopes=["offers"])
        self.client, self.headers = client, {"Authorization": f"Bearer {token}"}

    def __call__(self, customer: str, shop: str = "CD") -> Any:
        return self.client.post(
            "/api/v1/equity/near",
            json.dumps({"customer": customer, "shop": shop}),
            content_type="application/json",
            headers=self.headers,
        )


@pytest.fixture
def near(world: World, shops: tuple[User, User], client: Client) -> Near:
    lin = a_customer(world, "K1")
    a_run(world, lin)
    a_rule(world, an_offer(world))
    return Near(client, world.sun_qian)


def stored() -> tuple[int, int, int]:
    return OfferSend.objects.count(), Coupon.objects.count(), Event.objects.count()


def test_near_a_shop_without_consent_to_the_location_nothing_is_kept(near: Near) -> None:
    lin = Customer.objects.get(number="K1")
    agreed(lin, way="app")
    before = stored()
    for number in ("K1", "K404"):
        answer = near(number)
        assert (answer.status_code, answer.json()) == (200, {"coupon": None, "why": "location"})
    assert stored() == before


def test_a_withdrawn_consent_to_the_location_is_none(near: Near) -> None:
    lin = Customer.objects.get(number="K1")
    agreed(lin, way="app")
    act.withdraw(consent=agreed(lin, purpose="location", way="app"), how="应用内", user=None)
    before = stored()
    assert near("K1").json()["why"] == "location"
    assert stored() == before


def test_near_a_shop_with_both_consents_a_coupon_comes_once_a_week(
    near: Near, shops: tuple[User, User]
) -> None:
    lin = Customer.objects.get(number="K1")
    agreed(lin, purpose="location", way="app")
    assert near("K1").json() == {"coupon": None, "why": "consent"}
    assert not OfferSend.objects.exists()
    agreed(lin, way="app")
    told = near("K1").json()["coupon"]
    assert told["title_en"] == "Double points"
    row = OfferSend.objects.get()
    assert (row.shop, row.way, row.coupon.source) == (shops[0].unit, "app", "near")
    answer = act.redeem(scan=Scan(told["code"], "till-00001"), shop=shops[1].unit, user=shops[1])
    assert answer.outcome == "redeemed"
    assert near("K1").json() == {"coupon": None, "why": "rest"}
    OfferSend.objects.update(sent_at=timezone.now() - timedelta(days=8))
    assert near("K1").json()["coupon"]


def test_with_the_consent_to_the_location_goes_where_the_customer_was(
    near: Near, shops: tuple[User, User]
) -> None:
    lin = Customer.objects.get(number="K1")
    location = agreed(lin, purpose="location", way="app")
    agreed(lin, way="app")
    assert near("K1").json()["coupon"]
    act.withdraw(consent=location, how="应用内", user=None)
    row = OfferSend.objects.get()
    assert (row.shop, row.coupon.redeemed_at) == (None, None)


def test_near_a_shop_of_other_units_or_without_the_scope_is_refused(
    near: Near, world: World, client: Client
) -> None:
    assert near("K1", "BS").status_code == 409
    assert near("", "CD").status_code == 422
    token = create_token(name="read", user=world.sun_qian, scopes=["read"])
    near.headers = {"Authorization": f"Bearer {token}"}
    assert near("K1").status_code == 401
    assert not Consent.objects.exists()


def test_a_phones_time_is_believed_within_limits() -> None:
    now, late = timezone.now(), timedelta(hours=72)
    assert scanned_at(None, now, late) == now
    assert scanned_at(now + timedelta(hours=1), now, late) == now
    assert scanned_at(now - timedelta(hours=5), now, late) == now - timedelta(hours=5)
    assert scanned_at(now - timedelta(days=30), now, late) == now - late


def test_a_coupon_is_valid_through_its_last_day() -> None:
    day = timezone.localdate()
    assert judged(redeemed=False, valid_to=day, on=day) == "redeemed"
    assert judged(redeemed=False, valid_to=day, on=day + timedelta(days=1)) == "expired"
    assert judged(redeemed=True, valid_to=day, on=day + timedelta(days=1)) == "used"


def test_codes_have_fifty_bits() -> None:
    assert code_of(bytes(range(10))) == "23456789AB"
    with pytest.raises(ValueError, match="ten bytes"):
        code_of(b"short")


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("身份证 11010119900307721X", True),
        ("1 1010 1199 0030 7721 X"[2:], False),
        ("签字表单 2026-03-01", False),
        ("电话 13912345678", False),
    ],
)
def test_the_number_of_an_identity_document_is_seen(text: str, holds: bool) -> None:
    assert holds_identity(text) is holds
