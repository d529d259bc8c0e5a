"""`bihuan calendar …`: the built-in calendar on the command line, without database and Django."""

import argparse
import json
import os
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bihuan.commands.kinds import working_day_kinds
from bihuan.environment import Variables
from bihuan.inputs import BadInput
from bihuan.kernel.rules import deadlines
from bihuan.kernel.rules.calendar import DAY, Calendar, Deadline
from bihuan.kernel.rules.seed import standard_calendar

Document = dict[str, Any]
SHORTEST_INSTANT = len("20260930")
UNKNOWN = " (provisional: no official notice for that year yet)"


def add_workdays(args: argparse.Namespace) -> int:
    calendar = local_calendar()
    answers = []
    for text, start, n in groups(calendar, args.groups):
        answer = limit(calendar, deadlines.WorkingDays(n), start)
        answers.append(({"start": text, "days": n, **answer}, f"{text} + {n} working days"))
    return print_answers(args.json, answers)


def between(args: argparse.Namespace) -> int:
    if len(args.pairs) % 2:
        raise BadInput(f"between: {args.pairs[-1]!r} has no second instant: give pairs A B")
    calendar = local_calendar()
    answers = []
    for a, b in zip(args.pairs[::2], args.pairs[1::2], strict=True):
        start, end = instant(calendar, a), instant(calendar, b)
        first, last = sorted((calendar.local_date(start), calendar.local_date(end)))
        counted = {
            "days": calendar.workdays_between(start, end),
            "provisional": first < last and calendar.any_provisional(first + DAY, last),
        }
        answers.append(({"start": a, "end": b, **counted}, f"{a} to {b}, working days"))
    return print_answers(args.json, answers)


def due(args: argparse.Namespace) -> int:
    calendar, chosen = local_calendar(), targets(args)
    starts = [*args.starts, *args.instants]
    if not starts:
        return print_answers(args.json, [({"kind": name, **shape(target)}, name) for name, target in chosen])
    answers = []
    for text in starts:
        start = instant(calendar, text)
        for name, target in chosen:
            answer = {"kind": name, "start": text, **shape(target), **limit(calendar, target, start)}
            answers.append((answer, f"{name} from {text}"))
    return print_answers(args.json, answers)


def year(args: argparse.Namespace) -> int:
    calendar = local_calendar()
    answers = []
    for number in args.years:
        if number > 9999:
            raise BadInput(f"year: {number} is beyond the calendar")
        summary = calendar.year(number)
        answer = {
            "year": number,
            "working_days": summary.working_days,
            "make_up_days": list(map(str, summary.make_up_days)),
            "rest_days": list(map(str, summary.rest_days)),
            "status": str(summary.status),
        }
        answers.append((answer, str(number)))
    return print_answers(args.json, answers)


def local_calendar() -> Calendar:
    return standard_calendar(Variables(os.environ).zone())


def instant(calendar: Calendar, text: str) -> datetime:
    """An ISO instant; without an offset it is local, without a time it is the day's first moment."""
    try:
        parsed = datetime.fromisoformat(text)
        aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=calendar.zone)
        calendar.local_date(aware)
    except (ValueError, OverflowError):
        raise BadInput(f"INSTANT: {text!r} is not a date or instant such as 2026-09-30T17:30") from None
    return aware


def groups(calendar: Calendar, words: list[str]) -> Iterable[tuple[str, datetime, int]]:
    """Read INSTANT... N, repeated: every instant of a group gets the number that ends it."""
    waiting: list[tuple[str, datetime]] = []
    for word in words:
        if len(word) < SHORTEST_INSTANT and word.isascii() and word.isdigit():
            if not waiting:
                raise BadInput(f"add-workdays: no instant stands before N = {word}")
            yield from ((text, start, int(word)) for text, start in waiting)
            waiting = []
        elif waiting and len(word) < SHORTEST_INSTANT:
            raise BadInput(f"N: {word!r} is not a whole number of working days from 0 on")
        else:
            waiting.append((word, instant(calendar, word)))
    if waiting:
        raise BadInput(f"add-workdays: the number of working days is missing after {waiting[-1][0]!r}")


def targets(args: argparse.Namespace) -> list[tuple[str, deadlines.Target]]:
    """What was asked for: named kinds, or targets given as numbers, or else every known kind."""
    chosen: list[tuple[str, deadlines.Target]] = []
    if args.days:
        chosen.append((f"{args.days} working days", deadlines.WorkingDays(args.days)))
    if args.hours:
        chosen.append((f"{args.hours:g} business hours", deadlines.BusinessHours(args.hours)))
    if args.natural_hours:
        chosen.append((f"{args.natural_hours:g} hours", deadlines.NaturalHours(args.natural_hours)))
    if args.report_day:
        name = f"report of the {args.period} by day {args.report_day}"
        chosen.append((name, deadlines.ReportDay(args.report_day, args.period)))
    if args.later_month:
        chosen.append((f"month {args.later_month} after", deadlines.LaterMonth(args.later_month)))
    return [*chosen, *named_kinds(args.kind)] if args.kind or not chosen else chosen


def named_kinds(names: list[str]) -> Iterable[tuple[str, deadlines.Target]]:
    known = working_day_kinds()
    for name in names or sorted(known):
        if name not in known:
            raise BadInput(f"--kind: {name!r} is not known; known kinds: {', '.join(sorted(known))}")
        yield name, deadlines.WorkingDays(known[name])


def shape(target: deadlines.Target) -> Document:
    return {"days": target.days} if isinstance(target, deadlines.WorkingDays) else {}


def limit(calendar: Calendar, target: deadlines.Target, start: datetime) -> Document:
    try:
        deadline = target.due(calendar, start)
    except (ValueError, OverflowError) as error:
        raise BadInput(f"the limit lies beyond the calendar: {error}") from None
    return described(deadline)


def described(deadline: Deadline) -> Document:
    return {
        "deadline": deadline.due_on.isoformat(),
        "due_at": deadline.due_at.isoformat(),
        "provisional": deadline.provisional,
    }


def print_answers(as_json: bool, answers: list[tuple[Document, str]]) -> int:
    """One answer is one JSON object, several are one array; for people a line each."""
    if as_json:
        documents = [document for document, _ in answers]
        print(json.dumps(documents[0] if len(documents) == 1 else documents, ensure_ascii=False))
    else:
        print("\n".join(f"{label}: {readable(document)}" for document, label in answers))
    return 0


def readable(document: Document) -> str:
    if "year" in document:
        make_up = " ".join(document["make_up_days"]) or "none"
        return f"{document['working_days']} working days, {document['status']}, make-up days: {make_up}"
    if "due_at" not in document:
        return f"{document['days']}{UNKNOWN if document.get('provisional') else ''}"
    at = datetime.fromisoformat(document["due_at"])
    return f"{at:%Y-%m-%d %a %H:%M:%S}{UNKNOWN if document['provisional'] else ''}"
