"""People and places of the branch that is measured: 200 halls in 20 districts, 2,000 staff with accounts."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

DISTRICTS, HALLS_EACH, STAFF, CUSTOMERS = 20, 10, 2000, 20_000
TEAMS = (("YY", "营业班"), ("CB", "抄表班"), ("YK", "业扩班"), ("QX", "抢修班"))
JOBS = {"YY": "clerk", "CB": "reader", "YK": "expansion", "QX": "repair", "KF": "agent"}
OWNERS_EACH = 4
TOWNS = (
    *("南楼", "官屯", "虎庄", "汤池", "旗口", "水源", "沟沿", "石佛", "高坎", "永安"),
    *("周家", "建一", "黄土岭", "博洛铺", "钢都", "镁都", "青花", "金桥", "石桥", "百寨"),
)
TRADES = (
    "饭店",
    "机械厂",
    "粮库",
    "中学",
    "宾馆",
    "米业",
    "合作社",
    "卫生院",
    "养殖场",
    "食品厂",
    "小区物业",
)
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚"
CAUSES = ("处理迟缓", "服务态度", "停电通知", "环境脏乱", "设备故障", "资料不全", "电费差错", "占线")
OFFICE_POSTS = (
    *("marketing_deputy", "manager_in_charge", "marketing_head", "assessment_group", "service_centre"),
    *("service_specialist", "service_manager", "video_supervisor", "expansion_caller"),
)


@dataclass
class People:
    """Keys that the past is written with."""

    branch: Any = None
    director: Any = None
    posts: dict[str, int] = field(default_factory=dict)
    teams: dict[str, list[int]] = field(default_factory=dict)
    """Code of a team → its units, one a district."""
    owners: dict[int, list[int]] = field(default_factory=dict)
    """Unit → accounts that own its cases."""
    managers: dict[int, int] = field(default_factory=dict)
    """Unit of a team → manager of its district."""
    halls: list[tuple[int, int, str, str]] = field(default_factory=list)
    """Place, unit, code, name."""
    hall_keys: list[int] = field(default_factory=list)
    workers: dict[int, list[int]] = field(default_factory=dict)
    customers: list[tuple[int, str]] = field(default_factory=list)
    causes: list[tuple[int, str]] = field(default_factory=list)


def name(random: Random) -> str:
    return random.choice(SURNAMES) + "".join(random.choices(GIVEN, k=random.choice((1, 2))))


def settle(random: Random) -> People:
    """Write them into the empty house."""
    from bihuan.kernel.models import Cause, Post, Role, Unit, User

    made = People()
    root = Unit.objects.create(name="营口供电公司", code="YK")
    made.branch = Unit.objects.create(name="大石桥供电分公司", code="DSQ", parent=root)
    office = Unit.objects.create(name="营销管理室", code="DSQ-YX", parent=made.branch)
    centre = Unit.objects.create(name="客服中心", code="DSQ-KF", parent=made.branch)
    made.director = account("director", name(random), Role.DIRECTOR, root)
    head = account("manager", name(random), Role.MANAGER, made.branch, made.director)
    for key in OFFICE_POSTS:
        user = account(f"post_{key}", name(random), Role.MANAGER, made.branch, made.director)
        Post.objects.create(key=key, unit=made.branch, user=user)
        made.posts[key] = user.pk
    made.teams["KF"] = [centre.pk]
    made.managers[centre.pk] = head.pk
    crews = [(centre, "KF", head)]
    for number in range(DISTRICTS):
        district = Unit.objects.create(
            name=f"{TOWNS[number]}供电所", code=f"DSQ-{number:02d}", parent=made.branch
        )
        manager = account(f"district_{number:02d}", name(random), Role.MANAGER, district, head)
        for code, title in TEAMS:
            team = Unit.objects.create(
                name=f"{TOWNS[number]}{title}", code=f"{district.code}-{code}", parent=district
            )
            made.teams.setdefault(code, []).append(team.pk)
            made.managers[team.pk] = manager.pk
            crews.append((team, code, manager))
    _halls(made, random)
    _staff(made, crews, random)
    made.customers = _customers(made, office, random)
    for number, title in enumerate(CAUSES):
        row = Cause.objects.create(code=f"Y{number}", name=title)
        made.causes.append((row.pk, row.code))
    User.objects.filter(unit=None).delete()
    return made


def account(username: str, called: str, role: str, unit: Any, superior: Any = None) -> Any:
    from bihuan.kernel.models import User

    user = User(username=username, name=called, role=role, unit=unit, superior=superior)
    user.set_unusable_password()
    user.save()
    return user


def _halls(made: People, random: Random) -> None:
    from bihuan.kernel.models import Place, Unit
    from bihuan.systems.service.models import Hall

    for number, key in enumerate(made.teams["YY"]):
        unit = Unit.objects.get(pk=key)
        for n in range(HALLS_EACH):
            code, title = f"H{number:02d}-{n:02d}", f"{TOWNS[number]}{TOWNS[(number + n) % 20]}供电营业厅"
            place = Place.objects.create(name=title, code=code, unit=unit)
            level = 1 if n == 0 and number < 4 else 2 if n < 3 else 3
            hall = Hall.objects.create(
                place=place,
                level=level,
                urban=n < 4,
                evaluator=level < 3,
                footfall=1000 + random.randrange(9000),
            )
            made.halls.append((place.pk, key, code, title))
            made.hall_keys.append(hall.pk)


def _staff(made: People, crews: list[tuple[Any, str, Any]], random: Random) -> None:
    from bihuan.kernel.models import Person, Role, User
    from bihuan.systems.service.models import Staff

    people = Person.objects.bulk_create(
        Person(number=f"S{n:05d}", name=name(random), unit=crews[n % len(crews)][0]) for n in range(STAFF)
    )
    users, staff = [], []
    for n, person in enumerate(people):
        unit, code, manager = crews[n % len(crews)]
        role = Role.OWNER if n // len(crews) < OWNERS_EACH else Role.VIEWER
        users.append(
            User(
                username=f"s{n:05d}",
                name=person.name,
                role=role,
                unit=unit,
                superior=manager,
                person=person,
                password="!",  # noqa: S106  (nobody can sign in with it)
            )
        )
        staff.append(Staff(person=person, team=unit, job=JOBS[code]))
    for user in User.objects.bulk_create(users):
        if user.role == Role.OWNER:
            made.owners.setdefault(user.unit_id, []).append(user.pk)
    for row in Staff.objects.bulk_create(staff):
        made.workers.setdefault(row.team_id, []).append(row.pk)


def _customers(made: People, office: Any, random: Random) -> list[tuple[int, str]]:
    from bihuan.kernel.models import Customer

    rows = Customer.objects.bulk_create(
        Customer(
            number=f"K{n:06d}",
            name=f"{random.choice(TOWNS)}{random.choice(SURNAMES)}{random.choice(GIVEN)}{random.choice(TRADES)}",
            unit=made.branch,
        )
        for n in range(CUSTOMERS)
    )
    return [(row.pk, row.name) for row in rows]
