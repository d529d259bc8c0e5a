"""The demo bank: months of answers before and after the start of the pilot, its loop and its huddles."""

from datetime import datetime, timedelta

from django.db.models import Model, Q
from django.utils import timezone

from bihuan.kernel.act import strategy
from bihuan.kernel.act.access import create_user
from bihuan.kernel.act.cases import accept, call_back, resolve, start
from bihuan.kernel.act.duty import appoint
from bihuan.kernel.act.events import record
from bihuan.kernel.act.reports import row_for
from bihuan.kernel.act.surveys import note_opening, take
from bihuan.kernel.act.surveys.forget import clear_unit
from bihuan.kernel.act.surveys.take import Coming
from bihuan.kernel.models import (
    Case,
    Cause,
    Customer,
    ObligationRun,
    Question,
    Questionnaire,
    Unit,
    User,
)
from bihuan.kernel.read.reports import debtors, period_around
from bihuan.kernel.read.surveys.sheets import find
from bihuan.web.listing.furnish import bring_new

from .. import act
from ..models import (
    Answer,
    Arm,
    ArmDraw,
    Attendance,
    Borrowed,
    Channel,
    Decision,
    Declined,
    Frame,
    GrowthYear,
    Huddle,
    Invitation,
    JourneyStage,
    Member,
    Programme,
    Step,
    Touchpoint,
)
from ..system.papers import REPORTS
from ..words import QUESTIONNAIRE, QUESTIONS, SCORE, WHY
from . import bank
from .answers import CUSTOMERS, STARTED, asked, one, pick, ratings, scored, told
from .drawn import draw_arms

Login = tuple[str, str, str]
PROGRAMME = "DEMO-NPS"
INVITED = 90


def load() -> list[Login]:
    """Once; through the doors of real data."""
    if Unit.objects.filter(code=bank.LOANS).exists():
        return []
    now = timezone.now()
    _units()
    logins = _accounts()
    _basics(now)
    programme = _programme(now)
    act.asked_elsewhere(programme=programme, told=list(asked(now)), now=now)
    act.receive(programme=programme, told=list(told(programme, now)), now=now)
    _ask(programme, now)
    draw_arms(now)
    _treated(now)
    _huddles(programme, now)
    _aim(now)
    _papers(now)
    record(verb="sample.loaded", system="loyalty", branches=bank.BRANCHES)
    return logins


def _aim(now: datetime) -> None:
    """What the customer director wants of the programme, to be looked at again in two months."""
    director, today = User.objects.get(username="ye_lan"), timezone.localdate(now)
    aim = strategy.state_aim(
        user=director,
        unit=Unit.objects.get(code=bank.BANK),
        title="信用卡部试点推荐值稳步上升后再推广",
        reason="先试点、有对照、看得出效果，再推广到其他部门。（示例）",
        review_on=today + timedelta(days=60),
    )
    strategy.bind(aim=aim, user=director, key="loyalty.nps", target=30)
    strategy.bind(aim=aim, user=director, key="loyalty.called", target=0.9)


def _units() -> None:
    top = Unit.objects.filter(parent=None).order_by("pk")[0]
    shared = ((bank.BANK, "江州银行", top.code), *bank.SHARED)
    for units, over in ((shared, True), (bank.DEPARTMENTS, False)):
        rows = [{"code": code, "name": name, "parent": above} for code, name, above in units]
        bring_new("units", rows, over=over)
    parts = [
        (bank.CARDS, "C", "信用卡中心", bank.CENTRES),
        (bank.LOANS, "L", "贷款中心", bank.CENTRES),
        (bank.NETWORK, "R", "网点", bank.REGIONS),
    ]
    rows = [
        {"code": f"{above}-{letter}{n}", "name": f"{name}{word}", "parent": above}
        for above, letter, word, names in parts
        for n, name in enumerate(names, 1)
    ]
    bring_new("units", rows)
    bring_new(
        "units",
        [
            {
                "code": f"DEMO-B{n:03d}",
                "name": f"第{n}支行",
                "parent": f"{bank.NETWORK}-R{n % len(bank.REGIONS) + 1}",
            }
            for n in range(1, bank.BRANCHES + 1)
        ],
    )


def _accounts() -> list[Login]:
    units = {unit.code: unit for unit in Unit.objects.filter(code__startswith=bank.BANK)}
    made: dict[str, User] = {}
    logins: list[Login] = []
    for title, username, name, role, unit, superior in bank.ACCOUNTS:
        user, password = create_user(
            username=username, name=name, role=role, unit=units[unit], superior=made.get(superior), demo=True
        )
        made[username] = user
        logins.append((title, username, password))
    appoint(key="loyalty_leader", unit=units[bank.BANK], to=made["qiu_shan"])
    appoint(key="huddle_lead", unit=units[bank.CARDS], to=made["qiu_shan"])
    return logins


