"""Loading and clearing the demo branch."""

from datetime import datetime, timedelta

from django.apps import apps
from django.db import transaction
from django.db.models import Model, ProtectedError
from django.utils import timezone

from bihuan.kernel.act.access import create_user
from bihuan.kernel.act.cases import accept, call_back, resolve, start
from bihuan.kernel.act.duty import appoint
from bihuan.kernel.act.events import record
from bihuan.kernel.act.evidence import add
from bihuan.kernel.act.reports import row_for
from bihuan.kernel.models import Case, Cause, Customer, Unit, User
from bihuan.kernel.read.reports import debtors, period_around
from bihuan.web.listing.furnish import bring_new

from ..act.calls import finish
from ..act.complaints import take
from ..models import Call
from ..system.papers import REPORTS
from . import branch, checks, evaluation, oversight, surveys, voice
from .chance import pick, tone

Login = tuple[str, str, str]
REPAIRS, CONNECTIONS, COMPLAINTS = 36, 10, 8
DAYS = 40
ANSWERS = ("satisfied",) * 8 + ("neutral", "dissatisfied")
CAUSES = (
    ("DEMO-SVC", "服务", ""),
    ("DEMO-SVC-SLOW", "处理迟缓", "DEMO-SVC"),
    ("DEMO-SVC-MANNER", "服务态度", "DEMO-SVC"),
    ("DEMO-SVC-OUT", "停电通知", "DEMO-SVC"),
)


def load() -> list[Login]:
    """Once: the branch with its people, and some weeks of work and complaints; returns the logins."""
    if Unit.objects.filter(code=branch.CITY).exists():
        return []
    root = Unit.objects.filter(parent=None).order_by("pk")[0]
    bring_new("units", [{"code": branch.CITY, "name": "营口供电公司", "parent": root.code}])
    bring_new("units", [{"code": code, "name": name, "parent": above} for code, name, above in branch.UNITS])
    logins = _accounts()
    _places_and_staff()
    _causes()
    now = timezone.now()
    _work(now)
    _complaints(now)
    evaluation.load(timezone.localdate(now))
    voice.load(now)
    oversight.load(now)
    checks.load(now)
    surveys.load(now)
    _papers(now)
    record(verb="sample.loaded", system="service", halls=len(branch.HALL_ROWS))
    return logins


def _papers(now: datetime) -> None:
    """The papers of the periods that have just ended; the worker assembles them as it does every other."""
    for spec in REPORTS:
        for unit in debtors(spec):
            if unit.code.startswith("DEMO-"):
                row_for(
                    spec=spec,
                    unit=unit,
                    period=period_around(timezone.localdate(now), spec.kind).previous,
                    owed=False,
                )


def _accounts() -> list[Login]:
    units = {unit.code: unit for unit in Unit.objects.filter(code__startswith="DEMO-")}
    made: dict[str, User] = {}
    logins: list[Login] = []
    for title, username, name, role, unit, superior in branch.ACCOUNTS:
        user, password = create_user(
            username=username, name=name, role=role, unit=units[unit], superior=made.get(superior), demo=True
        )
        made[username] = user
        logins.append((title, username, password))
    for key, username in branch.POSTS:
        appoint(key=key, unit=units[branch.BRANCH], to=made[username])
    return logins


def _places_and_staff() -> None:
    keys = ("place__code", "name", "level", "urban", "evaluator", "footfall")
    halls = [
        {
            **dict(zip(keys, row, strict=True)),
            "unit": branch.HALLS,
            "open_all_year": row[2] == 1,
            "hours": branch.HOURS[row[2]],
        }
        for row in branch.HALL_ROWS
    ]
    bring_new("halls", halls)
    bring_new("hall-days", [_repaired(day) for day in range(8, 10)])
    people, staff = [], []
    for job, team, prefix, names in branch.STAFF:
        for n, name in enumerate(names, 1):
            number = f"DEMO-{prefix}{n:02d}"
            people.append({"number": number, "name": name, "unit": team})
            hall = branch.HALL_ROWS[n - 1][0] if job == "clerk" else ""
            staff.append({"person__number": number, "unit": team, "job": job, "hall": hall})
    bring_new("people", people)
    bring_new("staff", staff)
    readers = [row["person__number"] for row in staff if row["job"] == "reader"]
    bring_new(
        "areas",
        [
            {
                "code": f"DEMO-M{n:02d}",
                "name": f"{name}抄表区",
                "unit": branch.METERS,
                "reader": readers[n % len(readers)],
                "customers": 600 + pick(name, 1400),
                "key_area": n < 4,
            }
            for n, name in enumerate(branch.AREA_NAMES)
        ],
    )
    bring_new(
        "customers",
        [
            {"number": f"DEMO-K{n:03d}", "name": name, "unit": branch.BRANCH, "phone": f"0417-58{n:05d}"}
            for n, name in enumerate(branch.CUSTOMERS)
        ],
    )


def _repaired(days: int) -> dict[str, object]:
    """A hall that is closed on a day to come."""
    on = timezone.localdate() + timedelta(days=days)
    return {"hall__place__code": branch.HALL_ROWS[-1][0], "on": on, "hours": "", "note": "配电改造停电"}


def _causes() -> None:
    for code, name, above in CAUSES:
        parent = Cause.objects.filter(code=above).first()
        Cause.objects.get_or_create(code=code, defaults={"name": name, "parent": parent})


