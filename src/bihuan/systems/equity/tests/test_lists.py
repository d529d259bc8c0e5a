"""Tables of customer equity keep the contract of tables."""

from datetime import date, timedelta
from typing import ClassVar

from bihuan.kernel.models import Customer
from bihuan.kernel.tests.desk_world import at
from bihuan.kernel.tests.world import World
from bihuan.systems.equity.lists.answers import AnswersListing
from bihuan.systems.equity.lists.customers import CustomersListing, ExclusionsListing, RunsListing
from bihuan.systems.equity.lists.market import BrandsListing, EstimatesListing, SurveysListing
from bihuan.systems.equity.lists.money import CostsListing, MarginsListing, RatesListing
from bihuan.systems.equity.lists.orders import OrdersListing, ProblemsListing
from bihuan.systems.equity.models import (
    Brand,
    BrandAnswer,
    BrandSurvey,
    Cost,
    Exclusion,
    Margin,
    MarketEstimate,
    ModelRun,
    Purchase,
    Rate,
    Score,
)
from bihuan.web.listing import Listing
from bihuan.web.tests.listing_contract import ListingContract

from .shop import customers, line


def a_run(world: World, n: int = 0) -> ModelRun:
    return ModelRun.objects.create(
        unit=world.building,
        made_at=at("2026-10-10 09:00") + timedelta(days=n),
        end_on=date(2026, 9, 30),
        state="fitted",
        equity=100_000,
        customers=9,
    )


def one_run(world: World) -> ModelRun:
    return ModelRun.objects.first() or a_run(world)


def a_survey(world: World, n: int) -> BrandSurvey:
    return BrandSurvey.objects.create(
        unit=world.building,
        code=f"B{n:03d}",
        title=f"品牌调查{n}",
        on=date(2026, 9, 1),
        market=1000,
        discount="0.1",
    )


class TestOrders(ListingContract):
    listing: ClassVar[type[Listing]] = OrdersListing
    rows_have_pages = False

    def make(self, world: World, n: int) -> None:
        for customer in customers(world.building, n):
            line(customer, date(2026, 1, 5), 30)


class TestProblems(ListingContract):
    listing: ClassVar[type[Listing]] = ProblemsListing
    rows_have_pages = False

    def make(self, world: World, n: int) -> None:
        for customer in customers(world.building, n):
            line(customer, date(2026, 1, 5), 0, problem="zero")


class TestRates(ListingContract):
    listing: ClassVar[type[Listing]] = RatesListing
    outsider = None
    rows_have_pages = False

    def make(self, world: World, n: int) -> None:
        start = Rate.objects.count()
        for k in range(start, start + n):
            Rate.objects.create(currency="USD", valid_from=date(2026, 1, 1) + timedelta(days=k), rate="7.1")


class TestMargins(ListingContract):
    listing: ClassVar[type[Listing]] = MarginsListing
    rows_have_pages = False

    def make(self, world: World, n: int) -> None:
        start = Margin.objects.count()
        for k in range(start, start + n):
            Margin.objects.create(
                unit=world.building, category=f"品类{k}", valid_from=date(2026, 1, 1), ratio="0.2"
            )


class TestCosts(ListingContract):
    listing: ClassVar[type[Listing]] = CostsListing

    def make(self, world: World, n: int) -> None:
        for customer in customers(world.building, n):
            Cost.objects.create(
                customer=customer,
                kind="serve",
                first_on=date(2026, 1, 1),
                last_on=date(2026, 1, 31),
                amount=5000,
            )


def a_score(run: ModelRun, customer: Customer, **more: object) -> Score:
    return Score.objects.create(
        run=run,
        customer=customer,
        **{
            "x": 3,
            "last_on": date(2026, 3, 3),
            "age_days": 300,
            "alive": 0.3,
            "expected": 1.5,
            "each": 8000.0,
            "clv": 12_000,
            "lost": 28_000,
            "tenth": 1,
            "profit": -500,
            **more,
        },
    )


class TestCustomers(ListingContract):
    listing: ClassVar[type[Listing]] = CustomersListing

    def make(self, world: World, n: int) -> None:
        for customer in customers(world.building, n):
            a_score(one_run(world), customer)

    def everything(self):  # type: ignore[no-untyped-def]
        from bihuan.web.listing.state import State

        return State(view="all")


class TestExclusions(ListingContract):
    listing: ClassVar[type[Listing]] = ExclusionsListing

    def make(self, world: World, n: int) -> None:
        for customer in customers(world.building, n):
            Exclusion.objects.create(run=one_run(world), customer=customer, reason="returned")


class TestRuns(ListingContract):
    listing: ClassVar[type[Listing]] = RunsListing

    def make(self, world: World, n: int) -> None:
        for k in range(n):
            a_run(world, k)


class TestEstimates(ListingContract):
    listing: ClassVar[type[Listing]] = EstimatesListing
    rows_have_pages = False

    def make(self, world: World, n: int) -> None:
        start = MarketEstimate.objects.count()
        for k in range(start, start + n):
            MarketEstimate.objects.create(
                unit=world.building,
                on=date(2026, 1, 1),
                kind="panel",
                source=f"样本组{k}",
                n=900,
                sales=10**9,
            )


class TestSurveys(ListingContract):
    listing: ClassVar[type[Listing]] = SurveysListing

    def make(self, world: World, n: int) -> None:
        start = BrandSurvey.objects.count()
        for k in range(start, start + n):
            a_survey(world, k)


class TestBrands(ListingContract):
    listing: ClassVar[type[Listing]] = BrandsListing

    def make(self, world: World, n: int) -> None:
        survey = a_survey(world, BrandSurvey.objects.count())
        for k in range(n):
            Brand.objects.create(survey=survey, name=f"品牌{k}", margin=1000)


class TestAnswers(ListingContract):
    listing: ClassVar[type[Listing]] = AnswersListing

    def make(self, world: World, n: int) -> None:
        survey = a_survey(world, BrandSurvey.objects.count())
        brand = Brand.objects.create(survey=survey, name="甲", margin=1000)
        for k in range(n):
            BrandAnswer.objects.create(survey=survey, respondent=f"R{k}", brand=brand, next=True)


def test_a_purchase_knows_its_order_and_line() -> None:
    assert str(Purchase(order="A1", line=2)) == "A1/2"
