"""Reconciling a terminal's swipe journal with what came in live.

The live channel loses messages; the journal does not, but its clock may be wrong. Each line is
new, known already, or the other telling of a live swipe; from the swipes the sessions follow
(`refold`), so lines in any order, and journal and live in either order, end in the same sessions.
"""

import hashlib
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Final

from .cases import raise_case
from .effects import Effect, JournalFiled, LineOutcome, SwipeChanged, SwipeFiled
from .facts import Directory, InstrumentFacts
from .lines import Line, parse
from .refold import refold
from .state import History, State, Swipe

MATCH: Final = timedelta(seconds=120)
SKEW_S: Final = 60.0
"""A clock further off than this is a finding."""
REACH: Final = timedelta(seconds=600)
"""How far off a clock may be and still be found out by its matching pairs."""
AGREED_S: Final = 5.0
"""A receipt time this close to the corrected journal time stands."""
NEAR_S: Final = 15.0
"""Pairs whose skews differ by no more than this agree."""
MARGIN: Final = REACH + 2 * MATCH

_Pair = tuple[Swipe, Swipe]
"""A live swipe and the journal's telling of it."""


def file(
    state: State,
    directory: Directory,
    facts: InstrumentFacts,
    history: History,
    body: bytes,
    at: datetime,
) -> list[Effect]:
    """File one upload: five figures, the swipes that are news, and the sessions that follow.

    Needs the history back to `window.since`; raises ValueError without it.
    """
    sha256 = hashlib.sha256(body).hexdigest()
    repeated = sha256 in history.journals
    history.journals.add(sha256)
    lines = parse(body, directory.zone, at)
    news, outcomes = _sort_out(lines, directory, facts, history, repeated)
    pairs, skew_s = match([s for s in history.swipes if s.noted_at is None], news)
    told = {noted: live for live, noted in pairs}
    filed = tuple(_settled(outcome, told) for outcome in outcomes)
    effects: list[Effect] = [JournalFiled(facts.code, at, sha256, filed, skew_s)]
    touched = _merge(history, pairs, skew_s, effects)
    touched += _insert(state, history, [s for s in news if s not in told], skew_s, effects)
    if skew_s is not None and abs(skew_s) > SKEW_S:
        raise_case(history, effects, "clock_skew", facts.code, at, detail=f"{skew_s:+.0f} s")
    if touched:
        effects += refold(state, directory, facts, history, min(touched), at)
    return effects


def match(live: list[Swipe], noted: list[Swipe]) -> tuple[list[_Pair], float | None]:
    """Pair live swipes with journal lines of the same card and verb, one to one, nearest first.

    Within ±120 s after correction by the skew, which is the median (terminal minus server, s) of
    the pairs. Where nothing lies that near, two or more pairs that agree on a skew of up to
    600 s count too. Returns the pairs and their skew.
    """
    gaps = _candidates(live, noted)
    pairs = _nearest(gaps, 0.0)
    skew_s = _skew(pairs) if pairs else _agreed(gaps)
    if skew_s is None:
        return [], None
    pairs = _nearest(gaps, skew_s)
    return pairs, _skew(pairs)


def settle(received_at: datetime, noted_at: datetime, skew_s: float) -> datetime:
    """The best time of a swipe told twice (A10), never after its receipt.

    A clock up to 60 s behind cannot be told from a message up to 60 s late (a terminal sends
    live messages no older than that): the journal's time counts. Ahead, or further behind, it is
    the clock, and its skew is taken out.
    """
    corrected = noted_at - clock_error(skew_s)
    return corrected if (received_at - corrected).total_seconds() > AGREED_S else received_at


def clock_error(skew_s: float | None) -> timedelta:
    """The part of a skew that is the terminal's clock rather than late delivery."""
    if skew_s is None or -SKEW_S <= skew_s <= 0:
        return timedelta()
    return timedelta(seconds=skew_s)


def _sort_out(
    lines: list[Line], directory: Directory, facts: InstrumentFacts, history: History, repeated: bool
) -> tuple[list[Swipe], list[LineOutcome]]:
    """Split lines into news and known ones; a line is known by (card, verb, terminal's time)."""
    seen = {(s.card, s.verb, s.noted_at) for s in history.swipes if s.noted_at is not None}
    news: list[Swipe] = []
    outcomes: list[LineOutcome] = []
    for line in lines:
        if line.at is None:
            outcomes.append(LineOutcome(line.text, "rejected", line.reason))
            continue
        card, person = directory.identify(line.card, facts.card_format)
        key = (card, line.verb, line.at)
        if key in seen:
            outcomes.append(LineOutcome(line.text, "duplicate"))
        elif repeated:
            outcomes.append(LineOutcome(line.text, "rejected", "in the future at its first upload"))
        else:
            seen.add(key)
            swipe = Swipe(facts.code, card, person, line.verb, line.at, noted_at=line.at)
            news.append(swipe)
            outcomes.append(LineOutcome(line.text, "inserted", swipe=swipe))
    return news, outcomes


