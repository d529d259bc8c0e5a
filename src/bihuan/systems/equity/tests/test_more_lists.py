"""Tables of contacts and contracts keep the contract of tables."""

from datetime import date, timedelta
from typing import ClassVar

from django.utils import timezone

from bihuan.kernel.tests.world import World
from bihuan.systems.equity.lists.contacts import CaresListing, ContactsListing
from bihuan.systems.equity.lists.contracts import CohortsListing, OccasionsListing, RenewalsListing
from bihuan.systems.equity.models import Care, Cohort, Contact, Occasion, Renewal
from bihuan.web.listing import Listing
from bihuan.web.tests.listing_contract import ListingContract

from .shop import customers


class TestCares(ListingContract):
    listing: ClassVar[type[Listing]] = CaresListing

    def make(self, world: World, n: int) -> None:
        for customer in customers(world.building, n):
            Care.objects.create(customer=customer, executive=world.wu_min, since=date(2026, 10, 1))


class TestContacts(ListingContract):
    listing: ClassVar[type[Listing]] = ContactsListing

    def make(self, world: World, n: int) -> None:
        for k, customer in enumerate(customers(world.building, n)):
            Contact.objects.create(
                customer=customer,
                by=world.wu_min,
                on=date(2026, 10, 1) + timedelta(days=k),
                way="phone",
                note="谈了续约",
                logged_at=timezone.now(),
                logged_by=world.wu_min,
            )


def cohorts(world: World, n: int, kind: str) -> list[Cohort]:
    start = Cohort.objects.count()
    return [Cohort.objects.create(unit=world.building, code=f"P{start + k}", kind=kind) for k in range(n)]


class TestCohorts(ListingContract):
    listing: ClassVar[type[Listing]] = CohortsListing

    def make(self, world: World, n: int) -> None:
        cohorts(world, n, "renewals")


class TestRenewals(ListingContract):
    listing: ClassVar[type[Listing]] = RenewalsListing

    def make(self, world: World, n: int) -> None:
        for cohort in cohorts(world, n, "renewals"):
            Renewal.objects.create(cohort=cohort, period=0, retained=100)


class TestOccasions(ListingContract):
    listing: ClassVar[type[Listing]] = OccasionsListing

    def make(self, world: World, n: int) -> None:
        for cohort in cohorts(world, n, "chances"):
            Occasion.objects.create(cohort=cohort, x=1, last=2, chances=6, customers=9)
