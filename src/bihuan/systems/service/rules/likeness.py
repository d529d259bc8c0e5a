"""How alike one interviewer's questionnaires are, against what chance brings from the same batch.

Two sheets match in the share of questions that both answer alike. Kuriakose and Robbins (2016) take of each
sheet its largest match with another and suspect 85 %; that was made for a hundred questions, and with eight
two honest sheets easily agree on seven (Simmons et al. 2016). So the fixed share holds only for long
sheets, and short ones are judged against sheets drawn from everybody's: how often would as many come out as
alike as these? A hall's customers may truly resemble each other, so this too is a reason to ask.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Answers = Sequence[int | None]
Why = Literal["", "few", "alone"]
"""Why likeness is not judged: too few sheets, or nobody else's to compare with."""
MOST: Final = 60
"""Sheets of one interviewer that are compared pair by pair."""
POOL: Final = 800
"""Sheets of everybody from which chance draws."""
DRAWS: Final = 999
"""So p is 1/1,000 at least: enough for a false discovery rate of 5 % among fifty interviewers."""
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Likeness:
    """Sheets of one interviewer: mean largest match (0–1), that of chance, how often chance is as alike."""

    n: int
    seen: float | None = None
    usual: float | None = None
    p: float | None = None
    why: Why = ""


def matches(sheets: Sequence[Answers], least: int) -> Matrix:
    """Share of questions answered alike, of those that both answered; 0 where these are fewer than `least`.

    The diagonal is 0: nobody resembles himself.
    """
    n, width = len(sheets), max((len(sheet) for sheet in sheets), default=0)
    table = np.full((n, width), -1, dtype=np.int32)
    for row, sheet in enumerate(sheets):
        table[row, : len(sheet)] = [-1 if answer is None else answer for answer in sheet]
    same, both = np.zeros((n, n), dtype=np.int32), np.zeros((n, n), dtype=np.int32)
    for column in table.T:
        given = column >= 0
        pair = given[:, None] & given[None, :]
        both += pair
        same += pair & (column[:, None] == column[None, :])
    found: Matrix = np.where(both >= max(least, 1), same / np.maximum(both, 1), 0.0)
    np.fill_diagonal(found, 0.0)
    return found


def largest(sheets: Sequence[Answers], least: int) -> list[float]:
    """Of each sheet its largest match with another one, 0–1; 0 for a sheet that stands alone."""
    if len(sheets) < 2:
        return [0.0] * len(sheets)
    return [float(value) for value in matches(sheets, least).max(axis=1)]


def likeness(
    groups: Mapping[str, Mapping[str, Answers]], *, least_sheets: int, least_answers: int
) -> dict[str, Likeness]:
    """Of every interviewer: sheets by their ids. `seen` is the mean of the largest matches among his own.

    `usual` is the mean of the same figure over as many sheets drawn at random from everybody's, `p` how often
    such a draw is at least as alike, itself counted (Phipson and Smyth 2010). The draws follow from the ids:
    the same sheets give the same p. Nothing is judged below `least_sheets`, of him or of all others together.
    """
    total = sum(len(own) for own in groups.values())
    pool = _some({key: sheet for own in groups.values() for key, sheet in own.items()}, POOL)
    table = matches(list(pool.values()), least_answers)
    found: dict[str, Likeness] = {}
    chance: dict[int, Matrix] = {}
    for name, own in sorted(groups.items()):
        if len(own) < least_sheets:
            found[name] = Likeness(len(own), why="few")
        elif total - len(own) < least_sheets:
            found[name] = Likeness(len(own), why="alone")
        else:
            taken = _some(own, min(MOST, len(table)))
            if len(taken) not in chance:
                chance[len(taken)] = _chance(table, len(taken))
            found[name] = _judged(list(taken.values()), chance[len(taken)], least_answers, len(own))
    return found


def _judged(own: Sequence[Answers], chance: Matrix, least_answers: int, n: int) -> Likeness:
    seen = float(np.mean(largest(own, least_answers)))
    p = (1 + int(np.sum(chance >= seen - 1e-12))) / (len(chance) + 1)
    return Likeness(n, seen, float(chance.mean()), p)


def _chance(table: Matrix, m: int) -> Matrix:
    """The figure of DRAWS random sets of `m` sheets; RandomState because its numbers never change."""
    random = np.random.RandomState(m)
    n, found = len(table), []
    for _ in range(DRAWS):
        picked = random.permutation(n)[:m]
        found.append(table[np.ix_(picked, picked)].max(axis=1).mean())
    return np.asarray(found)


def _some(sheets: Mapping[str, Answers], most: int) -> dict[str, Answers]:
    """All of them, or as many by ticket: the ids decide, not their order."""
    if len(sheets) <= most:
        return dict(sorted(sheets.items()))
    picked = sorted(sheets, key=lambda key: sha256(key.encode()).hexdigest())[:most]
    return {key: sheets[key] for key in picked}
