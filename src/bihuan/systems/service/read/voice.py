"""The quarterly review of recordings: what is to be scored, what was, and what may be said of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from math import fsum

from django.utils.timezone import localtime

from bihuan.kernel.models import Unit, User
from bihuan.kernel.read.cases import superiors_of
from bihuan.kernel.read.standards import value

from ..models import CallScore, Job, Recording, Review, Staff
from ..rules.agents import (
    Agreement,
    Marks,
    PassFail,
    Standing,
    agreement,
    on_item,
    standings,
    summed_tables,
    table_of,
)
from ..rules.engines import Row
from .draws import drawn

Codes = tuple[str, ...]


def quarter_before(on: date) -> tuple[int, int]:
    """Year and quarter that ended last before a day: its calls are all in."""
    quarter = (on.month + 2) // 3 - 1
    return (on.year, quarter) if quarter else (on.year - 1, 4)


def last_day(year: int, quarter: int) -> date:
    """The day by which the standards of a quarter are read."""
    return date(year, quarter * 3, 31 if quarter in (1, 4) else 30)


def voice_frame(unit: Unit, year: int, quarter: int) -> list[Row]:
    """Calls of the quarter that an agent of the unit took, as they are committed to: no names, no sound."""
    months = (quarter * 3 - 2, quarter * 3)
    rows = Recording.objects.filter(
        unit__path__startswith=unit.path,
        started_at__year=year,
        started_at__month__range=months,
        evidence__removed_at=None,
    ).order_by("code")
    names = (
        "code",
        "agent__person__number",
        "agent_number",
        "started_at",
        "business",
        "duration_s",
        "transferred",
    )
    return [
        {
            "id": code,
            "agent": number or told or "?",
            "on": localtime(started).date().isoformat(),
            "business": business,
            "seconds": None if seconds is None else int(seconds),
            "transferred": transferred,
        }
        for code, number, told, started, business, seconds, transferred in rows.values_list(*names).iterator()
        if started is not None
    ]


def voice_params(unit: Unit, year: int, quarter: int) -> Row:
    """Rules of the draw as they are committed to: the standards at the quarter's end, and the roster."""
    end = last_day(year, quarter)
    agents = Staff.objects.filter(job=Job.AGENT, team__path__startswith=unit.path)
    here = agents.exclude(left_on__lt=date(year, quarter * 3 - 2, 1))
    return {
        "agents": sorted(here.values_list("person__number", flat=True)),
        "per_agent": int(value("service.voice.calls", end)),
        "shortest_s": int(value("service.voice.shortest", end)),
        "double": str(Fraction(value("service.voice.double", end))),
    }


@dataclass(frozen=True, slots=True)
class Due:
    """One drawn call: how many scores it needs in all, and those that count."""

    code: str
    agent: str
    double: bool
    needed: int
    scores: Mapping[int, float] = field(default_factory=dict)
    """Account → score."""

    @property
    def missing(self) -> int:
        return max(self.needed - len(self.scores), 0)


def due_calls(review: Review) -> list[Due]:
    """Every drawn call. A call for double scoring counts its scores of the newest round, another one all."""
    scorers = int(value("service.voice.scorers", review.begun_at))
    parts = list(drawn(review.draw).items())
    twice = set(parts[-1][1]) if parts else set()
    given: dict[str, dict[int, float]] = defaultdict(dict)
    rows = review.scores.order_by("round").values_list("recording__code", "scorer", "round", "total")
    for code, scorer, number, total in rows:
        if number == review.round or code not in twice:
            given[code][scorer] = float(total)
    return [
        Due(
            code,
            label.rpartition("|")[2],
            code in twice,
            scorers if code in twice else 1,
            given.get(code, {}),
        )
        for label, codes in parts[:-1]
        for code in codes
    ]


def barred(user: User, recording: Recording) -> bool:
    """Own calls, and calls of somebody above: nobody scores himself or his superior."""
    agent = recording.agent
    if agent is None:
        return False
    account = getattr(agent.person, "user", None)
    own = user.person_id is not None and user.person_id == agent.person_id
    return own or (account is not None and (account.pk == user.pk or account.pk in superiors_of(user)))