def _work(now: datetime) -> None:
    """Repairs and connections of the last weeks, as the business system tells them."""
    rows = []
    for n in range(REPAIRS):
        ended = now - timedelta(hours=20 + pick(f"repair {n}", DAYS * 24))
        rows.append(_stage(f"DEMO-GZ{n:04d}", "fault_1", ended, branch.REPAIR, f"DEMO-QX{n % 6 + 1:02d}", n))
    stages = ("acceptance", "survey", "interim", "completion", "connection")
    for n in range(CONNECTIONS):
        begun = now - timedelta(days=8 + pick(f"connection {n}", 25))
        for at, stage in enumerate(stages[: 1 + pick(f"stages {n}", 5)]):
            ended = begun + timedelta(days=at * 2, hours=3)
            if ended < now:
                worker = f"DEMO-YK{n % 4 + 1:02d}"
                rows.append(_stage(f"DEMO-YK{n:04d}", stage, ended, branch.EXPANSION, worker, n))
    bring_new("stages", rows)
    _called(now)


def _called(now: datetime) -> None:
    """Most of them were called back, the repairs twice."""
    callers = {user.username: user for user in User.objects.filter(username__in=("sun_yue", "chen_xi"))}
    for call in Call.objects.filter(order__number__startswith="DEMO-").exclude(stage="fault_2"):
        caller = callers["sun_yue" if call.stage == "fault_1" else "chen_xi"]
        called = call.ended_at + timedelta(hours=4 + pick(f"when {call.order.number} {call.stage}", 60))
        if called < now - timedelta(hours=30):
            answer = ANSWERS[pick(f"answer {call.order.number} {call.stage}", len(ANSWERS))]
            rating = {"satisfied": 5, "neutral": 3, "dissatisfied": 2}[answer]
            finish(call=call, user=caller, answer=answer, said="电话回访记录", rating=rating, at=called)
    for call in Call.objects.filter(order__number__startswith="DEMO-", stage="fault_2"):
        called = call.ended_at + timedelta(hours=20 + pick(f"again {call.order.number}", 40))
        if called < now - timedelta(hours=60):
            finish(
                call=call,
                user=callers["sun_yue"],
                answer="satisfied" if pick(f"again {call.order.number}", 7) else "neutral",
                said="录音回访记录",
                recording=(f"{call.order.number}.wav", tone(call.order.number)),
                at=called,
            )


def _stage(number: str, stage: str, ended: datetime, unit: str, worker: str, n: int) -> dict[str, str]:
    customer = f"DEMO-K{n % len(branch.CUSTOMERS):03d}"
    moment = timezone.localtime(ended).strftime("%Y-%m-%d %H:%M")
    return {
        "order__number": number,
        "stage": stage,
        "ended_at": moment,
        "unit": unit,
        "customer": customer,
        "worker": worker,
    }


def _complaints(now: datetime) -> None:
    """Complaints at every point of their way: taken, handled, called back, waiting for the second call."""
    centre = User.objects.get(username="sun_yue")
    units = {code: Unit.objects.get(code=code) for code in (branch.REPAIR, branch.HALLS, branch.METERS)}
    teams = (branch.REPAIR, branch.REPAIR, branch.HALLS, branch.METERS)
    for n in range(COMPLAINTS):
        at = now - timedelta(days=2 + n * 4, hours=pick(f"complaint {n}", 8))
        case, _fresh = take(
            user=centre,
            unit=units[teams[n % 4]],
            number=f"DEMO-TS{n:04d}",
            text=branch.WORDS[n],
            complained_at=at,
            channel="95598",
            customer=Customer.objects.get(number=f"DEMO-K{n:03d}"),
            serious=n == 1,
        )
        if n > 1 and case.owner:
            _handle(case, case.owner, at, called=n > 3)


def _handle(case: Case, owner: User, at: datetime, called: bool) -> None:
    accept(case=case, user=owner, at=at + timedelta(hours=2))
    call_back(
        task=case.tasks.get(kind="contact"),
        user=owner,
        outcome="contacted",
        text="已与客户联系，说明处理时间",
        at=at + timedelta(hours=3),
    )
    start(case=case, user=owner, at=at + timedelta(hours=4))
    add(
        case=case,
        user=owner,
        name="处理记录.txt",
        data=f"{case.subject} 现场处理记录".encode(),
        at=at + timedelta(days=1),
    )
    cause = Cause.objects.get(code=CAUSES[1 + pick(case.subject, 3)][0])
    resolve(
        case=case,
        user=owner,
        verdict="justified",
        text="已现场处理并向客户答复",
        cause=cause,
        at=at + timedelta(days=1, hours=1),
    )
    if called:
        call_back(
            task=case.tasks.get(kind="call_1"),
            user=User.objects.get(username="liu_mei"),
            outcome="satisfied",
            text="客户表示问题已解决",
            at=at + timedelta(days=2),
        )


def clear(unit: Unit) -> None:
    """Delete this system's rows of a unit and below, what others point to last."""
    left = [model for model in apps.get_app_config("service").get_models() if model.scope_path]  # type: ignore[attr-defined]
    while left:
        before = len(left)
        left = [model for model in left if not _cleared(model, unit)]
        if len(left) == before:
            raise RuntimeError(f"rows of {left[0].__name__} hold each other")
    voice.clear(unit)
    checks.clear(unit)
    surveys.clear(unit)


def _cleared(model: type[Model], unit: Unit) -> bool:
    path: str = model.scope_path  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            model._default_manager.filter(**{f"{path}__startswith": unit.path}).delete()
    except ProtectedError:
        return False
    return True
