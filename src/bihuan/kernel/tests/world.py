"""The small world that tests share: two units under one root, a few people, one account of each role.

江州分公司 > 生科楼 and 北山分公司 beside them; 张三, 李四, 王五 with a card each in 生科楼.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from bihuan.kernel.act import standards
from bihuan.kernel.act.cases import open_case
from bihuan.kernel.act.cases.open import Breach
from bihuan.kernel.models import Card, Case, Customer, Person, Place, Role, Unit, User
from bihuan.kernel.tests.once import once

MONDAY = datetime(2026, 11, 23, 10, 0)
"""A working day; make it aware with `monday()`."""


@dataclass(frozen=True)
class World:
    """Everybody by name. Nobody has a password: tests sign in with `client.force_login`."""

    root: Unit
    jiangzhou: Unit
    building: Unit
    beishan: Unit
    lab: Place
    zhang_san: Person
    li_si: Person
    wang_wu: Person
    admin: User
    chen_jing: User
    """director of everything"""
    sun_qian: User
    """manager of 江州分公司: verifies"""
    wu_min: User
    """case owner of 生科楼"""
    he_jia: User
    """viewer of 生科楼"""
    gao_yuan: User
    """manager of 北山分公司: sees nothing of 江州"""
    university: Customer


def monday() -> datetime:
    return timezone.make_aware(MONDAY)


def account(username: str, name: str, role: Role, unit: Unit, **more: Any) -> User:
    user = User(username=username, name=name, role=role, unit=unit, **more)
    user.set_unusable_password()
    user.save()
    return user


def person(number: str, name: str, unit: Unit, card: str) -> Person:
    row = Person.objects.create(number=number, name=name, unit=unit)
    Card.objects.create(number=card, person=row)
    return row


seed = once(standards.seed)
"""A first version of every standard."""


@once
def build() -> World:
    root = Unit.objects.create(name="总部", code="HQ")
    jiangzhou = Unit.objects.create(name="江州分公司", code="JZ", parent=root)
    building = Unit.objects.create(name="生科楼", code="SKL", parent=jiangzhou)
    beishan = Unit.objects.create(name="北山分公司", code="BS", parent=root)
    sun_qian = account("sun_qian", "孙倩", Role.MANAGER, jiangzhou)
    return World(
        root=root,
        jiangzhou=jiangzhou,
        building=building,
        beishan=beishan,
        lab=Place.objects.create(name="细胞室", code="SKL-301", floor="3", unit=building),
        zhang_san=person("S001", "张三", building, "0008075634"),
        li_si=person("S002", "李四", building, "0008075635"),
        wang_wu=person("S003", "王五", building, "0008075636"),
        admin=account("admin", "管理员", Role.ADMINISTRATOR, root),
        chen_jing=account("chen_jing", "陈静", Role.DIRECTOR, root),
        sun_qian=sun_qian,
        wu_min=account("wu_min", "吴敏", Role.OWNER, building, superior=sun_qian),
        he_jia=account("he_jia", "何佳", Role.VIEWER, building),
        gao_yuan=account("gao_yuan", "高远", Role.MANAGER, beishan),
        university=Customer.objects.create(number="C001", name="江州大学", unit=jiangzhou),
    )


def a_case(world: World, kind: str, subject: str = "DNA01", **more: Any) -> Case:
    """One open case of 生科楼, owned by 吴敏 unless told otherwise."""
    wanted = {
        "episode": f"{subject}-1",
        "at": timezone.now(),
        "unit": world.building,
        "subject_name": subject,
        "owner": world.wu_min,
        **more,
    }
    case, _fresh = open_case(breach=Breach(kind=kind, subject=subject, **wanted))
    return case