def queue(review: Review, user: User, calls: Iterable[Due] | None = None) -> list[Recording]:
    """Calls that still need a score and that this person may give one; those for double scoring first."""
    waiting = [each for each in (due_calls(review) if calls is None else calls) if each.missing]
    open_to = [each for each in waiting if user.pk not in each.scores]
    related = ("agent__person__user", "agent__team", "evidence")
    found = Recording.objects.select_related(*related).in_bulk(
        [one.code for one in open_to], field_name="code"
    )
    ordered = sorted(open_to, key=lambda each: not each.double)
    rows = [found[each.code] for each in ordered if each.code in found]
    return [row for row in rows if not barred(user, row)]


@dataclass(frozen=True, slots=True)
class Result:
    agreement: Agreement
    limit: float
    standings: list[Standing]
    not_evaluated: list[str]
    """Agents of whom nothing could be drawn: listed, and never scored 0."""
    scored: int
    wanted: int

    @property
    def ranked(self) -> bool:
        return self.agreement.state == "agreed"


def result(review: Review, calls: list[Due] | None = None) -> Result:
    """What the scores say so far; ranks are there to be shown only when `ranked`."""
    calls = due_calls(review) if calls is None else calls
    limit = float(value("service.voice.alpha", review.begun_at))
    given = {each.code: {str(key): total for key, total in each.scores.items()} for each in calls}
    double = [each for each in calls if each.double]
    found = agreement(given, [each.code for each in double], double[0].needed if double else 2, limit)
    marks: dict[str, list[float]] = {each.agent: [] for each in calls}
    for each in calls:
        if each.scores:
            marks[each.agent].append(fsum(each.scores.values()) / len(each.scores))
    return Result(
        agreement=found,
        limit=limit,
        standings=standings(marks, int(value("service.voice.rank", review.begun_at))),
        not_evaluated=list(review.draw.left_out),
        scored=sum(min(len(each.scores), each.needed) for each in calls),
        wanted=sum(each.needed for each in calls),
    )


def severities(review: Review) -> list[tuple[str, float, int]]:
    """Scorer, mean difference to the others on shared calls, number of those; the severest first."""
    people: dict[int, list[float]] = defaultdict(list)
    for each in due_calls(review):
        for scorer, mark in each.scores.items() if len(each.scores) > 1 else ():
            others = [other for key, other in each.scores.items() if key != scorer]
            people[scorer].append(mark - fsum(others) / len(others))
    names = User.objects.in_bulk(people)
    found = [(str(names[key]), fsum(marks) / len(marks), len(marks)) for key, marks in people.items()]
    return sorted(found, key=lambda each: each[1])


def pass_fail(review: Review) -> list[PassFail]:
    """How scorers agree on each veto item, and on all of them together, in the newest round."""
    items = list(review.card.items.filter(veto=True))
    rows = review.scores.filter(round=review.round, shown=True).order_by("recording", "scorer")
    by_call: dict[int, list[Marks]] = defaultdict(list)
    for recording, marks in rows.values_list("recording", "marks"):
        by_call[recording].append(marks)
    tables = [table_of(by_call.values(), str(item.pk)) for item in items]
    found = [on_item(item.text, table) for item, table in zip(items, tables, strict=True)]
    return [*found, on_item("", summed_tables(tables))] if len(items) > 1 else found


def visible_scores(review: Review, recording: Recording, user: User) -> list[CallScore]:
    """Own scores, and those of others once the call is scored in full: blind until then."""
    rows = review.scores.filter(recording=recording).select_related("scorer").order_by("round", "at")
    return [row for row in rows if row.shown or row.scorer_id == user.pk]


def agreed_scores(unit: Unit, first: datetime, last: datetime) -> list[float]:
    """Scores of calls taken in [first, last) in a unit and below, one a call, where the scorers agree."""
    calls = {
        "recording__unit__path__startswith": unit.path,
        "recording__started_at__gte": first,
        "recording__started_at__lt": last,
    }
    rows = CallScore.objects.filter(**calls).values_list("review", "recording__code").distinct()
    wanted: dict[int, set[str]] = defaultdict(set)
    for key, code in rows:
        wanted[key].add(code)
    found: list[float] = []
    for review in Review.objects.select_related("draw").filter(pk__in=wanted):
        due = due_calls(review)
        if result(review, due).ranked:
            found += [
                fsum(each.scores.values()) / len(each.scores)
                for each in due
                if each.scores and each.code in wanted[review.pk]
            ]
    return found
