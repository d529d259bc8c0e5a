"""Every table of the kernel keeps the contract of tables."""

from datetime import timedelta
from typing import ClassVar

from django.utils import timezone

from bihuan.kernel.act.access import create_token
from bihuan.kernel.act.calendar import set_days
from bihuan.kernel.act.cases import accept, resolve
from bihuan.kernel.act.events import record
from bihuan.kernel.models import (
    ApiToken,
    CalendarDay,
    Card,
    Case,
    Customer,
    Evidence,
    EvidenceAccess,
    Person,
    Place,
    Region,
    Role,
    Unit,
)
from bihuan.kernel.tests.world import World, a_case, account, person
from bihuan.web.listing import Listing
from bihuan.web.lists.accounts import AccountsListing, TokensListing
from bihuan.web.lists.audit import AuditListing, OpeningsListing
from bihuan.web.lists.calendar import CalendarListing
from bihuan.web.lists.callbacks import CallbacksListing
from bihuan.web.lists.cases import CasesListing
from bihuan.web.lists.customers import CustomersListing
from bihuan.web.lists.organisation import PlacesListing, RegionsListing, UnitsListing
from bihuan.web.lists.people import CardsListing, PeopleListing
from bihuan.web.lists.standards import StandardsListing
from bihuan.web.tests.listing_contract import ListingContract


class TestCases(ListingContract):
    listing: ClassVar[type[Listing]] = CasesListing

    def make(self, world: World, n: int) -> None:
        start = Case.objects.count()
        for number in range(start, start + n):
            a_case(world, "offline", f"DNA{number:02d}", customer=world.university)


class TestCallbacks(ListingContract):
    listing: ClassVar[type[Listing]] = CallbacksListing

    def make(self, world: World, n: int) -> None:
        start = Case.objects.count()
        for number in range(start, start + n):
            case = a_case(world, "offline", f"DNA{number:02d}")
            accept(case=case, user=world.wu_min)
            resolve(case=case, user=world.wu_min, verdict="put_right", text="网线松动，已重新插好")


class TestCustomers(ListingContract):
    listing: ClassVar[type[Listing]] = CustomersListing

    def make(self, world: World, n: int) -> None:
        start = Customer.objects.count()
        for number in range(start, start + n):
            Customer.objects.create(number=f"C1{number:02d}", name=f"江州客户{number}", unit=world.building)


class TestUnits(ListingContract):
    listing: ClassVar[type[Listing]] = UnitsListing

    def make(self, world: World, n: int) -> None:
        start = Unit.objects.count()
        for number in range(start, start + n):
            Unit.objects.create(name=f"实验室{number}", code=f"L{number}", parent=world.building)


class TestRegions(ListingContract):
    listing: ClassVar[type[Listing]] = RegionsListing
    outsider = None

    def make(self, world: World, n: int) -> None:
        top, _made = Region.objects.get_or_create(code="JZ", name="江州市")
        start = Region.objects.count()
        for number in range(start, start + n):
            Region.objects.create(name=f"江北{number}区", code=f"Q{number}", parent=top)


class TestPlaces(ListingContract):
    listing: ClassVar[type[Listing]] = PlacesListing

    def make(self, world: World, n: int) -> None:
        start = Place.objects.count()
        for number in range(start, start + n):
            Place.objects.create(name=f"房间{number}", code=f"R{number}", unit=world.building)


class TestPeople(ListingContract):
    listing: ClassVar[type[Listing]] = PeopleListing

    def make(self, world: World, n: int) -> None:
        start = Person.objects.count()
        for number in range(start, start + n):
            person(f"S1{number:02d}", f"学生{number}", world.building, f"00090000{number:02d}")


class TestCards(ListingContract):
    listing: ClassVar[type[Listing]] = CardsListing

    def make(self, world: World, n: int) -> None:
        start = Card.objects.count()
        for number in range(start, start + n):
            Card.objects.create(number=f"00091000{number:02d}", person=world.li_si)


class TestStandards(ListingContract):
    listing: ClassVar[type[Listing]] = StandardsListing
    outsider = None

    def make(self, world: World, n: int) -> None:
        """The manifests declare them."""


class TestCalendar(ListingContract):
    listing: ClassVar[type[Listing]] = CalendarListing
    insider = "chen_jing"
    outsider = None
    rows_have_pages = False

    def make(self, world: World, n: int) -> None:
        first = timezone.localdate() + timedelta(days=CalendarDay.objects.count())
        set_days(
            user=world.admin, days=[(first + timedelta(days=day), False, "江州校庆") for day in range(n)]
        )


class TestAudit(ListingContract):
    listing: ClassVar[type[Listing]] = AuditListing
    insider = "chen_jing"
    outsider = None
    rows_have_pages = False

    def make(self, world: World, n: int) -> None:
        case = Case.objects.first() or a_case(world, "offline")
        for _ in range(n):
            record(verb="case.comment", actor=world.wu_min, case=case, subject="DNA01")


class TestOpenings(ListingContract):
    listing: ClassVar[type[Listing]] = OpeningsListing
    insider = "chen_jing"
    outsider = "gao_yuan"
    rows_have_pages = False

    def make(self, world: World, n: int) -> None:
        now = timezone.now()
        photo = Evidence.objects.create(
            sha256="a" * 64, size=1, media_type="image/jpeg", unit=world.building, added_at=now, private=True
        )
        for _ in range(n):
            EvidenceAccess.objects.create(evidence=photo, user=world.wu_min, at=now, granted=True)


class TestAccounts(ListingContract):
    listing: ClassVar[type[Listing]] = AccountsListing
    insider = "admin"
    outsider = None

    def make(self, world: World, n: int) -> None:
        start = type(world.admin).objects.count()
        for number in range(start, start + n):
            account(f"user{number}", f"江某{number}", Role.VIEWER, world.building, superior=world.sun_qian)


class TestTokens(ListingContract):
    listing: ClassVar[type[Listing]] = TokensListing
    insider = "admin"
    outsider = None
    rows_have_pages = False

    def make(self, world: World, n: int) -> None:
        start = ApiToken.objects.count()
        for number in range(start, start + n):
            create_token(name=f"江州{number}", user=world.wu_min, scopes=["read"])