def _basics(now: datetime) -> None:
    bring_new("journey-stages", [{"code": c, "name": n, "place": p} for c, n, p in bank.STAGES])
    bring_new(
        "touchpoints",
        [{"code": c, "name": n, "stage": s, "unit": u, "active": "1"} for c, n, s, u in bank.TOUCHPOINTS],
    )
    bring_new(
        "customers",
        [
            {"number": f"DEMO-BK{n:03d}", "name": f"银行客户{n:03d}", "kind": "person", "unit": bank.BANK}
            for n in range(CUSTOMERS + INVITED)
        ],
    )
    year = timezone.localdate(now).year
    bring_new(
        "growth",
        [
            {
                "unit": bank.CARDS,
                "year": year - 1,
                "base": 100_000_000,
                "retained": 85_000_000,
                "earned_new": 25_000_000,
                "bought_new": 20_000_000,
                "unknown_new": 0,
                "source": "示例账目",
            },
            {
                "unit": bank.LOANS,
                "year": year - 1,
                "base": 240_000_000,
                "retained": 215_000_000,
                "earned_new": 12_000_000,
                "bought_new": 31_000_000,
                "unknown_new": 9_000_000,
                "source": "示例账目",
            },
        ],
    )


def _programme(now: datetime) -> Programme:
    started = timezone.localdate(now - STARTED)
    note = "源自原文：拥有 300 多家支行的银行，先在信用卡部试点，再推广到其他部门。"
    bring_new(
        "programmes",
        [
            {
                "code": PROGRAMME,
                "name": "信用卡净推荐试点",
                "unit": bank.BANK,
                "starts_on": started.isoformat(),
                "note": note,
            }
        ],
    )
    leader = User.objects.get(username="qiu_shan")
    director = User.objects.get(username="ye_lan")
    Programme.objects.filter(code=PROGRAMME).update(leader=leader)
    arms = [(bank.CARDS, "C", Arm.PILOT), (bank.LOANS, "L", Arm.COMPARISON)]
    bring_new(
        "arms",
        [
            {"programme": PROGRAMME, "unit": f"{above}-{letter}{n}", "arm": arm.value}
            for above, letter, arm in arms
            for n in range(1, len(bank.CENTRES) + 1)
        ],
    )
    bring_new(
        "customer-classes",
        [
            {"programme": PROGRAMME, "dimension": "segment", "key": key, "size": size}
            for key, size in bank.SEGMENTS
        ],
    )
    bring_new(
        "borrowed",
        [
            {
                "number": "DEMO-JY1",
                "programme": PROGRAMME,
                "lender": bank.NETWORK,
                "kind": "people",
                "what": "两名网点员工每周一天参加回访",
                "since_on": started.isoformat(),
            }
        ],
    )
    programme = Programme.objects.get(code=PROGRAMME)
    return act.step(programme=programme, user=director, to=Step.PILOT)


def _ask(programme: Programme, now: datetime) -> None:
    """Customers asked by link a while ago; some opened it, some answered on the phone."""
    people = list(Customer.objects.filter(number__startswith="DEMO-BK").order_by("number")[CUSTOMERS:])
    for n in range(len(bank.CENTRES)):
        unit = Unit.objects.get(code=f"{bank.CARDS}-C{n + 1}")
        group = people[n * 15 : n * 15 + 15]
        asked = act.invite(
            programme=programme,
            unit=unit,
            channel=Channel.LINK,
            user=None,
            customers=group,
            segment=bank.SEGMENTS[n % 4][0],
            at=now - timedelta(days=3),
        )
        for k, each in enumerate(asked.codes):
            what = f"asked {n} {k}"
            found = find(each.code)
            if found is None or pick(what, 10) > 6:
                continue
            at = now - timedelta(hours=2 + pick(what, 50))
            note_opening(found=found, at=at)
            if pick(what + "a", 10) < 6:
                score = scored(what, 20)
                raw = {
                    SCORE: score,
                    WHY: one(what, score, unit, at, None, None).text,
                    **ratings(what, score),
                }
                raw = {key: value for key, value in raw.items() if value != ""}
                coming = Coming(
                    raw=raw,
                    key=f"demo-{n}-{k}-{now:%H%M%S}",
                    channel="phone",
                    opened_at=at,
                    took_s=40 + pick(what, 90),
                )
                take(found=found, coming=coming, at=at + timedelta(minutes=4))
    act.collect(now=now)


