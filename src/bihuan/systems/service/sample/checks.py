"""Some weeks of checks and visits in the demo branch: a few findings, one visit missed."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from bihuan.kernel.act.obligations import begin, fire, generate
from bihuan.kernel.models import Obligation, ObligationRun, ObligationState, Unit, User
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.registry import obligation_specs
from bihuan.kernel.rules.recurrence import period_of
from bihuan.web.listing.furnish import bring_new

from ..act import draft_card, keep_card, put_in_force
from ..models import Hall, Scorecard, ScorecardItem
from ..read.inspections import DUTIES
from ..rules.inspection import steps, visit_key
from . import branch
from .chance import pick

Row = dict[str, Any]
WEEKS, VIDEO_DAYS = 2, 2
RULES = "大石桥供电分公司供电营业厅标准化评比细则"
TITLES = {
    "video": "营业厅视频检查表",
    "visits": "营业厅现场检查表",
    "halls": RULES,
    "centre": "客服中心现场检查表",
}
SUBJECTS = {"video": "video", "visit": "visits", "scored": "halls"}
PREFIX = {"video": "SP", "visit": "XC", "scored": "PB"}
MISSED = "H2-04"
"""The hall whose visit of last week nobody made."""
FOUND = {
    "video": ("6 客户等候较多时无人上前引导", "5! 营业时间柜台人员使用手机", "2 公告栏停电信息未更新"),
    "visit": ("1 等候区地面有积水，未设警示", "2 公示栏电价表为旧版本"),
    "scored": ("3 自助缴费终端故障，未贴停用提示",),
}

OPEN = (9, 10, 14, 15)
"""Hours at which every hall is open."""


def load(now: datetime) -> None:
    today = timezone.localdate(now)
    director = User.objects.get(username="shi_lan")
    first = period_of(today, "week").first - timedelta(weeks=WEEKS)
    _cards(director, first, now)
    history = not Hall.objects.exclude(place__unit__code=branch.HALLS).exists() and all(
        [begin(key=key, since=_since(key, first, today)) for key in DUTIES]
    )
    if history:
        generate(now=now)
    rows = [*_videos(today), *_visits(first, today), *_scored(today)]
    bring_new("inspections", [row for row in _marked(rows) if row["at"] < now])
    if history:
        for row in Obligation.objects.filter(key__in=DUTIES, state=ObligationState.DUE, due_at__lt=now):
            row.next_at = fire(row=row, now=now)
            row.save(update_fields=["next_at"])


def _since(key: str, first: date, today: date) -> date:
    """Video checks begin a few working days ago; monthly and quarterly duties with this period."""
    if key == "service.video":
        return min(_worked(today, VIDEO_DAYS))
    return first if key in DUTIES[1:4] else period_of(today, obligation_specs()[key][1].period).first


def _worked(today: date, n: int) -> list[date]:
    """The last n working days before today."""
    calendar, found, day = working_calendar(), list[date](), today
    while len(found) < n:
        day -= timedelta(days=1)
        if calendar.is_workday(day):
            found.append(day)
    return found


def _cards(director: User, first: date, now: datetime) -> None:
    """The branch's own rules, in force for longer than the records that were made by them."""
    for subject, title in TITLES.items():
        if Scorecard.objects.filter(subject=subject).exists():
            continue
        card = draft_card(subject=subject, user=director, at=now)
        rows = list(card.items.values("section", "text", "points", "veto"))
        keep_card(card=card, user=director, title=title, rows=rows)
        put_in_force(card=card, user=director, on=timezone.localdate(now))
        Scorecard.objects.filter(pk=card.pk).update(valid_from=min(first, date(first.year, 1, 1)))


def _videos(today: date) -> list[Row]:
    calendar, first = working_calendar(), min(_worked(today, VIDEO_DAYS))
    days = [
        (day, code)
        for day in (first + timedelta(days=n) for n in range((today - first).days))
        for code, _name, level, *_rest in branch.HALL_ROWS
        if calendar.is_workday(day) or level == 1
    ]
    return [_row("video", code, day, "feng_li", n) for n, (day, code) in enumerate(days)]


def _visits(first: date, today: date) -> list[Row]:
    rows: list[Row] = []
    last_week = period_of(today, "week").first - timedelta(weeks=1)
    for code, _name, level, urban, *_rest in branch.HALL_ROWS:
        weekly = visit_key(level, urban) != "visit_other"
        for week in range(WEEKS + 1) if weekly else (WEEKS,):
            monday = first + timedelta(weeks=week)
            if code == MISSED and monday == last_week:
                continue
            day = _open_day(monday + timedelta(days=pick(f"{code} {week}", 5)), monday)
            rows.append(_row("visit", code, day, "qian_jun", len(rows)))
    return rows


def _open_day(day: date, monday: date) -> date:
    """The day itself where it is worked, else the first of its week that is."""
    calendar = working_calendar()
    week = [day, *(monday + timedelta(days=n) for n in range(7))]
    return next((each for each in week if calendar.is_workday(each)), day)


def _scored(today: date) -> list[Row]:
    """Half of the halls of level 2, some days ago."""
    day = _worked(today, 4)[-1]
    codes = [code for code, _name, level, *_rest in branch.HALL_ROWS if level == 2][:2]
    return [_row("scored", code, day, "sun_yue", n) for n, code in enumerate(codes)]


def _row(kind: str, code: str, day: date, by: str, n: int) -> Row:
    """Every ninth record finds something; the marks follow."""
    key = f"{kind} {code} {day:%j}"
    found = FOUND[kind][n // 9 % len(FOUND[kind])] if n % 9 == 4 or (kind == "scored" and n == 1) else ""
    at = datetime(day.year, day.month, day.day, OPEN[pick(key, len(OPEN))], pick(f"{key} minute", 60))
    return {
        "number": f"DEMO-{PREFIX[kind]}-{day:%y%m%d}-{code}",
        "kind": kind,
        "hall": code,
        "at": timezone.make_aware(at),
        "by": by,
        "findings": found,
    }


def _marked(rows: list[Row]) -> Iterator[Row]:
    """Marks in the order of the card; the item that a finding names lost most of its points."""
    cards = Scorecard.objects.filter(subject__in=TITLES).exclude(valid_from=None).order_by("version")
    items = {card.subject: list(card.items.all()) for card in cards}
    for row in rows:
        bad = re.match(r"\d+", str(row["findings"]))
        given = [
            _mark(item, f"{row['number']} {item.position}", bad is not None and int(bad[0]) == item.position)
            for item in items[SUBJECTS[str(row["kind"])]]
        ]
        yield {**row, "marks": " ".join(map(str, given))}


def _mark(item: ScorecardItem, key: str, bad: bool) -> int:
    best = steps(item.points)
    if bad:
        return best[-2]
    return item.points if item.veto or pick(key, 5) else best[1]


def clear(unit: Unit) -> None:
    """A house that owes nothing else begins anew the day after its own halls are there."""
    if not Obligation.objects.filter(key__in=DUTIES).exclude(unit__path__startswith=unit.path).exists():
        ObligationRun.objects.filter(key__in=DUTIES).delete()
