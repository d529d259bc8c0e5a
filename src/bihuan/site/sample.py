"""The demo organisation: a branch with a laboratory centre and an analysis centre beside it."""

from django.db import IntegrityError, transaction

from bihuan.inputs import BadInput
from bihuan.kernel.act.access import create_user
from bihuan.kernel.act.events import record
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Role, Unit, User
from bihuan.kernel.registry import collect
from bihuan.web.listing.furnish import bring_new

DEMO = "DEMO"
"""Everything below the units whose code begins so is sample data."""
LIFE, CHEM = "DEMO-LIFE", "DEMO-CHEM"

UNITS = ((LIFE, "生命科学实验中心"), (CHEM, "化学分析中心"))
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
                logins += load_system() or []
            return logins
    except (IntegrityError, Refused, BadInput) as error:
        raise BadInput(
            "the demo organisation needs a name or code that is in use already "
            f"({' '.join(str(error).split())}): give it a data folder of its own with BIHUAN_HOME"
        ) from None


def _organisation() -> list[Login]:
    """Units, places and customers come through the import that a user has."""
    root = Unit.objects.filter(parent=None).first() or Unit.objects.create(name="总部", code="ROOT")
    tree = [(DEMO, "江州分公司", root.code), *((code, name, DEMO) for code, name in UNITS)]
    bring_new("units", [{"code": code, "name": name, "parent": above} for code, name, above in tree])
    bring_new(
        "places",
        [
            {"code": room, "name": f"生科楼 {room}", "floor": room.partition("-")[0], "unit": unit}
            for unit, rooms in ROOMS.items()
            for room in rooms
        ],
    )
    bring_new("customers", [{"number": number, "name": name, "unit": unit} for number, name, unit in GROUPS])
    units = {unit.code: unit for unit in Unit.objects.filter(code__startswith=DEMO)}
    record(verb="sample.loaded", subject=f"unit:{units[DEMO].pk}")
    return _accounts(units)


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