def _settled(outcome: LineOutcome, told: dict[Swipe, Swipe]) -> LineOutcome:
    live = told.get(outcome.swipe) if outcome.swipe is not None else None
    return outcome if live is None else LineOutcome(outcome.text, "matched", swipe=live)


def _merge(
    history: History, pairs: list[_Pair], skew_s: float | None, effects: list[Effect]
) -> list[datetime]:
    """Give live swipes their journal time; returns the instants whose order may have changed."""
    touched: list[datetime] = []
    for live, noted in pairs:
        if live.received_at is None or noted.noted_at is None:
            continue
        live.noted_at = noted.noted_at
        corrected = settle(live.received_at, noted.noted_at, skew_s or 0.0)
        if corrected != live.at:
            live.at = corrected
            touched.append(corrected)
        effects.append(SwipeChanged(live))
    return touched


def _insert(
    state: State, history: History, swipes: list[Swipe], skew_s: float | None, effects: list[Effect]
) -> list[datetime]:
    """Add the swipes that the live channel lost."""
    error = clock_error(skew_s)
    for swipe in swipes:
        swipe.at -= error
        effects.append(SwipeFiled(swipe))
    history.swipes += swipes
    instants = [swipe.at for swipe in swipes]
    if instants:
        state.noted_to = max([*instants, *([state.noted_to] if state.noted_to else [])])
    return instants


_Gap = tuple[float, Swipe, Swipe]
"""Terminal's time minus receipt (s), live swipe, line."""


def _candidates(live: list[Swipe], noted: list[Swipe]) -> list[_Gap]:
    """Every pair of one card and verb within reach, by time of the line, whatever its place."""
    heard: dict[tuple[str, str], list[tuple[datetime, Swipe]]] = defaultdict(list)
    for swipe in live:
        if swipe.received_at is not None:
            heard[swipe.card, swipe.verb].append((swipe.received_at, swipe))
    for swipes in heard.values():
        swipes.sort(key=_when)
    reach = REACH + MATCH
    gaps: list[_Gap] = []
    for line in sorted(noted, key=lambda swipe: swipe.at):
        swipes = heard.get((line.card, line.verb), [])
        first = bisect_left(swipes, line.at - reach, key=_when)
        last = bisect_right(swipes, line.at + reach, key=_when)
        gaps += [((line.at - at).total_seconds(), swipe, line) for at, swipe in swipes[first:last]]
    return gaps


def _when(heard: tuple[datetime, Swipe]) -> datetime:
    return heard[0]


def _nearest(gaps: list[_Gap], skew_s: float) -> list[_Pair]:
    """One to one, the closest first."""
    limit = MATCH.total_seconds()
    near = [gap for gap in gaps if abs(gap[0] - skew_s) <= limit]
    near.sort(key=lambda gap: abs(gap[0] - skew_s))
    taken: set[Swipe] = set()
    pairs: list[_Pair] = []
    for _, live, line in near:
        if live not in taken and line not in taken:
            taken |= {live, line}
            pairs.append((live, line))
    return pairs


def _skew(pairs: list[_Pair]) -> float:
    return _median((noted.at - live.received_at).total_seconds() for live, noted in pairs if live.received_at)


def _median(values: Iterable[float]) -> float:
    """The module `statistics` would cost a replay a tenth of its start."""
    ordered = sorted(values)
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


def _agreed(gaps: list[_Gap]) -> float | None:
    """The skew within reach on which most lines (two at least) agree; of equals the smallest."""
    near = sorted((gap for gap in gaps if abs(gap[0]) <= REACH.total_seconds()), key=itemgetter(0))
    lines: Counter[Swipe] = Counter()
    best, skew_s, first = (1, 0.0), None, 0
    for last, (gap_s, _, line) in enumerate(near):
        lines[line] += 1
        while gap_s - near[first][0] > NEAR_S:
            gone = near[first][2]
            lines[gone] -= 1
            if not lines[gone]:
                del lines[gone]
            first += 1
        middle = near[(first + last) // 2][0]
        if len(lines) > 1 and (len(lines), -abs(middle)) > best:
            best, skew_s = (len(lines), -abs(middle)), middle
    return skew_s
