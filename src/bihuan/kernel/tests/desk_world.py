"""The small world with the desk's manifest in it, its posts held by somebody."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.test import override_settings

from bihuan.kernel import registry
from bihuan.kernel.act import calendar, duty, standards
from bihuan.kernel.act.cases import open_case
from bihuan.kernel.act.cases.open import Breach
from bihuan.kernel.models import Case, Evidence, Role, User
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.tests.once import once
from bihuan.kernel.tests.world import World, account, build

CACHED = [each for each in vars(registry).values() if hasattr(each, "cache_clear")]
"""Whatever the registry remembers of the manifests: all of it, or the next test sees the desk's."""


@contextmanager
def desk() -> Iterator[World]:
    """Only the kernel and the desk; the gazetted calendar; 孙倩 is head, 周平 deputy."""
    with override_settings(SYSTEMS=("bihuan.kernel.tests.desk",)):
        for each in CACHED:
            each.cache_clear()
        try:
            yield furnished()
        finally:
            for each in CACHED:
                each.cache_clear()


@once
def furnished() -> World:
    calendar.seed()
    standards.seed()
    duty.seed()
    world = build()
    duty.appoint(key="head", unit=world.jiangzhou, to=world.sun_qian)
    duty.appoint(key="deputy", unit=world.jiangzhou, to=zhou_ping(world))
    return world


def zhou_ping(world: World) -> User:
    found = User.objects.filter(username="zhou_ping").first()
    return found or account("zhou_ping", "周平", Role.MANAGER, world.jiangzhou)


def at(text: str) -> datetime:
    """`2025-01-24 10:00` by the clock of the calendar."""
    return datetime.fromisoformat(text).replace(tzinfo=working_calendar().zone)


def local(moment: datetime | None) -> str:
    """The reverse, to the minute."""
    return moment.astimezone(working_calendar().zone).strftime("%Y-%m-%d %H:%M") if moment else ""


def a_complaint(world: World, when: str, **more: object) -> Case:
    return an(world, "complaint", when, **more)


def an(world: World, kind: str, when: str, **more: object) -> Case:
    said = {"episode": when, "subject": "LN-95598-01", "owner": world.wu_min, **more}
    return open_case(breach=Breach(kind=kind, at=at(when), unit=world.building, **said))[0]  # type: ignore[arg-type]


def a_file(case: Case, when: datetime) -> Evidence:
    """A row of evidence; what its file holds is another matter."""
    return Evidence.objects.create(
        case=case, sha256="0" * 64, media_type="image/jpeg", size=1, unit=case.unit, added_at=when
    )
