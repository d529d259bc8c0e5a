"""Signs that a questionnaire was filled in on the kerb: reasons to ask, never a verdict.

Each sign has an innocent reading (a hall that really pleases, a queue that answers together, a clock that is
wrong), so it names the rule, the limit and what was seen, and leaves the judgement to a person. The rules are
those of usual field control (speeders, straight-lining, duplicates, times); the limits are ours.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Literal

Rule = Literal["too_fast", "straight_lining", "identical", "closed", "bunched"]
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Sheet:
    id: str
    interviewer: str
    hall: str
    begun_at: datetime
    ended_at: datetime
    answers: tuple[int | None, ...]
    """None where nothing was ticked."""

    @property
    def duration_s(self) -> float:
        return (self.ended_at - self.begun_at).total_seconds()

    @property
    def given(self) -> tuple[int, ...]:
        return tuple(answer for answer in self.answers if answer is not None)


@dataclass(frozen=True, slots=True)
class Limits:
    """From which value on something is a sign. All ours."""

    fast_share: float = 1 / 3
    """Of the median duration of all sheets."""
    least_sheets: int = 5
    """Below so many there is no median, and no interviewer is judged by shares."""
    straight_share: float = 0.5
    """Of an interviewer's sheets that have one and the same answer everywhere."""
    least_answers: int = 5
    """A sheet with fewer answers is not called straight, nor identical to another."""
    identical: int = 3
    """Sheets of one interviewer with the same answers in the same places."""
    bunched_share: float = 0.5
    """Of an interviewer's sheets begun within the bunch."""
    bunch_s: float = 300


@dataclass(frozen=True, slots=True)
class Sign:
    """What was seen, beside the limit: seconds, shares 0–1, or sheets, as the rule counts."""

    rule: Rule
    interviewer: str
    sheets: tuple[str, ...]
    seen: float
    limit: float
    usual: float | None = None
    """The same figure of everybody else, where that says more than the limit."""


@dataclass(frozen=True, slots=True)
class Findings:
    signs: tuple[Sign, ...]
    not_judged: tuple[str, ...]
    """Halls whose opening hours are not known: nobody can say what lies outside of them."""


def look(
    sheets: Iterable[Sheet], opened: Mapping[str, Sequence[Span]], limits: Limits = Limits()
) -> Findings:
    """All signs in one batch of sheets (one questionnaire, one quarter), by rule, interviewer and sheet.

    `opened`: for each hall the spans (aware instants) in which it was open in the quarter. ValueError for a
    naive instant, or a sheet that ends before it begins.
    """
    batch = sorted(sheets, key=lambda sheet: (sheet.interviewer, sheet.id))
    for sheet in batch:
        if sheet.begun_at.tzinfo is None or sheet.ended_at.tzinfo is None:
            raise ValueError(f"sheet {sheet.id}: an instant has no time zone")
        if sheet.duration_s < 0:
            raise ValueError(f"sheet {sheet.id} ends before it begins")
    groups: dict[str, list[Sheet]] = defaultdict(list)
    for sheet in batch:
        groups[sheet.interviewer].append(sheet)
    signs = (
        *too_fast(batch, limits),
        *straight_lining(groups, limits),
        *(sign for group in groups.values() for sign in identical(group, limits)),
        *closed(batch, opened),
        *(sign for group in groups.values() for sign in bunched(group, limits)),
    )
    return Findings(signs, tuple(sorted({sheet.hall for sheet in batch if not opened.get(sheet.hall)})))


def too_fast(batch: Sequence[Sheet], limits: Limits = Limits()) -> Iterator[Sign]:
    """Sheets below `fast_share` of the median duration (s) of the whole batch.

    Of the batch, not of the interviewer: who invents all of them is never quick by his own median.
    """
    if len(batch) < limits.least_sheets:
        return
    usual = median(sheet.duration_s for sheet in batch)
    limit = usual * limits.fast_share
    for sheet in batch:
        if sheet.duration_s < limit:
            yield Sign("too_fast", sheet.interviewer, (sheet.id,), sheet.duration_s, limit, usual)


def straight_lining(groups: Mapping[str, Sequence[Sheet]], limits: Limits = Limits()) -> Iterator[Sign]:
    """Interviewers of whose sheets the share `straight_share` or more carries one answer everywhere.

    One such sheet means little, for contented people tick so; the share stands beside that of the others.
    """
    found = {name: [sheet for sheet in group if straight(sheet, limits)] for name, group in groups.items()}
    total, lined = sum(map(len, groups.values())), sum(map(len, found.values()))
    for name, group in groups.items():
        share = len(found[name]) / len(group)
        if len(group) >= limits.least_sheets and share >= limits.straight_share:
            others = total - len(group)
            usual = (lined - len(found[name])) / others if others else None
            ids = tuple(sheet.id for sheet in found[name])
            yield Sign("straight_lining", name, ids, share, limits.straight_share, usual)


def straight(sheet: Sheet, limits: Limits = Limits()) -> bool:
    """Whether all answers, `least_answers` or more, are the same."""
    return len(sheet.given) >= limits.least_answers and len(set(sheet.given)) == 1


def identical(group: Sequence[Sheet], limits: Limits = Limits()) -> Iterator[Sign]:
    """The same answers in the same places on `identical` sheets or more of one interviewer.

    Straight ones are left to their own rule: that all are content is no copy.
    """
    alike: dict[tuple[int | None, ...], list[Sheet]] = defaultdict(list)
    for sheet in group:
        if len(sheet.given) >= limits.least_answers and not straight(sheet, limits):
            alike[sheet.answers].append(sheet)
    for same in alike.values():
        if len(same) >= limits.identical:
            ids = tuple(sheet.id for sheet in same)
            yield Sign("identical", same[0].interviewer, ids, len(same), limits.identical)


def closed(batch: Sequence[Sheet], opened: Mapping[str, Sequence[Span]]) -> Iterator[Sign]:
    """Sheets begun while the hall was closed; `seen` is the distance (s) to the nearest open minute.

    To end after closing time is no sign: who is inside may finish. A hall without spans is not judged.
    """
    for sheet in batch:
        off_s = min((_distance_s(sheet.begun_at, span) for span in opened.get(sheet.hall, ())), default=0.0)
        if off_s > 0:
            yield Sign("closed", sheet.interviewer, (sheet.id,), off_s, 0)


def bunched(group: Sequence[Sheet], limits: Limits = Limits()) -> Iterator[Sign]:
    """The largest part of one interviewer's sheets begun within `bunch_s` seconds, where it is too large."""
    if len(group) < limits.least_sheets:
        return
    ordered = sorted(group, key=lambda sheet: (sheet.begun_at, sheet.id))
    best: Sequence[Sheet] = ()
    first = 0
    for last, sheet in enumerate(ordered):
        while (sheet.begun_at - ordered[first].begun_at).total_seconds() > limits.bunch_s:
            first += 1
        if last + 1 - first > len(best):
            best = ordered[first : last + 1]
    share = len(best) / len(group)
    if share >= limits.bunched_share:
        ids = tuple(sheet.id for sheet in best)
        yield Sign("bunched", group[0].interviewer, ids, share, limits.bunched_share)


def _distance_s(at: datetime, span: Span) -> float:
    begin, end = span
    return max((begin - at).total_seconds(), (at - end).total_seconds(), 0.0)