def _treated(now: datetime) -> None:
    """Calls at every point of their way, some thanks."""
    callers = {user.username: user for user in User.objects.filter(username__in=("lu_yao", "he_qing"))}
    policy = Cause.objects.filter(code="POLICY").first()
    for k, case in enumerate(
        Case.objects.filter(kind="detractor", unit__code__startswith=bank.CARDS).order_by("opened_at")
    ):
        user = case.owner
        if user is None or user.username not in callers or k % 4 == 3:
            continue
        at = min(case.opened_at + timedelta(hours=4 + 14 * (k % 5)), now - timedelta(minutes=20))
        if at < case.opened_at:
            continue
        accept(case=case, user=user, at=at)
        call = case.tasks.get(kind="contact")
        call_back(task=call, user=user, outcome="contacted", text="已致电，认真听完，并说明下一步", at=at)
        if k % 2 and policy:
            start(case=case, user=user, at=at)
            resolve(
                case=case,
                user=user,
                verdict="policy",
                text="按规定办理，但规定本身不合理",
                cause=policy,
                at=at,
            )
    for row in Answer.objects.filter(unit__code__startswith=bank.CARDS, score__gte=9).order_by("-pk")[:6]:
        act.treat(row=row, user=callers["lu_yao"], treatment="thanked", at=now)


def _huddles(programme: Programme, now: datetime) -> None:
    leader = User.objects.get(username="qiu_shan")
    callers = list(User.objects.filter(username__in=("lu_yao", "he_qing")))
    unit = Unit.objects.get(code=f"{bank.CARDS}-C1")
    for week in (2, 1, 0):
        at = now - timedelta(days=7 * week, hours=3)
        row = act.begin(programme=programme, unit=unit, user=leader, at=at, present=callers)
        due = timezone.localdate(at) + timedelta(days=5)
        act.decide(
            huddle=row,
            user=leader,
            text="逾期首日先电话提醒，不直接计罚息",
            owner=callers[week % 2],
            due_on=due,
        )
        if week == 1:
            policy, owner = Cause.objects.get(code="POLICY"), User.objects.get(username="bai_yu")
            text = "还款宽限期延长到三天，修订罚息规定"
            act.hand_on(
                huddle=row,
                user=leader,
                text=text,
                owner=owner,
                cause=policy,
                due_on=timezone.localdate(now) + timedelta(days=60),
            )
        if week:
            act.close(huddle=row, user=leader, at=at + timedelta(minutes=25))
            act.finish(
                row=row.decisions.filter(improvement=None)[0], user=leader, at=at + timedelta(days=3)
            ) if week == 2 else None


def _papers(now: datetime) -> None:
    """The paper of the quarter that has just ended; the worker assembles it as it does every other."""
    for spec in REPORTS:
        last = period_around(timezone.localdate(now), spec.kind).previous
        for unit in debtors(spec).filter(code__startswith=bank.BANK):
            row_for(spec=spec, unit=unit, period=last, owed=False)


CLEARED: tuple[tuple[type[Model], str], ...] = (
    (Decision, "huddle__unit__path"),
    (Attendance, "huddle__unit__path"),
    (Huddle, "unit__path"),
    (Answer, "unit__path"),
    (Invitation, "unit__path"),
    (Declined, "customer__unit__path"),
    (ArmDraw, "programme__unit__path"),
    (Frame, "programme__unit__path"),
    (Member, "programme__unit__path"),
    (Borrowed, "programme__unit__path"),
    (GrowthYear, "unit__path"),
)


def clear(unit: Unit) -> None:
    """Delete this system's rows of a unit and below, what others point to first."""
    for model, path in CLEARED:
        model._default_manager.filter(**{f"{path}__startswith": unit.path}).delete()
    Answer.objects.filter(touchpoint__unit__path__startswith=unit.path).update(touchpoint=None)
    Touchpoint.objects.filter(unit__path__startswith=unit.path).delete()
    JourneyStage.objects.filter(code__startswith="DEMO-", touchpoints=None).delete()
    clear_unit(unit)
    Programme.objects.filter(unit__path__startswith=unit.path).delete()
    if not Programme.objects.exists():
        ObligationRun.objects.filter(key="loyalty.huddle").delete()
        _forget_questions()


def _forget_questions() -> None:
    """The questionnaire made for the whole house, unless somebody changed or uses it."""
    for row in Questionnaire.objects.filter(key=QUESTIONNAIRE):
        versions = row.versions.all()
        kept = versions.filter(Q(waves__isnull=False) | Q(issued_at=None) | Q(issued_by__isnull=False))
        if not kept.exists():
            versions.delete()
            row.delete()
    codes = [code for code, *_rest in QUESTIONS]
    Question.objects.filter(key__in=codes, items=None, created_by=None).delete()
