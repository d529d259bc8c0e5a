"""How each kind of committed draw is drawn and drawn again, from plain data that can be published.

A kind is one `Engine`: what is drawn follows from seed, quarter, frame, params and the units that had to be
replaced, in that order, and from nothing else. Pages, commands and checks know only this.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Protocol

from bihuan.kernel.rules.draw import FrameError

from . import areas, halls, recordings

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """One draw inside a quarter's: its label is part of every ticket."""

    label: str
    drawn: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Swap:
    """A unit that could not be used, and the next ticket, "" when nobody was left."""

    gone: str
    taken: str
    label: str


@dataclass(frozen=True, slots=True)
class Outcome:
    parts: tuple[Part, ...]
    """As they are after all swaps."""
    swaps: tuple[Swap, ...] = ()
    left_out: tuple[str, ...] = ()
    """Whom the draw could not serve: agents without a call that may be drawn."""


class Engine(Protocol):
    version: str
    """Part of the commitment: another way to draw has another version."""

    def run(
        self, seed: str, year: int, quarter: int, frame: Sequence[Row], params: Row, gone: Sequence[str] = ()
    ) -> Outcome:
        """Draw, then replace `gone` one after the other. Raises FrameError for one that was not drawn."""


class Halls:
    """Frame: id, level, covered. Params: `halls.params`."""

    version = "halls-1"

    def run(
        self, seed: str, year: int, quarter: int, frame: Sequence[Row], params: Row, gone: Sequence[str] = ()
    ) -> Outcome:
        units = [halls.Hall(row["id"], row["level"]) for row in frame]
        covered = {row["id"] for row in frame if row["covered"]}
        plan = halls.quarter_plan(seed, year, quarter, units, covered, self.rules(params))
        swaps: list[Swap] = []
        for unit in gone:
            plan, done = halls.substitute(seed, plan, unit, "gone", "signed")
            swaps.append(Swap(done.gone, done.taken, done.label))
        return Outcome(tuple(Part(each.label, each.drawn) for each in plan.draws), tuple(swaps))

    @staticmethod
    def rules(params: Row) -> halls.Rules:
        """The rules that `halls.params` wrote down."""
        return halls.Rules(
            Fraction(params["share"]),
            frozenset(params["every_quarter"]),
            frozenset(params["sampled"]),
            bool(params["wide"]),
        )


class Voice:
    """Frame: id, agent, on, business, seconds, transferred. Params: agents, per_agent, shortest_s, double.

    A call whose length nobody knows has `seconds` null and cannot be drawn.
    """

    version = "voice-1"

    def run(
        self, seed: str, year: int, quarter: int, frame: Sequence[Row], params: Row, gone: Sequence[str] = ()
    ) -> Outcome:
        label, calls = f"{year}Q{quarter}|95598", [self.call(row) for row in frame]
        shortest, agents = params["shortest_s"], params["agents"]
        share = Fraction(params["double"])
        plan = recordings.plan(seed, label, agents, calls, params["per_agent"], shortest, share)
        drawn = {each.agent: tuple(one.id for one in each.picked) for each in plan.shares}
        double, swaps, passed = plan.double, [], set[str]()
        for unit in gone:
            agent = next((name for name, ids in drawn.items() if unit in ids), "")
            used = {*drawn.get(agent, ()), *passed}
            own = [each for each in calls if each.agent == agent]
            found = recordings.replacement(seed, label, agent, own, unit, used, shortest)
            taken = found.id if found else ""
            drawn[agent] = _swapped(drawn[agent], unit, taken)
            double = _swapped(double, unit, taken)
            passed.add(unit)
            swaps.append(Swap(unit, taken, f"{label}|{agent}"))
        parts = [Part(f"{label}|{agent}", ids) for agent, ids in drawn.items()]
        return Outcome((*parts, Part(f"{label}|double", double)), tuple(swaps), plan.not_evaluated)

    @staticmethod
    def call(row: Row) -> recordings.Recording:
        """A row of the frame as the rule reads it; an unknown length is shorter than any limit."""
        seconds = -1 if row["seconds"] is None else row["seconds"]
        on = date.fromisoformat(row["on"])
        return recordings.Recording(
            row["id"], row["agent"], on, row["business"], seconds, bool(row["transferred"])
        )


class Areas:
    """Frame: id, cases, customers, readers. Params: sessions, share (drawn by chance alone)."""

    version = "areas-1"

    def run(
        self, seed: str, year: int, quarter: int, frame: Sequence[Row], params: Row, gone: Sequence[str] = ()
    ) -> Outcome:
        plan, swaps = self.plan(seed, year, quarter, frame, params, gone)
        label = f"{year}Q{quarter}|meter"
        parts = [
            Part(f"{label}|{arm}", tuple(each.unit for each in plan if each.arm == arm))
            for arm in ("chance", "dense")
        ]
        return Outcome(tuple(parts), tuple(swaps))

    def plan(
        self, seed: str, year: int, quarter: int, frame: Sequence[Row], params: Row, gone: Sequence[str] = ()
    ) -> tuple[list[areas.Session], list[Swap]]:
        """The sessions with their readers, after all swaps."""
        label = f"{year}Q{quarter}|meter"
        rows = [areas.Area(row["id"], row["cases"], row["customers"], tuple(row["readers"])) for row in frame]
        plan = list(areas.sessions(seed, label, rows, params["sessions"], Fraction(params["share"])))
        swaps: list[Swap] = []
        passed: list[str] = []
        for unit in gone:
            at = next((place for place, each in enumerate(plan) if each.unit == unit), None)
            if at is None:
                raise FrameError("stranger", unit, f"{unit!r} is not in the plan")
            left = plan.pop(at)
            taken = areas.substitute(seed, label, rows, plan, left, passed)
            plan += [taken] if taken else []
            passed.append(left.area)
            swaps.append(Swap(unit, taken.unit if taken else "", f"{label}|{left.arm}"))
        return plan, swaps


def _swapped(units: tuple[str, ...], gone: str, taken: str) -> tuple[str, ...]:
    """The same order with one unit in the place of another, or without it."""
    if gone not in units:
        return units
    return tuple(taken if unit == gone else unit for unit in units if unit != gone or taken)


ENGINES: Mapping[str, Engine] = {"voice": Voice(), "halls": Halls(), "areas": Areas()}
