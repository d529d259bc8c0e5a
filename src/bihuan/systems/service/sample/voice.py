"""Last quarter's review of recordings in the demo branch: drawn, nearly scored, discussed, published."""

from datetime import datetime, timedelta

from django.utils import timezone

from bihuan.kernel.models import Unit, User

from ..act import (
    add_finding,
    draft_card,
    keep_meeting,
    publish,
    put_in_force,
    report_meeting,
    score,
    take_recordings,
)
from ..act.recordings import Incoming
from ..models import DrawKind, Job, Recording, Review, ReviewMeeting, Scorecard, Staff
from ..read.voice import due_calls, quarter_before
from ..rules.call_files import Told
from . import branch
from .chance import pick, tone
from .drawing import opened

CALLS, RATE = 7, 3000
BUSINESS = ("电费", "停电", "报装", "投诉")
SCORERS = ("liu_mei", "sun_yue", "qian_jun")
LEFT = 4
"""Calls that still wait for a score."""
MINUTES = (
    "会议听取了本季度抽取的部分录音，逐段讨论答复口径和服务用语。\n"
    "议定：统一停电类来电的答复口径；对未复述诉求的座席员由班长辅导；下季度复听。"
)


def load(now: datetime) -> None:
    """The quarter that ended before `now`."""
    unit = Unit.objects.get(code=branch.BRANCH)
    users = {user.username: user for user in User.objects.filter(username__in=(*SCORERS, "shi_lan"))}
    boss = users["liu_mei"]
    if not Scorecard.objects.filter(subject="calls").exists():
        card = draft_card(subject="calls", user=users["shi_lan"], at=now)
        put_in_force(card=card, user=users["shi_lan"], on=timezone.localdate())
    year, quarter = quarter_before(timezone.localdate(now))
    _record(unit, year, quarter, boss, now)
    draw = opened(DrawKind.VOICE, year, quarter, unit, now - timedelta(days=6), now)
    review = Review.objects.select_related("card", "draw__unit").get(draw=draw)
    _score(review, users, now)
    publish(draw=draw, user=boss, at=now)
    _meet(review, unit, boss, now)


def _record(unit: Unit, year: int, quarter: int, user: User, now: datetime) -> None:
    """Some calls of each agent; the last agent has only short ones, and one file names nobody."""
    agents = Staff.objects.filter(job=Job.AGENT, team__path__startswith=unit.path).order_by("person__number")
    numbers = list(agents.values_list("person__number", flat=True))
    files = []
    for number in [*numbers, "DEMO-KF99"]:
        for n in range(CALLS if number in numbers else 1):
            key = f"{number} {n}"
            month, day = quarter * 3 - 2 + n % 3, 1 + pick(key, 27)
            seconds = 6 if number == numbers[-1] else 18 + pick(f"{key} length", 20)
            when = f"{year}{month:02d}{day:02d}-{9 + pick(key, 8):02d}{pick(key, 60):02d}00"
            name = f"{number}_{when}_{BUSINESS[pick(f'{key} business', 4)]}.wav"
            files.append(_file(name, tone(key, seconds, RATE)))
    marked = {files[3].name: Told(complaint=True), files[17].name: Told(low_rating=True)}
    take_recordings(files=files, table=marked, unit=unit, user=user, at=now - timedelta(days=7))


def _file(name: str, data: bytes) -> Incoming:
    return Incoming(name, len(data), lambda: [data])


def _score(review: Review, users: dict[str, User], at: datetime) -> None:
    """Agents differ, scorers nearly agree; the last few calls are left."""
    items = list(review.card.items.all())
    calls = sorted(due_calls(review), key=lambda each: not each.double)
    rows = Recording.objects.in_bulk([each.code for each in calls], field_name="code")
    for n, each in enumerate(calls[: len(calls) - LEFT]):
        for turn in range(each.needed):
            scorer = users[SCORERS[(n + turn) % len(SCORERS)]]
            lost = (pick(each.agent, 5) + pick(each.code, 4)) * 0.1
            marks: dict[int, float | None] = {
                item.pk: item.points if item.veto else round(item.points * (1 - lost * (place % 2)))
                for place, item in enumerate(items)
            }
            if turn and pick(each.code, 2):
                marks[items[1].pk] = max((marks[items[1].pk] or 0) - 1, 0)
            score(review=review, recording=rows[each.code], user=scorer, marks=marks, at=at)


def _meet(review: Review, unit: Unit, boss: User, now: datetime) -> None:
    heard = [each.code for each in due_calls(review)][::6]
    meeting = keep_meeting(
        row=ReviewMeeting(
            review=review,
            unit=unit,
            held_on=timezone.localdate(now),
            place="二楼会议室",
            chair="刘梅",
            attendees="孙悦\n钱军\n周文\n林燕",
            minutes=MINUTES,
        ),
        user=boss,
        heard=list(Recording.objects.filter(code__in=heard)),
        fields=["minutes"],
    )
    team = Unit.objects.get(code=branch.CENTRE)
    first = meeting.heard.first()
    add_finding(
        meeting=meeting, user=boss, text="未复述客户诉求，答复前没有核对户号", team=team, recording=first
    )
    add_finding(meeting=meeting, user=boss, text="停电来电没有说明预计送电时间", team=team)
    report_meeting(meeting=meeting, user=boss, at=now)


def clear(unit: Unit) -> None:
    """A scorecard belongs to the house: it goes with who made it, when nothing is scored by it any more."""
    Scorecard.objects.filter(
        made_by__unit__path__startswith=unit.path, reviews=None, inspections=None
    ).delete()
