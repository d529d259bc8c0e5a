"""The four pairs, old beside new: each figure with its interval, or with what is missing to show it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
from django.db.models import Avg, Count, F, Q, StdDev, Sum
from django.utils import timezone

from bihuan.kernel.models import Unit, User
from bihuan.kernel.read.standards import value
from bihuan.kernel.remembered import remembered
from bihuan.kernel.rules.measures.proportions import share as proportion
from bihuan.kernel.scope import below

from ..models import BrandSurvey, MarketEstimate, ModelRun, Score
from .figures import Figure
from .market import Switching, switched
from .parts import Made, made_of
from .runs import latest_of, scores, scores_of, whole

MONTH = 30.4375


@dataclass(frozen=True, slots=True)
class Board:
    run: ModelRun | None
    survey: BrandSurvey | None
    whole: bool
    """False: the figures are of the customers whom the user may see, a part of the run."""
    product: Figure
    contribution: Figure
    sales: Figure
    clv: Figure
    brand: Figure
    equity: Figure
    market: Figure
    equity_share: Figure
    made: Made | None = None
    """What customer equity is made of; None without a run."""


def board(user: User) -> Board:
    """Of what the user may see."""
    return board_of(user.unit)


@remembered
def board_of(unit: Unit) -> Board:
    """Of the newest run that holds customers of the unit, and of those customers."""
    run = latest_of(unit)
    survey = _recent(unit, BrandSurvey.objects.all())
    switching = switched(survey) if survey else None
    if run is None:
        none = Figure(missing="run")
        return Board(
            None, survey, True, none, none, none, none, _brand(switching, survey), none, none,
            _share(unit, None, switching, survey),
        )  # fmt: skip
    rows = scores_of(unit, run)
    everybody = whole(unit, run)
    told = _totals(run, rows, everybody)
    made = made_of(run, unit, _equity(run, told, everybody))
    equity = made.total
    return Board(
        run,
        survey,
        everybody,
        _product(run, everybody),
        _contribution(run, rows, everybody),
        Figure(value=float(told["sold"] or 0), n=told["n"]),
        _clv(run, told, everybody),
        _brand(switching, survey),
        equity,
        _market_share(unit, run, told, everybody),
        _share(unit, equity, switching, survey),
        made,
    )


def _totals(run: ModelRun, rows: Any, everybody: bool) -> dict[str, Any]:
    """Of all customers of the run these were frozen with it: a million of them cost no more than ten."""
    if everybody and run.customers and run.equity is not None:
        n = run.customers
        return {"n": n, "sold": run.sales, "mean": run.equity / n, "total": run.equity}
    found: dict[str, Any] = rows.aggregate(
        n=Count("pk"), sold=Sum("sales"), mean=Avg("clv"), total=Sum("clv")
    )
    return found


def _recent(unit: Unit, rows: Any) -> Any:
    """The newest of the unit and those below, unless it is older than the standard allows."""
    months = float(value("equity.survey.months"))
    first = timezone.localdate() - timedelta(days=round(months * MONTH))
    return below(unit.path, rows).filter(on__gte=first).order_by("-on", "-pk").first()


def _product(run: ModelRun, everybody: bool) -> Figure:
    told = run.counts.get("product") or {}
    if told.get("margin") is None:
        return Figure(missing="margin")
    if not everybody:
        return Figure(missing="part")
    names = tuple(told["lacking"])
    return Figure(value=told["margin"], n=told["lines"], note="covered" if names else "", names=names)


def _contribution(run: ModelRun, rows: Any, everybody: bool) -> Figure:
    if run.margin is None:
        return Figure(missing="margin")
    told = run.counts.get("contribution")
    if not told:
        return Figure(missing="cost")
    if everybody:
        return Figure(value=told["value"], low=told["low"], high=told["high"], n=told["n"])
    bought = rows.filter(sales__gt=0, profit__isnull=False)
    sums = bought.aggregate(n=Count("pk"), gained=Sum("profit"), sold=Sum("sales"))
    return Figure(value=sums["gained"] / sums["sold"], n=sums["n"]) if sums["n"] else Figure(missing="cost")


def _clv(run: ModelRun, told: dict[str, Any], everybody: bool) -> Figure:
    """Mean; its interval is that of the sum, which knows how sure the model is."""
    if not told["n"]:
        return Figure(missing="customers")
    if not everybody or run.equity_low is None or run.equity_high is None:
        return Figure(value=float(told["mean"]), n=told["n"], note="no_interval")
    n = told["n"]
    return Figure(value=float(told["mean"]), low=run.equity_low / n, high=run.equity_high / n, n=n)


def _equity(run: ModelRun, told: dict[str, Any], everybody: bool) -> Figure:
    if not told["n"]:
        return Figure(missing="customers")
    if everybody and run.equity_low is not None and run.equity_high is not None:
        return Figure(
            value=float(run.equity or 0),
            low=float(run.equity_low),
            high=float(run.equity_high),
            n=told["n"],
        )
    return Figure(value=float(told["total"] or 0), n=told["n"], note="no_interval")


def _brand(found: Switching | None, survey: BrandSurvey | None) -> Figure:
    """The usual measure of a brand: who of those asked bought it last."""
    if found is None or survey is None:
        return Figure(missing="survey")
    if not found.enough:
        return Figure(missing="few", n=found.n, on=survey.on)
    if found.own is None:
        return Figure(missing="own")
    share = proportion(found.own.last, found.n)
    return Figure(
        value=share.value, low=share.interval.low, high=share.interval.high, n=found.n, on=survey.on
    )


def _market_share(unit: Unit, run: ModelRun, told: dict[str, Any], everybody: bool) -> Figure:
    found = _recent(unit, MarketEstimate.objects.filter(sales__gt=0))
    if found is None:
        return Figure(missing="market")
    if not everybody:
        return Figure(missing="part")
    return Figure(value=float(told["sold"] or 0) / found.sales, n=found.n, on=found.on, note="no_interval")


def _share(unit: Unit, equity: Figure | None, found: Switching | None, survey: BrandSurvey | None) -> Figure:
    """From a survey of the market, else from a dated estimate; never from own customers alone."""
    if found and found.own and found.own_share and survey:
        low, high = found.own_share
        return Figure(value=found.own.share, low=low, high=high, n=found.n, on=survey.on, note="survey")
    estimate = _recent(unit, MarketEstimate.objects.filter(equity__gt=0))
    if estimate is None or equity is None or equity.value is None:
        return Figure(missing="market")
    mine = equity.value
    share = mine / max(estimate.equity, mine)
    low_high = (estimate.equity_low, estimate.equity_high)
    if None in low_high or equity.low is None or equity.high is None:
        return Figure(value=share, n=estimate.n, on=estimate.on, note="no_interval")
    return Figure(
        value=share,
        low=min(equity.low / estimate.equity_high, 1.0),
        high=min(equity.high / estimate.equity_low, 1.0),
        n=estimate.n,
        on=estimate.on,
    )


@dataclass(frozen=True, slots=True)
class Leaving:
    """Customers likely gone, and what is lost with them."""

    gone: int
    customers: int
    lost: int
    top: int
    top_lost: int


def leaving(user: User, run: ModelRun) -> Leaving:
    return leaving_of(user.unit, run)


@remembered
def leaving_of(unit: Unit, run: ModelRun) -> Leaving:
    """By the standard for P(alive); of the whole run as it was frozen, unless the standard has moved."""
    limit = float(value("equity.alive"))
    kept = run.counts.get("leaving")
    if kept and kept["limit"] == limit and whole(unit, run):
        return Leaving(*(kept[name] for name in ("gone", "customers", "lost", "top", "top_lost")))
    return counted_leaving(scores_of(unit, run), limit)


def counted_leaving(rows: Any, limit: float) -> Leaving:
    away, top = Q(alive__lt=limit), Q(alive__lt=limit, tenth=1)
    told = rows.aggregate(
        n=Count("pk"),
        gone=Count("pk", filter=away),
        away=Sum("lost", filter=away),
        top=Count("pk", filter=top),
        top_lost=Sum("lost", filter=top),
    )
    return Leaving(told["gone"], told["n"], told["away"] or 0, told["top"], told["top_lost"] or 0)


@dataclass(frozen=True, slots=True)
class Segment:
    """Mean × customers = equity. `mean` is None where there are too few customers to show one."""

    name: str
    key: str
    customers: int
    mean: float | None
    low: float | None
    high: float | None
    equity: int
    share: float
    alive: float
    profit: int | None


SEGMENTS = {
    "category": F("category"),
    "segment": F("customer__segment"),
    "unit": F("customer__unit__name"),
    "tenth": F("tenth"),
}
MOST_SEGMENTS = 200


def segments(user: User, run: ModelRun, by: str) -> list[Segment]:
    """Largest equity first. The interval is that of a mean over customers, the model taken as given."""
    least = int(value("equity.segment.least"))
    rows = scores(user, run).order_by().annotate(key=SEGMENTS[by]).values("key")
    told = rows.annotate(
        n=Count("pk"),
        total=Sum("clv"),
        mean=Avg("clv"),
        sd=StdDev("clv", sample=True),
        there=Avg("alive"),
        gained=Sum("profit"),
    ).order_by("-total")[:MOST_SEGMENTS]
    found: list[Any] = list(told)
    everything = float(sum(row["total"] for row in found)) or 1.0
    return [_segment(row, least, everything) for row in found]


def _segment(row: dict[str, Any], least: int, everything: float) -> Segment:
    mean = float(row["mean"]) if row["n"] >= least else None
    half = 1.96 * float(row["sd"] or 0) / float(np.sqrt(row["n"])) if mean is not None else None
    low = None if mean is None or half is None else mean - half
    high = None if mean is None or half is None else mean + half
    key = str(row["key"])
    return Segment(
        key,
        key,
        row["n"],
        mean,
        low,
        high,
        row["total"],
        row["total"] / everything,
        row["there"],
        row["gained"],
    )


def top_risks(user: User, run: ModelRun, most: int = 10) -> list[Score]:
    """Valuable customers likely gone, the largest loss first."""
    limit = float(value("equity.alive"))
    rows = scores(user, run).filter(alive__lt=limit, tenth=1).select_related("customer")
    return list(rows.order_by("-lost")[:most])
