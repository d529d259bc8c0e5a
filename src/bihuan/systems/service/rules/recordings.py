"""Which calls of the hotline are listened to: the same number of each agent, by ticket (S11).

A draw of five sees little: with one bad call in ten, at least one of them among five is a matter of 41 %.
Calls with a complaint, a long hold or a low rating belong in a queue beside this one, marked as not random.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from bihuan.kernel.rules.draw import FrameError, checked, draw, next_in_order, order, spread

PER_AGENT: Final = 5
SHORTEST_S: Final = 15
DOUBLE: Final = Fraction(1, 5)


@dataclass(frozen=True, slots=True)
class Recording:
    id: str
    agent: str
    on: date
    business: str
    duration_s: float
    transferred: bool = False

    @property
    def stratum(self) -> str:
        """Month and kind of business, `2026-01 billing`; calls without a kind are one of their own."""
        return f"{self.on:%Y-%m} {self.business.strip() or '?'}"


@dataclass(frozen=True, slots=True)
class Picked:
    id: str
    agent: str
    stratum: str


@dataclass(frozen=True, slots=True)
class Share:
    """What of one agent's calls could be drawn, and what was."""

    agent: str
    eligible: int
    too_short: int
    transferred: int
    """Calls left out. A share far above that of others is a question of its own."""
    picked: tuple[Picked, ...]

    @property
    def evaluated(self) -> bool:
        """An agent without eligible calls is listed as not evaluated and never scored 0."""
        return bool(self.picked)


@dataclass(frozen=True, slots=True)
class Plan:
    shares: tuple[Share, ...]
    """One for each active agent, in the order of names."""
    double: tuple[str, ...]
    """Recordings that two people score without seeing each other's marks."""
    strangers: tuple[str, ...]
    """Agents that have recordings and are not on the roster: somebody must say who they are."""

    @property
    def not_evaluated(self) -> tuple[str, ...]:
        return tuple(share.agent for share in self.shares if not share.evaluated)


def eligible(recording: Recording, shortest_s: float = SHORTEST_S) -> bool:
    """Long enough to judge, and the agent's own: not handed on to another."""
    return recording.duration_s >= shortest_s and not recording.transferred


def plan(
    seed: str,
    label: str,
    agents: Collection[str],
    recordings: Iterable[Recording],
    k: int = PER_AGENT,
    shortest_s: float = SHORTEST_S,
    double: Fraction = DOUBLE,
) -> Plan:
    """k recordings of each active agent, all of them where there are fewer, and a part for double scoring.

    Strata are months by kind of business: each gets its proportional share (`draw.spread`), inside it the
    smallest tickets win, so every eligible call of an agent has the same chance. Of the calls drawn,
    ⌈double · n⌉ are scored twice. FrameError for bad ids, ValueError for k below 1.
    """
    if k < 1 or not 0 <= double <= 1:
        raise ValueError("at least one recording of each agent, and a share of 0 … 1 twice")
    recordings = list(recordings)
    checked(each.id for each in recordings)
    calls: dict[str, list[Recording]] = defaultdict(list)
    for each in recordings:
        calls[each.agent].append(each)
    names = checked(agents)
    shares = tuple(_share(seed, label, agent, calls.get(agent, []), k, shortest_s) for agent in names)
    ids = [picked.id for share in shares for picked in share.picked]
    twice = -(-len(ids) * double.numerator // double.denominator)
    return Plan(
        shares,
        draw(seed, f"{label}|double", ids, twice),
        tuple(sorted(set(calls) - set(names))),
    )


def replacement(
    seed: str,
    label: str,
    agent: str,
    recordings: Iterable[Recording],
    unusable: str,
    passed: Collection[str],
    shortest_s: float = SHORTEST_S,
) -> Picked | None:
    """What is heard instead of a recording that cannot be: the next ticket of its stratum, never a choice.

    `passed` are the ids drawn or found unusable so far. Where the stratum has no more, the smallest ticket of
    all the agent's other calls; None when there is none. FrameError when the recording is not the agent's.
    """
    mine = [each for each in recordings if each.agent == agent and eligible(each, shortest_s)]
    strata = _strata(mine)
    own = next((name for name, ids in strata.items() if unusable in ids), None)
    if own is None:
        raise FrameError("stranger", unusable, f"{unusable!r} is no eligible recording of {agent!r}")
    done = {*passed, unusable}
    found = next_in_order(seed, _label(label, agent, own), strata[own], done & set(strata[own]))
    if found is None:
        left = [each.id for each in mine if each.id not in done]
        found = next((each.unit for each in order(seed, f"{label}|{agent}|any", left)), None)
    return None if found is None else _picked(agent, strata, found)


def chance_of_bad(calls: int, bad: float) -> float:
    """Chance that at least one of so many calls is bad when the share `bad` (0–1) is: 1 − (1 − bad)ⁿ.

    For an agent with many calls; ValueError for impossible figures.
    """
    if calls < 0 or not 0 <= bad <= 1:
        raise ValueError("calls must not be negative, and a share lies in 0 … 1")
    return float(1 - (1 - bad) ** calls)


def _share(seed: str, label: str, agent: str, calls: Sequence[Recording], k: int, shortest_s: float) -> Share:
    fit = [each for each in calls if eligible(each, shortest_s)]
    strata = _strata(fit)
    sizes = {name: len(ids) for name, ids in strata.items()}
    picked: list[Picked] = []
    for name, part in spread(seed, f"{label}|{agent}", sizes, min(k, len(fit))).items():
        chosen = draw(seed, _label(label, agent, name), strata[name], part)
        picked += [Picked(unit, agent, name) for unit in chosen]
    transferred = sum(each.transferred for each in calls)
    return Share(agent, len(fit), len(calls) - len(fit) - transferred, transferred, tuple(picked))


def _strata(calls: Iterable[Recording]) -> dict[str, list[str]]:
    strata: dict[str, list[str]] = defaultdict(list)
    for each in calls:
        strata[each.stratum].append(each.id)
    return dict(strata)


def _picked(agent: str, strata: dict[str, list[str]], found: str) -> Picked:
    return Picked(found, agent, next(name for name, ids in strata.items() if found in ids))


def _label(label: str, agent: str, stratum: str) -> str:
    return f"{label}|{agent}|{stratum}"
