"""The small branch with its scorecards in force and halls of every kind, for checks and visits."""

from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from bihuan.kernel import clock
from bihuan.kernel.act import duty
from bihuan.kernel.models import Obligation, Place, Role, Unit, User
from bihuan.kernel.tests.desk_world import at
from bihuan.kernel.tests.once import once
from bihuan.kernel.tests.world import account
from bihuan.systems.service import act
from bihuan.systems.service.act.inspections import Filled, Shot
from bihuan.systems.service.models import Hall, Inspection, Scorecard, ScorecardItem
from bihuan.systems.service.rules.inspection import Said

from .yingkou import Branch, build

ROWS = (
    {"section": "环境", "text": "大厅整洁", "points": 20, "veto": False},
    {"section": "行为", "text": "主动迎候", "points": 30, "veto": False},
    {"section": "红线", "text": "不拒绝客户", "points": 50, "veto": True},
)


@dataclass
class Checked:
    branch: Branch
    halls: Unit
    leader: User
    """case owner of the halls, 何班长"""
    watcher: User
    visitor: User
    inspector: User
    cards: dict[str, Scorecard] = field(default_factory=dict)

    @property
    def hall(self) -> Hall:
        return self.branch.hall

    def items(self, subject: str = "visits") -> list[ScorecardItem]:
        return list(self.cards[subject].items.all())


@once
def checked() -> Checked:
    """南关营业厅 is of level 2; every kind of card holds from the beginning of 2025."""
    branch = build()
    team = Unit.objects.create(name="营业班", code="DSQ-H", parent=branch.branch)
    Place.objects.filter(pk=branch.hall.place_id).update(unit=team)
    branch.hall.place.refresh_from_db()
    visitor = account("qian_visit", "钱巡查", Role.MANAGER, branch.branch)
    duty.appoint(key="service_manager", unit=branch.branch, to=visitor)
    world = Checked(
        branch=branch,
        halls=team,
        leader=account("he_leader", "何班长", Role.OWNER, team),
        watcher=branch.posts["video_supervisor"],
        visitor=visitor,
        inspector=branch.posts["service_centre"],
    )
    for subject in ("video", "visits", "halls", "centre"):
        card = act.draft_card(subject=subject, user=branch.director, at=at("2025-01-01 09:00"))
        act.keep_card(card=card, user=branch.director, title=f"{subject}评分表", rows=ROWS)
        Scorecard.objects.filter(pk=card.pk).update(valid_from="2025-01-01")
        world.cards[subject] = card
    return world


def hall(world: Checked, code: str, level: int, *, urban: bool = False, **more: Any) -> Hall:
    place = Place.objects.create(code=code, name=f"{code}营业厅", unit=world.halls)
    return Hall.objects.create(place=place, level=level, urban=urban, **more)


def filled(
    world: Checked,
    when: str,
    *,
    kind: str = "visit",
    marks: tuple[float | None, ...] = (20, 30, 50),
    said: dict[int, Said] | None = None,
    number: str = "",
    shots: tuple[Shot, ...] = (),
    where: Hall | None = None,
) -> Filled:
    """A filled card of the hall; `said` by place of the item, from 0."""
    items = world.items({"visit": "visits", "video": "video", "scored": "halls"}[kind])
    return Filled(
        number=number or f"{kind}-{when}",
        kind=kind,
        hall=where or world.hall,
        at=at(when),
        marks={item.pk: mark for item, mark in zip(items, marks, strict=True)},
        said={items[place].pk: words for place, words in (said or {}).items()},
        shots=shots,
    )


def looked(world: Checked, when: str, by: User | None = None, **more: Any) -> Inspection:
    """A signed record of the hall at that instant."""
    return act.inspect(filled=filled(world, when, **more), by=by or world.visitor, now=at(when))[0]


def typed(
    world: Checked, kind: str = "visit", *, at: str, marks: tuple[str, ...] = ("20", "30", "50"), **more: Any
) -> dict[str, Any]:
    """What the page sends; further fields by `text_1`, `finding_1`, `photo_1` of the item's place from 0."""
    subject = {"visit": "visits", "video": "video", "scored": "halls"}[kind]
    items = world.items(subject)
    data: dict[str, Any] = {
        "number": more.pop("number", f"{kind}-{at}"),
        "card": world.cards[subject].pk,
        "at": at.replace(" ", "T"),
        "note": more.pop("note", ""),
    }
    for item, mark in zip(items, marks, strict=True):
        data[f"mark-{item.pk}"] = mark
    for key, value in more.items():
        name, _line, place = key.rpartition("_")
        data[f"{name}-{items[int(place)].pk}" if place.isdigit() else key] = value
    return data


def send(client: Client, user: User, kind: str, code: str, data: dict[str, Any], **headers: str) -> Any:
    client.force_login(user)
    return client.post(reverse("service:inspect", args=[kind, code]), data, headers=headers)


def picture(name: str = "photo.jpg") -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


def nights(*moments: str) -> None:
    """The worker at these moments and two minutes later; the first one is the installation."""
    for moment in moments:
        clock.run_due(at(moment))
        clock.run_due(at(moment) + timedelta(minutes=2))


def owed(key: str, begins: str, code: str = "H2-01") -> Obligation:
    return Obligation.objects.get(key=f"service.{key}", subject=code, begins_on=begins)
