"""The demo bank comes through the import and shows a number on every page."""

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from bihuan.kernel.models import Aim, Case, Standard, Unit, User
from bihuan.kernel.tests.world import World, build, seed
from bihuan.kernel.tiles import Tile
from bihuan.systems.equity import sample
from bihuan.systems.equity.models import (
    Campaign,
    Cohort,
    Consent,
    Contact,
    Coupon,
    CouponScan,
    ModelRun,
    OfferRound,
    Problem,
    Purchase,
    Score,
)
from bihuan.systems.equity.read.board import board
from bihuan.systems.equity.read.campaigns import indicators
from bihuan.systems.equity.read.contacts import owed_by
from bihuan.systems.equity.read.contracts import contract
from bihuan.systems.equity.read.offers import ledger
from bihuan.systems.equity.tiles import tiles
from bihuan.web.outlook.shown import outlook

from .shop import page

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    seed()
    Standard.objects.filter(key="equity.draws").update(value=10)
    return build()


@pytest.mark.slow
@pytest.mark.both
def test_every_page_of_the_demo_bank_has_numbers(world: World, client: Client) -> None:
    assert "lin_zhou" in {name for _title, name, _password in sample.load()}
    assert sample.load() == []
    assert set(Purchase.objects.exclude(problem="").values_list("problem", flat=True)) == set(Problem.values)
    director = User.objects.get(username="lin_zhou")
    found = board(director)
    figures = (found.product, found.contribution, found.sales, found.clv)
    for figure in (*figures, found.brand, found.equity, found.market, found.equity_share):
        assert figure.value is not None, figure.missing
    assert Case.objects.filter(kind="value_at_risk").exists()
    assert {tile.face for tile in tiles(director)} == {"good"}
    run = ModelRun.objects.get()
    assert run.holdout["loses"] is False
    for name in (
        "board",
        "customers",
        "segments",
        "holdout",
        "orders",
        "problems",
        "costs",
        "surveys",
        "market",
        "consents",
        "offer-preview",
        "offer-send",
        "rounds",
        "sends",
        "offers",
        "offer-rules",
        "coupons",
        "scans",
        "campaigns",
        "cares",
        "contacts",
        "cohorts",
    ):
        assert page(client, director, name)
    sent = ledger(OfferRound.objects.get())
    assert sent.opened_share is not None
    assert sent.dropped == {"withdrawn": 1}
    assert set(CouponScan.objects.values_list("outcome", flat=True)) == {"redeemed", "used"}
    assert Coupon.objects.filter(source="near").exists()
    assert indicators(Campaign.objects.get()).click_through is not None
    assert list((Path(settings.HOME) / "demo-mail").iterdir())
    assert {tile.face for tile in figures_of(director)} == {"good"}
    assert Aim.objects.filter(unit__code="DEMO-BANK", reviews__verdict="behind").exists()
    assert owed_by(director)["pairs"] == 3
    for cohort in Cohort.objects.all():
        assert contract(cohort).renewed
    sample.clear(Unit.objects.get(code="DEMO-BANK"))
    assert not Contact.objects.exists()
    assert not Score.objects.exists()
    assert not Purchase.objects.exists()
    assert not Consent.objects.exists()
    assert not (Path(settings.HOME) / "demo-mail").exists()
    assert not Coupon.objects.exists()


def figures_of(director: User) -> list[Tile]:
    """The first screen's, of this system."""
    return [tile for tile in outlook(director, date(2026, 11, 28)).tiles if "风险价值" in str(tile.label)]


def test_without_orders_a_tile_says_where_to_begin(world: World) -> None:
    (tile,) = tiles(world.sun_qian)
    assert tile.face == "empty"
    assert tile.links[0].url == "/equity/orders/import/"
