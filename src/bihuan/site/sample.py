"""The demo organisation: a branch with a laboratory centre and an analysis centre beside it."""

from django.db import IntegrityError, transaction

from bihuan.inputs import BadInput
from bihuan.kernel.act.access import create_user
from bihuan.kernel.act.events import record
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Customer, Place, Region, Role, Unit, User
from bihuan.kernel.registry import collect

DEMO = "DEMO"
"""Everything below the unit of this code is sample data."""
LIFE, CHEM = "DEMO-LIFE", "DEMO-CHEM"

UNITS = ((LIFE, "生命科学实验中心"), (CHEM, "化学分析中心"))
REGIONS = (("DEMO-JZ", "江州市", ""), ("DEMO-LJ", "临江区", "DEMO-JZ"), ("DEMO-SQ", "石桥区", "DEMO-JZ"))
ROOMS = {
    LIFE: (
        *("1F-105", "2F-203", "2F-206", "2F-208", "2F-210", "2F-211", "3F-301", "3F-303", "3F-305"),
        *("3F-306", "3F-307", "3F-308", "3F-309", "3F-312", "4F-410"),
    ),
    CHEM: ("1F-101", "1F-103", "4F-402", "4F-403", "4F-404", "4F-405", "4F-406"),
}
GROUPS = (
    ("DEMO-KT1", "蛋白质结构课题组", LIFE),
    ("DEMO-KT2", "细胞信号课题组", LIFE),
    ("DEMO-KT3", "基因组学课题组", LIFE),
    ("DEMO-KT4", "植物分子课题组", LIFE),
    ("DEMO-KT5", "代谢组学课题组", CHEM),
    ("DEMO-KT6", "环境分析课题组", CHEM),
)
ACCOUNTS = (
    ("director", "chen_jing", "陈静", Role.DIRECTOR, DEMO, ""),
    ("verifier", "sun_qian", "孙倩", Role.MANAGER, LIFE, "chen_jing"),
    ("case owner", "wu_min", "吴敏", Role.OWNER, LIFE, "sun_qian"),
    ("manager of another unit", "tang_rui", "唐锐", Role.MANAGER, CHEM, "chen_jing"),
    ("case owner of another unit", "he_jia", "何嘉", Role.OWNER, CHEM, "tang_rui"),
    ("viewer", "gao_yuan", "高远", Role.VIEWER, LIFE, "sun_qian"),
)
"""Title, user name, name, role, unit, superior: who verifies never reports to who has put right."""

Login = tuple[str, str, str]


def load() -> list[Login]:
    """Load what is not there yet; returns `(title, user name, password)` of the accounts made now.

    Raises BadInput when real data has taken a code or name that the sample needs.
    """
    try:
        with transaction.atomic():
            logins = [] if Unit.objects.filter(code=DEMO).exists() else _organisation()
            for _, load_system in collect(lambda system: system.sample):
                load_system()
            return logins
    except (IntegrityError, Refused) as error:
        raise BadInput(
            "the demo organisation needs a name or code that is in use already "
            f"({' '.join(str(error).split())}): give it a data folder of its own with BIHUAN_HOME"
        ) from None


def _organisation() -> list[Login]:
    root = Unit.objects.filter(parent=None).first() or Unit.objects.create(name="总部", code="ROOT")
    branch = Unit.objects.create(name="江州分公司", code=DEMO, parent=root)
    units = {DEMO: branch}
    for code, name in UNITS:
        units[code] = Unit.objects.create(name=name, code=code, parent=branch)
    _places(units)
    Customer.objects.bulk_create(
        Customer(number=number, name=name, unit=units[code]) for number, name, code in GROUPS
    )
    record(verb="sample.loaded", subject=f"unit:{branch.pk}")
    return _accounts(units)


def _places(units: dict[str, Unit]) -> None:
    regions: dict[str, Region] = {}
    for code, name, parent in REGIONS:
        regions[code] = Region.objects.create(code=code, name=name, parent=regions.get(parent))
    for unit, rooms in ROOMS.items():
        Place.objects.bulk_create(
            Place(
                code=room,
                name=f"生科楼 {room}",
                floor=room.partition("-")[0],
                unit=units[unit],
                region=regions["DEMO-LJ"],
            )
            for room in rooms
        )


def _accounts(units: dict[str, Unit]) -> list[Login]:
    made: dict[str, User] = {}
    logins: list[Login] = []
    for title, username, name, role, unit, superior in ACCOUNTS:
        user, password = create_user(
            username=username,
            name=name,
            role=role,
            unit=units[unit],
            superior=made.get(superior),
            demo=True,
        )
        made[username] = user
        logins.append((title, username, password))
    return logins
