"""Every table of the instruments keeps the contract of tables."""

from datetime import timedelta
from typing import ClassVar

from django.utils import timezone

from bihuan.kernel.models import Person
from bihuan.kernel.tests.world import World, a_case, person
from bihuan.systems.instruments.lists.alarms import AlarmsListing
from bihuan.systems.instruments.lists.journals import JournalsListing, OrphansListing
from bihuan.systems.instruments.lists.permits import PermitsListing
from bihuan.systems.instruments.lists.register import InstrumentsListing
from bihuan.systems.instruments.lists.sessions import SessionsListing
from bihuan.systems.instruments.models import Alarm, Authorisation, Instrument, Journal, Session, Swipe
from bihuan.web.listing import Listing
from bihuan.web.tests.listing_contract import ListingContract

from .lab import ZHANG, alarm, instrument, journal, use


def the_instrument(world: World) -> Instrument:
    found = Instrument.objects.filter(code="DNA01").first()
    return found or instrument("DNA01", "高速冷冻离心机", world.lab)


class TestInstruments(ListingContract):
    listing: ClassVar[type[Listing]] = InstrumentsListing

    def make(self, world: World, n: int) -> None:
        start = Instrument.objects.count()
        for number in range(start, start + n):
            archived = timezone.now()
            instrument(f"DNA{number:02d}", "离心机", world.lab, owner=world.wu_min, archived_at=archived)


class TestSessions(ListingContract):
    listing: ClassVar[type[Listing]] = SessionsListing

    def make(self, world: World, n: int) -> None:
        row, start = the_instrument(world), Session.objects.count()
        for number in range(start, start + n):
            began = timezone.now() - timedelta(hours=2 * number + 2)
            use(row, world.zhang_san, began, began + timedelta(hours=1), flags=["cooldown"])


class TestAlarms(ListingContract):
    listing: ClassVar[type[Listing]] = AlarmsListing

    def make(self, world: World, n: int) -> None:
        """Lasting ones with an open case, so that the last view holds them: one an instrument."""
        start = Alarm.objects.count()
        for number in range(start, start + n):
            row = instrument(f"DNA{number:02d}", "离心机", world.lab)
            alarm(row, timezone.now(), case=a_case(world, "unswiped_use", row.code))


class TestJournals(ListingContract):
    listing: ClassVar[type[Listing]] = JournalsListing

    def make(self, world: World, n: int) -> None:
        row, start = the_instrument(world), Journal.objects.count()
        for number in range(start, start + n):
            journal(row, f"journal {number}", timezone.now(), received=1, rejected=1)


class TestOrphans(ListingContract):
    listing: ClassVar[type[Listing]] = OrphansListing

    def make(self, world: World, n: int) -> None:
        row, now = the_instrument(world), timezone.now()
        for _ in range(n):
            Swipe.objects.create(
                instrument=row,
                card=ZHANG,
                verb="close",
                at=now,
                role="orphan",
                settled_at=now,
                settled_by=world.wu_min,
            )


class TestPermits(ListingContract):
    listing: ClassVar[type[Listing]] = PermitsListing
    rows_have_pages = False

    def make(self, world: World, n: int) -> None:
        row, start = the_instrument(world), Person.objects.count()
        for number in range(start, start + n):
            holder = person(f"T{number:03d}", "学员", world.building, f"{number:010d}")
            Authorisation.objects.create(instrument=row, person=holder)
