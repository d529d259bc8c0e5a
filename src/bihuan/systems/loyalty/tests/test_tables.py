"""Every table keeps what tables of this house promise."""

from datetime import date

from bihuan.kernel.tests.world import World
from bihuan.systems.loyalty import act
from bihuan.systems.loyalty.lists.answers import AnswersListing
from bihuan.systems.loyalty.lists.growth import GrowthListing
from bihuan.systems.loyalty.lists.huddles import DecisionsListing, HuddlesListing
from bihuan.systems.loyalty.lists.invitations import InvitationsListing
from bihuan.systems.loyalty.lists.journey import TouchpointsListing
from bihuan.systems.loyalty.lists.programmes import (
    BorrowedListing,
    FramesListing,
    MembersListing,
    ProgrammesListing,
)
from bihuan.systems.loyalty.models import (
    Borrowed,
    Decision,
    Frame,
    GrowthYear,
    Huddle,
    JourneyStage,
    Member,
    Programme,
    Touchpoint,
)
from bihuan.web.tests.listing_contract import ListingContract

from .bank import NOW, Bank, answered, build_bank, customer


class _Contract(ListingContract):
    def make(self, world: World, n: int) -> None:
        if not Programme.objects.filter(code="NPS").exists():
            self.bank = build_bank(world=world)
        for _place in range(n):
            self.one(self.bank, self.listing.model._default_manager.count())

    def one(self, bank: Bank, n: int) -> None:
        raise NotImplementedError


class TestAnswers(_Contract):
    listing = AnswersListing

    def one(self, bank: Bank, n: int) -> None:
        answered(bank, [(3, 8, 10)[n % 3]], customer=customer(bank, f"K{n}"), text="慢")


class TestInvitations(_Contract):
    listing = InvitationsListing
    rows_have_pages = False

    def one(self, bank: Bank, n: int) -> None:
        unit = bank.cards[n % 3]
        act.invite(programme=bank.programme, unit=unit, channel="qr", user=None, count=1)


class TestProgrammes(_Contract):
    listing = ProgrammesListing

    def one(self, bank: Bank, n: int) -> None:
        Programme.objects.create(code=f"P{n}", name="推广", unit=bank.cards[n % 3], starts_on="2026-12-01")


class TestMembers(_Contract):
    listing = MembersListing

    def one(self, bank: Bank, n: int) -> None:
        row = Programme.objects.create(code=f"P{n}", name="推广", unit=bank.cards[0], starts_on="2026-12-01")
        Member.objects.create(programme=row, unit=bank.cards[0], arm="pilot")


class TestFrames(_Contract):
    listing = FramesListing

    def one(self, bank: Bank, n: int) -> None:
        Frame.objects.create(programme=bank.programme, dimension="segment", key=f"{n}", size=100)


class TestBorrowed(_Contract):
    listing = BorrowedListing

    def one(self, bank: Bank, n: int) -> None:
        row = Borrowed(number=f"J{n}", programme=bank.programme, kind="people", what="两人")
        row.lender, row.since_on = bank.loans[0], date(2026, 10, 1)
        row.save()


class TestTouchpoints(_Contract):
    listing = TouchpointsListing

    def one(self, bank: Bank, n: int) -> None:
        stage, _fresh = JourneyStage.objects.get_or_create(code="J1", defaults={"name": "使用", "place": 1})
        Touchpoint.objects.create(code=f"T{n}", name="账单", stage=stage, unit=bank.cards[0])


class TestHuddles(_Contract):
    listing = HuddlesListing

    def one(self, bank: Bank, n: int) -> None:
        Huddle.objects.create(programme=bank.programme, unit=bank.cards[0], held_at=NOW, led_by=bank.boss)


class TestDecisions(_Contract):
    listing = DecisionsListing

    def one(self, bank: Bank, n: int) -> None:
        row = Huddle.objects.create(
            programme=bank.programme, unit=bank.cards[0], held_at=NOW, led_by=bank.boss
        )
        Decision.objects.create(huddle=row, text=f"决定{n}", owner=bank.caller, due_on="2026-12-01")


class TestGrowth(_Contract):
    listing = GrowthListing

    def one(self, bank: Bank, n: int) -> None:
        GrowthYear.objects.create(
            unit=bank.cards[0],
            year=2000 + n,
            base=100,
            retained=85,
            earned_new=25,
            bought_new=20,
            source="账目",
        )
