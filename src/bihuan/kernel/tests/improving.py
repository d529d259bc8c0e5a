"""A world with causes and cases coded with them."""

from datetime import date, timedelta

from bihuan.kernel.act.improvements import add_remedy, finish, finish_remedy, plan, propose, start
from bihuan.kernel.models import Case, Cause, Improvement, Role, Unit, User
from bihuan.kernel.tests.desk_world import an, at
from bihuan.kernel.tests.world import World, account


def queue() -> Cause:
    found, _made = Cause.objects.get_or_create(code="QUEUE", defaults={"name": "排队"})
    return found


def cases(world: World, *days: str, cause: Cause | None = None, unit: Unit | None = None) -> list[Case]:
    """One complaint a day named, coded with the cause."""
    found = []
    for day in days:
        case = an(world, "complaint", f"{day} 10:00", episode=f"{day}-{Case.objects.count()}")
        Case.objects.filter(pk=case.pk).update(cause=cause or queue(), unit=unit or world.building)
        case.refresh_from_db()
        found.append(case)
    return found


def many(world: World, first: date, count: int, every: int) -> list[Case]:
    return cases(world, *((first + timedelta(days=n * every)).isoformat() for n in range(count)))


def other_department(world: World) -> User:
    """李娜 of 北山 puts right what 江州 suffers from."""
    found = User.objects.filter(username="li_na").first()
    return found or account("li_na", "李娜", Role.OWNER, world.beishan, superior=world.gao_yuan)


def planned(world: World, *, now: str = "2026-03-02 09:00", owner: User | None = None) -> Improvement:
    item = propose(user=world.sun_qian, unit=world.building, cause=queue(), at=at(now))
    return plan(
        item=item,
        user=world.sun_qian,
        problem="下午窗口排队超过半小时",
        cause=queue(),
        owner=owner or world.wu_min,
        starts_on=date(2026, 4, 1),
        ends_on=date(2026, 5, 31),
        at=at(now),
    )


def running(world: World, owner: User | None = None) -> Improvement:
    item = planned(world, owner=owner)
    add_remedy(item=item, user=world.sun_qian, text="午间增开一个窗口", due_on=date(2026, 4, 30))
    return start(item=item, user=item.owner or world.wu_min, on=date(2026, 4, 1), at=at("2026-04-01 09:00"))


def ended(world: World, owner: User | None = None) -> Improvement:
    item = running(world, owner)
    doer = item.owner or world.wu_min
    finish_remedy(remedy=item.remedies.get(), user=doer, at=at("2026-04-20 09:00"))
    return finish(
        item=item, user=doer, text="窗口已增开，排班已改", on=date(2026, 5, 31), at=at("2026-06-01 09:00")
    )
