"""Supervisors with their tips, the yearly plan and trainings of the demo branch."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from bihuan.kernel.models import Person, User
from bihuan.web.listing.furnish import bring_new

from ..act import receive, register_device
from ..act.evaluator import Press
from ..models import Hall
from . import branch
from .chance import pick

SUPERVISORS = (
    *("王秀兰", "李桂芝", "张德福", "刘淑珍", "陈国庆", "杨凤英", "赵长海"),
    *("黄玉梅", "周永昌", "吴桂香", "徐振华", "孙淑芬", "马德山"),
)
"""Of the first areas; the last five have nobody yet."""
TIPS = (
    ("抄表员这个月没有到现场，表在楼道里看得见灰", 12),
    ("电费通知单贴错了单元，三户人家搞混了", 6),
    ("抄表员很有耐心，但来的日子总和公示的不一样", 2),
)
PRESSES, PRESS_DAYS = 60, 45
PLAN = (
    ("survey", "营业厅客户满意度问卷", branch.HALLS, (3, 6, 9, 12)),
    ("survey", "抄表区域客户问卷", branch.METERS, (3, 6, 9, 12)),
    ("self_check", "供电服务自查", branch.BRANCH, (5, 11)),
    ("evaluation", "班组服务评价", branch.BRANCH, (6, 12)),
)
TRAININGS = (
    ("服务礼仪与沟通", "DEMO-SVC-MANNER", "clerk", 60, 2),
    ("停电信息告知规范", "DEMO-SVC-OUT", "agent", 25, 1.5),
)


def load(now: datetime) -> None:
    """After places, staff and causes."""
    _telephones()
    _evaluators(now)
    _supervisors(now)
    _plan(timezone.localdate(now))
    _trainings(timezone.localdate(now))


def _evaluators(now: datetime) -> None:
    """One on the counters of each hall that has evaluators; some weeks of presses, a few of them doubled."""
    boss = User.objects.get(username="liu_mei")
    for hall in Hall.objects.filter(evaluator=True, place__unit__path__startswith=boss.unit.path):
        code = hall.place.code
        device, _token = register_device(name=f"{code}-1", hall=hall, user=boss)
        presses = []
        for n in range(PRESSES):
            day = timezone.localdate(now) - timedelta(days=1 + n % PRESS_DAYS)
            begun = time(9 + pick(f"{code} hour {n}", 7), pick(f"{code} minute {n}", 60))
            at = timezone.make_aware(datetime.combine(day, begun))
            score = (5, 5, 5, 5, 4, 4, 4, 3, 2, 5)[pick(f"{code} score {n}", 10)]
            presses.append(Press(f"{code}-{n}", at, score, "1", f"{code}-{day:%m%d}-{n}"))
            if n % 12 == 0:
                again = at + timedelta(seconds=4)
                presses.append(Press(f"{code}-{n}-again", again, score, "1", f"{code}-{day:%m%d}-{n}"))
        receive(device=device, presses=presses, at=now)


def _telephones() -> None:
    """Of the two posts that stand on the contact cards."""
    holders = {key: username for key, username in branch.POSTS}
    for n, post in enumerate(("marketing_deputy", "marketing_head"), 1):
        user = User.objects.get(username=holders[post])
        number = f"DEMO-YX{n:02d}"
        row = {"number": number, "name": user.name, "unit": branch.BRANCH, "phone": f"0417-58200{n:02d}"}
        bring_new("people", [row])
        user.person = Person.objects.get(number=number)
        user.save(update_fields=["person"])


def _supervisors(now: datetime) -> None:
    since = timezone.localdate(now) - timedelta(days=200)
    rows = [
        {
            "number": f"DEMO-JD{n:02d}",
            "area": f"DEMO-M{n:02d}",
            "name": name,
            "phone": f"1390417{n:04d}",
            "since_on": since.isoformat(),
            "consent": f"{since.isoformat()} 签署聘书，同意报客服中心备案",
        }
        for n, name in enumerate(SUPERVISORS)
    ]
    bring_new("supervisors", rows)
    tips = [
        {
            "number": f"DEMO-JB{n:02d}",
            "supervisor": f"DEMO-JD{n:02d}",
            "tipped_at": (now - timedelta(days=days)).isoformat(),
            "text": text,
        }
        for n, (text, days) in enumerate(TIPS)
    ]
    bring_new("tips", tips)


def _plan(today: date) -> None:
    rows: list[dict[str, object]] = []
    for kind, title, unit, months in PLAN:
        for month in months:
            due = date(today.year, month, 25)
            done = due - timedelta(days=3) if due < today - timedelta(days=40) else None
            rows.append(
                {
                    "code": f"DEMO-{today.year}-{len(rows) + 1:02d}",
                    "unit": unit,
                    "year": today.year,
                    "kind": kind,
                    "title": f"{month}月{title}",
                    "due_on": due.isoformat(),
                    "owner": dict(branch.POSTS)["service_manager"],
                    "done_on": done.isoformat() if done else "",
                    "result": "已完成并上报" if done else "",
                }
            )
    bring_new("plan", rows)


def _trainings(today: date) -> None:
    prefixes = {job: (prefix, len(names)) for job, _team, prefix, names in branch.STAFF}
    for n, (topic, cause, job, days, hours) in enumerate(TRAININGS, 1):
        code = f"DEMO-PX{n:02d}"
        held = (today - timedelta(days=days)).isoformat()
        row = {
            "code": code,
            "unit": branch.BRANCH,
            "held_on": held,
            "topic": topic,
            "cause": cause,
            "hours": hours,
        }
        bring_new("trainings", [row])
        prefix, size = prefixes[job]
        people = [
            {"training__code": code, "staff": f"DEMO-{prefix}{k:02d}", "score": 78 + (k * 7 + n) % 20}
            for k in range(1, size + 1)
        ]
        bring_new("attendances", people)
