"""Signs of invented questionnaires in a quarter, by interviewer and wave, with what was decided."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from django.utils import timezone

from bihuan.kernel.models import Person, Reply, Wave
from bihuan.kernel.read.standards import value
from bihuan.kernel.read.surveys import Filled, filled

from ..models import Draw, Fieldwork, SheetCheck
from ..rules.curbstone import Limits, Sheet, Sign, Span, look
from ..rules.likeness import Likeness
from ..rules.quarters import Quarter
from .fieldwork import works_of
from .opening import openings


def limits_on(at: datetime) -> Limits:
    """The thresholds in force, each a standard."""

    def number(key: str) -> float:
        return float(value(f"service.curb.{key}", at))

    return Limits(
        fast_share=number("fast"),
        least_sheets=int(number("sheets")),
        straight_share=number("straight"),
        least_answers=int(number("answers")),
        identical=int(number("identical")),
        match=number("match"),
        match_answers=int(number("match_answers")),
        alike=number("alike"),
        bunched_share=number("bunched"),
        bunch_s=number("bunch"),
    )


@dataclass(frozen=True, slots=True)
class Group:
    """What one interviewer brought back from one wave."""

    interviewer: Person
    work: Fieldwork
    sheets: Sequence[Filled]
    valid: int
    excluded: int
    flagged: Sequence[int]
    """Keys of the replies that a sign names."""


@dataclass(frozen=True, slots=True)
class Control:
    groups: Sequence[Group] = ()
    signs: Mapping[int, Sequence[Sign]] = field(default_factory=dict)
    """By interviewer."""
    by_reply: Mapping[int, Sequence[Sign]] = field(default_factory=dict)
    checks: Mapping[int, SheetCheck] = field(default_factory=dict)
    not_judged: Sequence[str] = ()
    likeness: Mapping[int, Likeness] = field(default_factory=dict)
    """By interviewer, of all sheets of the draw."""

    @property
    def undecided(self) -> list[int]:
        """Flagged sheets on which nobody has decided."""
        decided = {key for key, row in self.checks.items() if row.verdict}
        return [key for key in self.by_reply if key not in decided]


def control_of(draw: Draw) -> Control:
    """All sheets of the draw that an interviewer handed in, looked at together."""
    works = {row.wave_id: row for row in works_of(draw) if row.gone_at is None}
    sheets = [each for each in filled(row.wave for row in works.values()) if each.interviewer]
    if not sheets:
        return Control()
    judged = [_sheet(each) for each in sheets if each.measured]
    found = look(judged, _opened(works, draw), limits_on(draw.opened_at or draw.called_at))
    by_reply: dict[int, list[Sign]] = defaultdict(list)
    signs: dict[int, list[Sign]] = defaultdict(list)
    for sign in found.signs:
        signs[int(sign.interviewer)].append(sign)
        for key in sign.sheets:
            by_reply[int(key)].append(sign)
    checks = {
        row.reply_id: row for row in SheetCheck.objects.filter(reply__in=[each.reply for each in sheets])
    }
    compared = {int(person): one for person, one in found.likeness.items()}
    groups = _groups(sheets, works, set(by_reply))
    return Control(groups, signs, by_reply, checks, found.not_judged, compared)


def _sheet(each: Filled) -> Sheet:
    return Sheet(
        str(each.reply), str(each.interviewer), each.subject_key, each.begun_at, each.ended_at, each.answers
    )


def _opened(works: Mapping[int, Fieldwork], draw: Draw) -> dict[str, list[Span]]:
    """Opening hours of the halls; of a session, its day."""
    quarter = Quarter(draw.year, draw.quarter)
    found: dict[str, list[Span]] = {}
    for row in works.values():
        if row.hall:
            spans = openings(row.hall, quarter.first, quarter.last)
            found[row.drawn] = [
                (
                    timezone.make_aware(datetime.combine(each.on, each.opens)),
                    timezone.make_aware(datetime.combine(each.on, each.closes)),
                )
                for each in spans
            ]
        elif row.held_on:
            day = timezone.make_aware(datetime.combine(row.held_on, time()))
            found[row.drawn] = [(day, day + timedelta(days=1))]
    return found


def _groups(sheets: Sequence[Filled], works: Mapping[int, Fieldwork], flagged: set[int]) -> list[Group]:
    parts: dict[tuple[int, int], list[Filled]] = defaultdict(list)
    for each in sheets:
        parts[each.interviewer or 0, each.wave].append(each)
    people = Person.objects.in_bulk({person for person, _wave in parts})
    rows = Reply.objects.in_bulk([each.reply for each in sheets])
    made = []
    for (person, wave), own in parts.items():
        replies = [rows[each.reply] for each in own]
        made.append(
            Group(
                people[person],
                works[wave],
                own,
                sum(reply.valid for reply in replies),
                sum("excluded" in reply.reasons for reply in replies),
                [each.reply for each in own if each.reply in flagged],
            )
        )
    return sorted(made, key=lambda group: (-len(group.flagged), group.interviewer.name, group.work.drawn))


def undecided_in(wave: Wave) -> int:
    """Flagged sheets of one wave that wait for a decision."""
    work = Fieldwork.objects.select_related("draw").filter(wave=wave).first()
    if work is None or work.gone_at:
        return 0
    found = control_of(work.draw)
    mine = {each.reply for group in found.groups if group.work.pk == work.pk for each in group.sheets}
    return sum(key in mine for key in found.undecided)
