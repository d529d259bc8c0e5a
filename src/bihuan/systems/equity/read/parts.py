"""What customer equity is made of: purchases without a contract, and cohorts under one."""

from dataclasses import dataclass, replace
from datetime import date

from bihuan.kernel.models import Unit

from ..models import ModelRun
from ..rules.within import Worth, summed
from .figures import Figure


@dataclass(frozen=True, slots=True)
class Part:
    """One cohort as the run counted it; without a value `why` says what stands in the way."""

    cohort: int
    code: str
    figure: Figure
    why: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    purchases: Figure
    parts: list[Part]
    contracts: Figure | None
    """All cohorts that count; None where none does."""
    total: Figure


def made_of(run: ModelRun, unit: Unit, purchases: Figure) -> Made:
    """Cohorts of the unit and below, frozen with the run; both halves have horizon and discount in common."""
    rows = [row for row in run.counts.get("contracts", ()) if str(row["path"]).startswith(unit.path)]
    parts = [_part(row) for row in rows]
    counting = [_worth(part.figure) for part in parts if not part.why]
    if not counting or purchases.value is None:
        return Made(purchases, parts, None, purchases)
    found = summed(counting)
    contracts = Figure(value=found.value, low=found.low, high=found.high, n=found.n)
    if purchases.low is None or purchases.high is None:
        n = (purchases.n or 0) + found.n
        return Made(purchases, parts, contracts, replace(purchases, value=purchases.value + found.value, n=n))
    both = summed([_worth(purchases), found])
    total = Figure(value=both.value, low=both.low, high=both.high, n=both.n, note="contracts")
    return Made(purchases, parts, contracts, total)


def part_of(run: ModelRun, cohort: int) -> Part | None:
    """What the run made of one cohort; None where it was not there yet."""
    rows = (row for row in run.counts.get("contracts", ()) if row["cohort"] == cohort)
    return next((_part(row) for row in rows), None)


def _part(row: dict[str, str | int]) -> Part:
    key, code, why = int(row["cohort"]), str(row["code"]), str(row.get("why", ""))
    if why:
        return Part(key, code, Figure(), why)
    value, low, high = (float(row[name]) for name in ("value", "low", "high"))
    on = date.fromisoformat(str(row["on"])) if row.get("on") else None
    return Part(key, code, Figure(value=value, low=low, high=high, n=int(row["n"]), on=on))


def _worth(figure: Figure) -> Worth:
    value = figure.value or 0.0
    low = value if figure.low is None else figure.low
    high = value if figure.high is None else figure.high
    return Worth(value, low, high, figure.n or 0)
