"""Recordings, scores, meetings, draws and scorecards keep the contract of tables."""

from datetime import date, timedelta
from hashlib import sha256
from typing import ClassVar

from django.utils import timezone

from bihuan.kernel.models import Evidence, Person
from bihuan.kernel.tests.world import World
from bihuan.systems.service.lists.draws import DrawsListing, ScorecardsListing
from bihuan.systems.service.lists.voice import MeetingsListing, RecordingsListing, ScoresListing
from bihuan.systems.service.models import (
    CallScore,
    Draw,
    Job,
    Recording,
    Review,
    ReviewMeeting,
    Scorecard,
    Staff,
)
from bihuan.web.listing import Listing
from bihuan.web.tests.listing_contract import ListingContract


def recordings(world: World, n: int) -> list[Recording]:
    agent = Staff.objects.filter(job=Job.AGENT).first()
    if agent is None:
        person = Person.objects.create(number="8012", name="梅座席", unit=world.building)
        agent = Staff.objects.create(person=person, team=world.building, job=Job.AGENT)
    start, now = Recording.objects.count(), timezone.now()
    made = []
    for number in range(start, start + n):
        digest = sha256(str(number).encode()).hexdigest()
        kept = Evidence.objects.create(
            sha256=digest, size=1, media_type="audio/wav", unit=world.building, added_at=now, private=True
        )
        made.append(
            Recording.objects.create(
                sha256=digest,
                code=digest[:16],
                evidence=kept,
                agent=agent,
                agent_number="8012",
                unit=world.building,
                started_at=now - timedelta(hours=number),
                duration_s=60,
                business="江州电费",
                source="folder",
            )
        )
    return made


def draws(world: World, n: int) -> list[Draw]:
    start = Draw.objects.count()
    return [
        Draw.objects.create(
            kind="voice",
            year=2020 + number // 4,
            quarter=number % 4 + 1,
            unit=world.building,
            commitment=sha256(str(number).encode()).hexdigest(),
            plan_version="voice-1",
            called_at=timezone.now(),
            called_by=world.sun_qian,
            committed_at=timezone.now(),
        )
        for number in range(start, start + n)
    ]


def card(world: World, version: int = 1) -> Scorecard:
    return Scorecard.objects.create(
        subject="calls", version=version, title="江州评分表", made_at=timezone.now(), made_by=world.sun_qian
    )


class TestRecordings(ListingContract):
    listing: ClassVar[type[Listing]] = RecordingsListing

    def make(self, world: World, n: int) -> None:
        recordings(world, n)


class TestScores(ListingContract):
    listing: ClassVar[type[Listing]] = ScoresListing

    def make(self, world: World, n: int) -> None:
        review = Review.objects.first() or Review.objects.create(
            draw=draws(world, 1)[0], card=card(world), begun_at=timezone.now()
        )
        for row in recordings(world, n):
            CallScore.objects.create(
                review=review,
                recording=row,
                scorer=world.sun_qian,
                round=1,
                total=90,
                at=timezone.now(),
                shown=True,
            )


class TestMeetings(ListingContract):
    listing: ClassVar[type[Listing]] = MeetingsListing

    def make(self, world: World, n: int) -> None:
        for _ in range(n):
            ReviewMeeting.objects.create(
                unit=world.building, held_on=date(2026, 4, 10), chair="江主任", attendees="江\n州"
            )


class TestDraws(ListingContract):
    listing: ClassVar[type[Listing]] = DrawsListing

    def make(self, world: World, n: int) -> None:
        draws(world, n)


class TestScorecards(ListingContract):
    listing: ClassVar[type[Listing]] = ScorecardsListing
    outsider = None

    def make(self, world: World, n: int) -> None:
        start = Scorecard.objects.count()
        for number in range(start + 1, start + n + 1):
            card(world, number)
