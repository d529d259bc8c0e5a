"""Signs that a questionnaire was filled in on the kerb: reasons to ask, never a verdict.

Each sign has an innocent reading (a hall that really pleases, a queue that answers together, a clock that is
wrong), so it names the rule, the limit and what was seen, and leaves the judgement to a person. The rules are
those of usual field control (speeders, straight-lining, duplicates, likeness, times); the limits are ours.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Literal

from bihuan.kernel.rules.measures.comparisons import adjusted_p

from .likeness import Likeness, largest, likeness

Rule = Literal["too_fast", "straight_lining", "identical", "near_copy", "alike", "closed", "bunched"]
Span = tuple[datetime, datetime]


LONG = 1000
"""Sheets of one interviewer that are compared pair by pair at most."""


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
    match: float = 0.85
    """Of the questions that two sheets answer, the share answered alike."""
    match_answers: int = 20
    """Below so many answers two honest sheets easily agree on most: only chance judges then."""
    alike: float = 0.05
    """False discovery rate of the comparison with chance."""
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
    likeness: Mapping[str, Likeness] = field(default_factory=dict)
    """Of every interviewer, flagged or not; with why it is not judged."""


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
    compared = likenesses(groups, limits)
    signs = (
        *too_fast(batch, limits),
        *straight_lining(groups, limits),
        *(sign for group in groups.values() for sign in identical(group, limits)),
        *(sign for group in groups.values() for sign in near_copies(group, limits)),
        *alike(groups, compared, limits),
        *closed(batch, opened),
        *(sign for group in groups.values() for sign in bunched(group, limits)),
    )
    unknown = tuple(sorted({sheet.hall for sheet in batch if not opened.get(sheet.hall)}))
    return Findings(signs, unknown, compared)


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


def near_copies(group: Sequence[Sheet], limits: Limits = Limits()) -> Iterator[Sign]:
    """Long sheets of one interviewer of which another answers the share `match` alike (Kuriakose & Robbins).

    `seen` is the largest share. Straight ones are left to their own rule.
    """
    long = [each for each in group if len(each.given) >= limits.match_answers and not straight(each, limits)]
    shares = largest([sheet.answers for sheet in long[:LONG]], limits.match_answers)
    copies = {s.id: share for s, share in zip(long, shares, strict=False) if share >= limits.match}
    if copies:
        yield Sign("near_copy", group[0].interviewer, tuple(copies), max(copies.values()), limits.match)


def likenesses(groups: Mapping[str, Sequence[Sheet]], limits: Limits = Limits()) -> dict[str, Likeness]:
    """Of every interviewer against everybody's sheets."""
    judged = {
        name: {sheet.id: sheet.answers for sheet in group if _comparable(sheet, limits)}
        for name, group in groups.items()
    }
    return likeness(judged, least_sheets=limits.least_sheets, least_answers=limits.least_answers)


def alike(
    groups: Mapping[str, Sequence[Sheet]], compared: Mapping[str, Likeness], limits: Limits = Limits()
) -> Iterator[Sign]:
    """Interviewers whose sheets resemble each other more than chance brings, all of them looked at together.

    `seen` is p after Benjamini & Hochberg. Names the sheets of which another is as alike as their mean: those
    to ask about first.
    """
    judged = {name: one.p for name, one in compared.items() if one.p is not None}
    adjusted = dict(zip(judged, adjusted_p(list(judged.values())), strict=True))
    for name, p in adjusted.items():
        mean = compared[name].seen or 0.0
        if p <= limits.alike:
            own = [sheet for sheet in groups[name] if _comparable(sheet, limits)][:LONG]
            shares = largest([sheet.answers for sheet in own], limits.least_answers)
            ids = tuple(s.id for s, share in zip(own, shares, strict=True) if share >= mean - 1e-9)
            yield Sign("alike", name, ids, p, limits.alike)


def _comparable(sheet: Sheet, limits: Limits) -> bool:
    """Enough answers, and not one and the same everywhere: those have a rule of their own."""
    return len(sheet.given) >= limits.least_answers and not straight(sheet, limits)


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
