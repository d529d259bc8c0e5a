"""A branch with halls and areas, draws of the last quarter of 2026, answers through the real door."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from bihuan.kernel.act import surveys
from bihuan.kernel.act.surveys.take import Coming
from bihuan.kernel.models import Person, Place, Reply, Role, Unit, User, Wave
from bihuan.kernel.read.surveys.sheets import numbered
from bihuan.kernel.rules.calendar import SHANGHAI
from bihuan.kernel.tests.world import account
from bihuan.systems.service import act
from bihuan.systems.service.models import Area, Draw, Fieldwork, Hall, Job, Staff
from bihuan.systems.service.read.frames import areas_frame, areas_params, halls_frame, halls_params

from .yingkou import Branch, build

NONCES = ("branch-secret-0001", "centre-secret-0002")
PARTIES = ("营销管理室", "考核组")
OPENED = datetime(2026, 10, 8, 8, tzinfo=SHANGHAI)
MONDAY = datetime(2026, 10, 12, 9, tzinfo=SHANGHAI)
NOW = datetime(2026, 11, 2, 10, tzinfo=SHANGHAI)
"""When the tests take place: the quarter runs."""
COVERED = ("H3-03", "H3-04")
"""Asked in an earlier quarter of the year: the draw takes the others, and one of these if one falls away."""
CONTENT = {"csi-overall": 8, "csi-expected": 7, "csi-ideal": 6}
HALL = {"hall-place": 4, "hall-manner": 5, "hall-waiting": 3, "hall-skill": 4, "hall-settled": 1}
METER = {"meter-visits": 4, "meter-right": 5, "meter-told": 3, "meter-manner": 4, "meter-help": 1}


@dataclass(frozen=True)
class Field:
    branch: Branch
    boss: User
    """营销管理室主任: manager of the branch."""
    group: User
    team: Unit
    leader: User
    """Case owner of 营业班, whose halls are asked about."""


def build_field(areas: int = 0) -> Field:
    branch = build()
    team = Unit.objects.create(name="营业班", code="DSQ-Y", parent=branch.branch)
    for code in ("H3-01", "H3-02", *COVERED):
        place = Place.objects.create(code=code, name=f"{code}营业厅", unit=team)
        Hall.objects.create(place=place, level=3, footfall=6000)
    Hall.objects.filter(level=2).update(footfall=9000)
    for n in range(areas):
        person = Person.objects.create(number=f"C{n:02d}", name=f"抄表员{n}", unit=branch.branch)
        reader = Staff.objects.create(person=person, team=branch.branch, job=Job.READER)
        Area.objects.create(
            code=f"M{n:02d}", name=f"{n}号抄表区", unit=branch.branch, reader=reader, customers=800
        )
    return Field(
        branch,
        branch.posts["marketing_head"],
        branch.posts["assessment_group"],
        team,
        account("he_leader", "何班长", Role.OWNER, team),
    )


def draw_of(world: Field, kind: str = "halls", opened: datetime = OPENED) -> Draw:
    """Committed a day before and opened."""
    unit = world.branch.branch
    frame, params = (halls_frame, halls_params) if kind == "halls" else (areas_frame, areas_params)
    rows = frame(unit, 2026, 4)
    holders = [act.Holder(name, user) for name, user in zip(PARTIES, (world.boss, world.group), strict=True)]
    draw = act.call(
        kind=kind,
        year=2026,
        quarter=4,
        unit=unit,
        user=world.boss,
        frame=[{**row, "covered": row["id"] in COVERED} if "covered" in row else row for row in rows],
        params=params(unit, 2026, 4),
        parties=holders,
        at=opened - timedelta(days=1),
    )
    secrets = {each.account: f"{nonce}-{kind}-2026" for each, nonce in zip(holders, NONCES, strict=True)}
    for who, secret in secrets.items():
        digest = sha256(secret.encode()).hexdigest()
        act.promise(draw=draw, user=who, digest=digest, at=opened - timedelta(days=1))
    for who, secret in secrets.items():
        act.bring(draw=draw, user=who, nonce=secret, at=opened)
    draw.refresh_from_db()
    return draw


def interviewer(world: Field, number: str = "I01") -> Person:
    return Person.objects.create(number=number, name=f"访问员{number}", unit=world.branch.branch)


def issue(work: Fieldwork, count: int = 20, person: Person | None = None) -> None:
    surveys.issue_codes(wave=work.wave, count=count, user=None, interviewer=person)


def reply(wave: Wave, number: int, begun: datetime = MONDAY, seconds: int = 200, **answers: Any) -> Reply:
    """Sheet `number` comes back on paper: what was noted on it says when."""
    found = numbered(wave.pk, number)
    assert found is not None
    rest = HALL if wave.subject_kind == "hall" else METER
    coming = Coming(
        raw={**CONTENT, **rest, **answers},
        key=f"paper-{wave.pk}-{number:04d}",
        channel="paper",
        opened_at=begun,
        took_s=float(seconds),
        ended_at=begun + timedelta(seconds=seconds),
    )
    taken = surveys.take(found=found, coming=coming)
    return Reply.objects.select_related("wave__unit", "sheet").get(pk=taken.reply)


def answered(work: Fieldwork, scores: Sequence[int], first: int = 1) -> list[Reply]:
    """One sheet a score, every 20 minutes, each with answers of its own."""
    found = []
    for place, score in enumerate(scores):
        when = MONDAY + timedelta(days=place // 5, minutes=20 * (place % 5))
        mixed = {"hall-place": 1 + place % 5} if work.hall else {"meter-visits": 1 + place % 5}
        raw = {**dict.fromkeys(CONTENT, score), **mixed}
        found.append(reply(work.wave, first + place, when, 200 + 7 * place, **raw))
    return found
