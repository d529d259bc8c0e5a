"""This quarter's questionnaires of the demo branch: one hall short, one interviewer to check."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from bihuan.kernel.act import surveys
from bihuan.kernel.act.surveys.forget import clear_unit
from bihuan.kernel.act.surveys.take import Coming
from bihuan.kernel.models import Person, Question, Questionnaire, Reply, Unit, User
from bihuan.kernel.read.surveys import form_of
from bihuan.kernel.read.surveys.sheets import numbered
from bihuan.web.listing.furnish import bring_new

from ..act import note_finding, note_refusals
from ..models import DrawKind, Fieldwork
from ..read.fieldwork import works_of
from ..read.frames import working_days
from ..rules.quarters import Quarter
from ..words import ASKED
from . import branch
from .chance import pick
from .drawing import called
from .drawing import opened as drawn

INTERVIEWERS = (("DEMO-FW01", "苗青"), ("DEMO-FW02", "谷雨"))
"""The second one hands in sheets that look invented."""
HALLS, SESSIONS, SHEETS, ANSWERED = 5, 3, 20, 12
WORDS = ("窗口少，等得太久", "工作人员很耐心", "希望周末也能办业务", "电费单看不懂", "抄表时间和通知的不一样")


def load(now: datetime) -> None:
    """Opened some weeks ago in the quarter that runs; where it has just begun, on its first day."""
    unit = Unit.objects.get(code=branch.BRANCH)
    boss = User.objects.get(username="liu_mei")
    quarter = Quarter.of(timezone.localdate(now))
    if quarter.last <= timezone.localdate(now):
        return  # nobody can be asked on the last evening of a quarter
    begun = timezone.make_aware(datetime.combine(quarter.first, time()))
    opened = max(begun, now - timedelta(days=25))
    rows = [{"number": number, "name": name, "unit": branch.OFFICE} for number, name in INTERVIEWERS]
    bring_new("people", rows)
    people = [Person.objects.get(number=number) for number, _name in INTERVIEWERS]
    halls, sessions = (
        list(works_of(drawn(kind, quarter.year, quarter.number, unit, opened - timedelta(days=3), opened)))
        for kind in (DrawKind.HALLS, DrawKind.AREAS)
    )
    span = (opened, now)
    for place, work in enumerate(halls[:HALLS]):
        _issue(work, SHEETS - (place == 0), people[place == HALLS - 1])
        _ask(work, span, boss, invented=place == HALLS - 1)
    held = [work for work in sessions if work.held_on and work.held_on < timezone.localdate(now)]
    for work in held[:SESSIONS]:
        _issue(work, SHEETS, people[0])
        _ask(work, span, boss)
    _finding(halls[1], boss)
    called(DrawKind.HALLS, quarter.next.year, quarter.next.number, unit, now - timedelta(days=1))


def _issue(work: Fieldwork, count: int, person: Person) -> None:
    surveys.issue_codes(wave=work.wave, count=count, user=None, interviewer=person)


def _ask(work: Fieldwork, span: tuple[datetime, datetime], boss: User, invented: bool = False) -> None:
    """Some sheets come back on paper, in the morning hours of the days between; `invented`: all at once."""
    note_refusals(work=work, user=boss, count=3 + pick(f"refused {work.drawn}", 9), why="赶时间")
    times = _times(work, span, invented)
    codes = [(item.code, item.scale) for item in form_of(work.wave.version).items if item.scale]
    for number, begun in enumerate(times, 1):
        key = f"{work.drawn} {number}"
        raw: dict[str, object] = {
            code: _answer(f"{key} {code}", scale, invented) for code, scale in codes if scale
        }
        if not invented and number % 4 == 1:
            raw["better"] = WORDS[pick(key, len(WORDS))]
        lasts = 14 if invented else 150 + pick(f"{key} lasts", 150)
        _take(work, number, raw, begun, lasts)


def _times(work: Fieldwork, span: tuple[datetime, datetime], invented: bool) -> Sequence[datetime]:
    """In the mornings of working days, of a session on its day; in a quarter's first days as it comes."""
    opened, now = span
    last = now - timedelta(minutes=10)
    if invented:
        return [last - timedelta(minutes=5) + timedelta(seconds=20 * n) for n in range(ANSWERED)]
    yesterday = timezone.localdate(now) - timedelta(days=1)
    days = working_days(timezone.localdate(opened) + timedelta(days=1), yesterday)
    if work.held_on:
        days = [work.held_on] if work.held_on <= yesterday else []
    if not days:
        return [opened + (last - opened) / ANSWERED * n for n in range(ANSWERED)]
    turns = [divmod(n, len(days)) for n in range(ANSWERED)]
    return [
        timezone.make_aware(datetime.combine(days[day], time(8, 35))) + timedelta(minutes=12 * turn + day % 7)
        for turn, day in turns
    ]


def _answer(key: str, scale: tuple[int, int], invented: bool) -> int:
    """Contented on the whole, now and then a low one."""
    low, high = scale
    if invented:
        return high
    if scale == (0, 1):
        return int(pick(key, 8) > 0)
    return low + (pick(key, 3) if pick(f"{key} mood", 9) == 0 else high - low - pick(key, 3))


def _take(work: Fieldwork, number: int, raw: dict[str, object], begun: datetime, lasts: int) -> None:
    found = numbered(work.wave_id, number)
    if found is None:
        return
    coming = Coming(
        raw=raw,
        key=f"demo-{work.wave_id}-{number:04d}",
        channel="paper",
        opened_at=begun,
        took_s=float(lasts),
        ended_at=begun + timedelta(seconds=lasts),
    )
    surveys.take(found=found, coming=coming)


def _finding(work: Fieldwork, boss: User) -> None:
    reply = Reply.objects.filter(wave=work.wave, valid=True).select_related("wave__unit", "sheet")[0]
    note_finding(
        reply=reply, user=boss, team=Unit.objects.get(code=branch.HALLS), text="客户反映窗口少、等候时间长"
    )


def clear(unit: Unit) -> None:
    """Waves, then the questionnaires made for the whole house, unless somebody changed or uses them."""
    clear_unit(unit)
    for row in Questionnaire.objects.filter(key__in=[f"service-{kind}" for kind in ASKED]):
        versions = row.versions.all()
        kept = versions.filter(Q(waves__isnull=False) | Q(issued_at=None) | Q(issued_by__isnull=False))
        if not kept.exists():
            versions.delete()
            row.delete()
    codes = {question[0] for questions in ASKED.values() for question in questions}
    Question.objects.filter(key__in=codes, items=None, created_by=None).delete()
