"""Tables of promotion keep the contract of tables."""

from datetime import timedelta
from typing import Any, ClassVar

import pytest
from django.utils import timezone

from bihuan.inputs import BadInput
from bihuan.kernel.models import Customer
from bihuan.kernel.tests.world import World, build, seed
from bihuan.systems.equity.act.coupons import issue
from bihuan.systems.equity.lists.campaigns import CampaignsListing, CouponsListing, ScansListing
from bihuan.systems.equity.lists.consents import ConsentsListing
from bihuan.systems.equity.lists.offers import (
    OffersListing,
    PreviewListing,
    RoundsListing,
    RulesListing,
    SendsListing,
)
from bihuan.systems.equity.models import (
    Campaign,
    Coupon,
    CouponScan,
    Offer,
    OfferRound,
    OfferRule,
    OfferSend,
)
from bihuan.web.listing import Listing
from bihuan.web.listing.furnish import bring_new
from bihuan.web.tests.listing_contract import ListingContract

from .promoting import a_campaign, a_customer, a_rule, a_run, agreed, an_offer


def fresh(model: Any, stem: str, n: int) -> list[str]:
    start = model.objects.count()
    return [f"{stem}{k}" for k in range(start, start + n)]


def one_offer(world: World) -> Offer:
    return Offer.objects.first() or an_offer(world)


def some(world: World, n: int) -> list[Customer]:
    return [a_customer(world, number) for number in fresh(Customer, "K", n)]


class TestConsents(ListingContract):
    listing: ClassVar[type[Listing]] = ConsentsListing

    def make(self, world: World, n: int) -> None:
        for customer in some(world, n):
            agreed(customer)


class TestOffers(ListingContract):
    listing: ClassVar[type[Listing]] = OffersListing

    def make(self, world: World, n: int) -> None:
        for code in fresh(Offer, "JF", n):
            an_offer(world, code)


class TestRules(ListingContract):
    listing: ClassVar[type[Listing]] = RulesListing

    def make(self, world: World, n: int) -> None:
        for _n in range(n):
            a_rule(world, one_offer(world))


class TestPreview(ListingContract):
    listing: ClassVar[type[Listing]] = PreviewListing

    def make(self, world: World, n: int) -> None:
        people = some(world, n)
        for customer in people:
            agreed(customer)
        a_run(world, *people)
        if not OfferRule.objects.exists():
            a_rule(world, one_offer(world))


class TestRounds(ListingContract):
    listing: ClassVar[type[Listing]] = RoundsListing

    def make(self, world: World, n: int) -> None:
        for _n in range(n):
            OfferRound.objects.create(
                unit=world.building, made_at=timezone.now(), planned=3, left_out={"consent": 2}
            )


def sends(world: World, n: int) -> list[OfferSend]:
    rule = OfferRule.objects.first() or a_rule(world, one_offer(world))
    return [
        OfferSend.objects.create(
            customer=customer,
            offer=rule.offer,
            rule=rule,
            consent=agreed(customer),
            way="email",
            state="sent",
            sent_at=timezone.now(),
        )
        for customer in some(world, n)
    ]


class TestSends(ListingContract):
    listing: ClassVar[type[Listing]] = SendsListing

    def make(self, world: World, n: int) -> None:
        sends(world, n)


class TestCampaigns(ListingContract):
    listing: ClassVar[type[Listing]] = CampaignsListing

    def make(self, world: World, n: int) -> None:
        for code in fresh(Campaign, "c", n):
            a_campaign(world, code)


def coupons(world: World, n: int) -> list[Coupon]:
    return [
        issue(offer=one_offer(world), unit=world.building, source="print", at=timezone.now())
        for _n in range(n)
    ]


class TestCoupons(ListingContract):
    listing: ClassVar[type[Listing]] = CouponsListing
    rows_have_pages = False

    def make(self, world: World, n: int) -> None:
        coupons(world, n)


class TestScans(ListingContract):
    listing: ClassVar[type[Listing]] = ScansListing
    rows_have_pages = False

    def make(self, world: World, n: int) -> None:
        for coupon in coupons(world, n):
            CouponScan.objects.create(
                coupon=coupon,
                key="phone-0001",
                shop=world.building,
                user=world.wu_min,
                scanned_at=timezone.now(),
                received_at=timezone.now(),
                outcome="used",
            )


@pytest.fixture
def world(db: None) -> World:
    seed()
    return build()


def test_rules_come_by_file_and_are_never_written_over(world: World) -> None:
    offer = an_offer(world)
    row = {
        "unit": "JZ",
        "position": 5,
        "valid_from": "2026-01-01",
        "tenth_from": 1,
        "tenth_to": 3,
        "alive_from": "0.5",
        "alive_to": "1",
        "category": "卡",
        "kind": "",
        "offer": "JF",
    }
    bring_new("offer-rules", [row])
    bring_new("offer-rules", [{**row, "tenth_to": 9}], over=True)
    rule = OfferRule.objects.get()
    assert (rule.offer, rule.tenth_to, float(rule.alive_from)) == (offer, 3, 0.5)
    for more, column in (
        ({"tenth_to": 0}, "tenth"),
        ({"tenth_from": 4}, "tenth"),
        ({"offer": "X"}, "offer"),
        ({"valid_to": "2025-01-01"}, "valid"),
    ):
        with pytest.raises(BadInput, match=column):
            bring_new("offer-rules", [{**row, "position": 6, **more}])


def test_offers_come_by_file(world: World) -> None:
    bring_new(
        "offers", [{"code": "F1", "unit": "JZ", "title_zh": "九折", "text_zh": "全场", "coupon_days": ""}]
    )
    bring_new(
        "offers",
        [{"code": "F1", "unit": "JZ", "title_zh": "九折", "text_zh": "全场", "coupon_days": "14"}],
        over=True,
    )
    assert Offer.objects.get().coupon_days == 14


def test_a_past_rule_is_not_among_those_in_force(world: World) -> None:
    today = timezone.localdate()
    a_rule(world, an_offer(world), valid_from=today - timedelta(days=9), valid_to=today - timedelta(days=1))
    assert RulesListing(world.sun_qian).view_counts["force"] == 0
