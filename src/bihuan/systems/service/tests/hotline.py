"""The 95598 hotline of the small branch: two agents, scorers, recordings, a scorecard, a quarter's draw."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from struct import pack

from bihuan.kernel.models import Person, Role, Unit, User
from bihuan.kernel.tests.desk_world import at
from bihuan.kernel.tests.once import once
from bihuan.kernel.tests.world import account
from bihuan.systems.service import act
from bihuan.systems.service.act.recordings import Incoming, Taken
from bihuan.systems.service.models import CardSubject, Draw, Job, Recording, Review, Scorecard, Staff
from bihuan.systems.service.read.voice import voice_frame, voice_params
from bihuan.systems.service.rules.call_files import Told

from .yingkou import Branch, build

NONCES = ("branch-secret-0001", "centre-secret-0002")
DIGESTS = tuple(sha256(nonce.encode()).hexdigest() for nonce in NONCES)
PARTIES = ("大石桥供电分公司", "客服中心")
"""`boss` (营销管理室主任) speaks for the first, `second` (the service centre) for the other."""
AFTER = "2026-04-02 09:00"
"""The first quarter of 2026 has ended."""


@dataclass(frozen=True)
class Hotline:
    branch: Branch
    team: Unit
    lan: Staff
    """Agent 8011, 兰座席, with an account that may score."""
    mei: Staff
    """Agent 8012, 梅座席."""
    lan_user: User
    boss: User
    """营销管理室主任: manager of the branch"""
    second: User
    director: User


def wav(seconds: float = 60, sound: bytes = b"\0") -> bytes:
    """A WAV file of 8 bytes a second, so that a long call is a small file; `sound` makes it another one."""
    data = (sound * 8 * max(int(seconds), 1))[: int(seconds * 8)]
    form = pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 8, 8, 1, 8)
    body = b"WAVE" + form + pack("<4sI", b"data", len(data)) + data
    return pack("<4sI", b"RIFF", len(body)) + body


@once
def build_hotline() -> Hotline:
    branch = build()
    team = Unit.objects.create(name="95598座席班", code="DSQ-95598", parent=branch.branch)
    people = [
        Person.objects.create(number=n, name=name, unit=team)
        for n, name in (("8011", "兰座席"), ("8012", "梅座席"))
    ]
    lan, mei = (Staff.objects.create(person=row, team=team, job=Job.AGENT) for row in people)
    boss = branch.posts["marketing_head"]
    return Hotline(
        branch=branch,
        team=team,
        lan=lan,
        mei=mei,
        lan_user=account("lan", "兰座席", Role.MANAGER, branch.branch, person=people[0]),
        boss=boss,
        second=branch.posts["service_centre"],
        director=branch.director,
    )


def incoming(name: str, data: bytes) -> Incoming:
    return Incoming(name, len(data), lambda: iter([data]))


def bring(
    world: Hotline,
    files: Iterable[tuple[str, bytes]],
    table: dict[str, Told] | None = None,
    user: User | None = None,
) -> Taken:
    given = [incoming(name, data) for name, data in files]
    return act.take_recordings(
        files=given, table=table or {}, unit=world.branch.branch, user=user or world.boss, at=at(AFTER)
    )


def calls(world: Hotline, agent: str = "8012", n: int = 6, seconds: float = 60) -> list[Recording]:
    """So many calls of an agent, one a day from 6 January 2026 on."""
    first = datetime(2026, 1, 6, 9, 30)
    names = [f"{agent}_{first + timedelta(days=day):%Y%m%d-%H%M%S}_电费.wav" for day in range(n)]
    made = bring(world, [(name, wav(seconds, name.encode()[-40:])) for name in names])
    assert not made.refused, made.refused
    return made.new


def card(world: Hotline) -> Scorecard:
    """Two items of 50 points, the second with veto."""
    found = act.draft_card(subject=CardSubject.CALLS, user=world.director, at=at("2026-01-02 09:00"))
    rows = [
        {"section": "", "text": "答复正确", "points": 50, "veto": False},
        {"section": "", "text": "不说服务忌语", "points": 50, "veto": True},
    ]
    act.keep_card(card=found, user=world.director, title="95598语音质量评分表", rows=rows)
    Scorecard.objects.filter(pk=found.pk).update(valid_from="2026-01-05")
    found.refresh_from_db()
    return found


def called(world: Hotline, user: User | None = None) -> Draw:
    unit = world.branch.branch
    return act.call(
        kind="voice",
        year=2026,
        quarter=1,
        unit=unit,
        user=user or world.boss,
        frame=voice_frame(unit, 2026, 1),
        params=voice_params(unit, 2026, 1),
        parties=[act.Holder(PARTIES[0], world.boss), act.Holder(PARTIES[1], world.second)],
        at=at(AFTER),
    )


def commit(world: Hotline, user: User | None = None, nonces: Sequence[str] = NONCES) -> Draw:
    """Called, and promised by both parties, each from its own account."""
    draw = called(world, user)
    for party, nonce in zip((world.boss, world.second), nonces, strict=True):
        act.promise(draw=draw, user=party, digest=sha256(nonce.encode()).hexdigest(), at=at(AFTER))
    draw.refresh_from_db()
    return draw


def opened(world: Hotline, draw: Draw, nonces: Sequence[str] = NONCES, when: datetime | None = None) -> Draw:
    """Both parties bring their secrets."""
    for party, nonce in zip((world.boss, world.second), nonces, strict=True):
        act.bring(draw=draw, user=party, nonce=nonce, at=when or at(AFTER))
    draw.refresh_from_db()
    return draw


def begun(world: Hotline) -> Review:
    """Six calls of each agent, the quarter drawn: five of each, two of the ten for double scoring."""
    card(world)
    calls(world, "8011")
    calls(world, "8012")
    return Review.objects.get(draw=opened(world, commit(world)))


def give(review: Review, recording: Recording, user: User, first: float, second: float = 50) -> None:
    """A score on the card of `card`: points of its two items."""
    items = list(review.card.items.all())
    marks = {items[0].pk: first, items[1].pk: second}
    act.score(review=review, recording=recording, user=user, marks=marks, at=at("2026-04-03 10:00"))
