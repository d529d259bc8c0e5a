"""A model run: summarise, fit, test on unseen weeks, score every customer, and open cases."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel import jobs
from bihuan.kernel.act.events import record
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.bulk import Table
from bihuan.kernel.models import Unit, User
from bihuan.kernel.read.standards import value
from bihuan.kernel.scope import covers

from ..models import Exclusion, ModelRun, Score
from ..read import base
from ..read.board import counted_leaving
from ..read.runs import units_with_runs
from ..rules import gammagamma, holdout, profit, scoring
from ..rules.fitting import Fit
from ..rules.occasions import Summary, occasions, summarise
from ..rules.purchases import Floats, Ints, Purchases, Unfit, grouped
from . import contracts
from .orders import judge
from .risk import open_cases

WEEK = 7
MOST_DRAWN_ROWS = 2_000_000
"""Draws × rows: an interval of a million customers takes fewer draws rather than an hour."""
SURELY_GONE = 1e-250
"""A chance below which the quotient of value and chance has no digits left."""
COLUMNS = (
    *("run_id", "customer_id", "x", "last_on", "age_days", "category", "sales", "cost", "profit"),
    *("alive", "expected", "each", "clv", "lost", "tenth", "by_value", "by_profit"),
)


@dataclass
class Book:
    """The orders of a unit, ready for a model. `left_out` customer → reason."""

    customer: Ints
    day: Ints
    value: Ints
    end: int
    lines: base.Lines
    left_out: dict[int, str] = field(default_factory=dict)
    counts: dict[str, Any] = field(default_factory=dict)


@dataclass
class Fitted:
    """What the models say."""

    summary: Summary
    data: Purchases
    purchases: Fit
    spending: Fit
    found: scoring.Values


@dataclass
class Money:
    """By customer of the summary, of the last year, in minor units. NaN: not known."""

    sales: Floats
    cost: Floats
    profit: Floats
    margin: float | None
    product: dict[str, Any]


def run_model(
    *, unit: Unit, at: datetime, user: User | None = None, model: str = "bg-nbd", tell: Any = None
) -> ModelRun:
    """Fit and score the customers of a unit and those below, and keep what came of it.

    A run that cannot be fitted is kept too, with the reason; then no customer has a value.
    """
    judge(today=timezone.localdate(at))
    run = ModelRun(unit=unit, made_at=at, made_by=user, model=model, end_on=timezone.localdate(at))
    run.months, run.rate = int(value("equity.horizon", at)), value("equity.rate", at)
    book = None
    try:
        book = read_book(unit)
        run.end_on, run.counts = base.on_of(book.end), book.counts
        fitted = _fitted(model, book, run, least=int(value("equity.repeaters", at)))
    except Unfit as error:
        return _unfit(run, str(error), user, book)
    money = money_of(unit, book, fitted.summary)
    if tell:
        tell(1, 4)
    _total(run, fitted, money, draws=int(value("equity.draws", at)))
    if tell:
        tell(2, 4)
    run.holdout = _tested(model, book, at)
    run.counts = {**run.counts, "contracts": contracts.freeze(run)}
    if tell:
        tell(3, 4)
    with transaction.atomic():
        _keep(run, book, fitted, money)
        _freeze_leaving(run, float(value("equity.alive", at)))
        opened = open_cases(run=run, at=at)
        _tidy(unit, int(value("equity.keep", at)))
        record(
            verb="equity.run", actor=user, subject=f"unit:{unit.pk}", run=run.pk, model=model, cases=opened
        )
    return run


def read_book(unit: Unit) -> Book:
    """Occasions above zero: what was returned whole is no purchase. Raises Unfit when nothing is left."""
    lines = base.lines(unit)
    if not lines.customer.size:
        raise Unfit("no orders that count")
    customer, day, spent = occasions(lines.customer, lines.day, lines.value)
    good = spent > 0
    gone = np.setdiff1d(customer[~good], customer[good])
    if not good.any():
        raise Unfit("no orders that count")
    counts = {
        "lines": len(lines.customer),
        "occasions": int(good.sum()),
        "returned": int((~good).sum()),
    }
    left_out = dict.fromkeys(gone.tolist(), Exclusion.Reason.RETURNED.value)
    return Book(customer[good], day[good], spent[good], int(lines.day.max()), lines, left_out, counts)


def _fitted(model: str, book: Book, run: ModelRun, least: int) -> Fitted:
    found = summarise(book.customer, book.day, book.value, book.end)
    run.customers, run.repeaters = len(found.customer), found.repeaters
    run.excluded = len(book.left_out)
    if not found.repeaters:
        raise Unfit("no customer has bought twice: nothing says how often they come back")
    if found.repeaters < least:
        raise Unfit("too few customers bought again for a model")
    data = grouped(found.x, found.last / WEEK, found.age / WEEK)
    purchases, spending = scoring.fit_purchases(model, data), gammagamma.fit(found.x, found.mean)
    run.parameters = {
        "purchases": _plain(purchases),
        "value": _plain(spending),
        "correlation": gammagamma.correlation(found.x, found.mean),
    }
    for fit in (purchases, spending):
        if not fit.converged:
            raise Unfit("the fit did not come to an end: a parameter has no finite estimate")
    values = scoring.values(
        model,
        purchases,
        spending,
        data,
        found.x,
        found.mean,
        months=run.months,
        rate=float(run.rate),
    )
    return Fitted(found, data, purchases, spending, values)


def _plain(fit: Fit) -> dict[str, Any]:
    found = {key: each for key, each in asdict(fit).items() if key not in ("values", "se", "names")}
    errors = dict(zip(fit.names, fit.se, strict=True))
    return {**found, "estimates": fit.as_dict(), "errors": errors}


def _unfit(run: ModelRun, message: str, user: User | None, book: Book | None) -> ModelRun:
    run.state, run.message = ModelRun.State.UNFIT, message[:300]
    with transaction.atomic():
        run.save()
        if book:
            _list_left_out(run, book)
        record(verb="equity.run", actor=user, subject=f"unit:{run.unit_id}", run=run.pk, unfit=run.message)
    return run


def money_of(unit: Unit, book: Book, found: Summary) -> Money:
    """The year's sales, contribution and cost of each customer."""
    year = book.lines.day > book.end - base.YEAR
    who = np.searchsorted(found.customer, book.lines.customer)
    known = (who < len(found.customer)) & (
        found.customer[np.minimum(who, len(found.customer) - 1)] == book.lines.customer
    )
    mine = year & known
    at, amount = who[mine], book.lines.value[mine].astype(np.float64)
    size = len(found.customer)
    sales = np.bincount(at, weights=amount, minlength=size).astype(np.float64)
    ratio = base.margins_of(unit, book.lines.names, book.lines.category[mine], book.lines.day[mine])
    has = ~np.isnan(ratio)
    margin = np.bincount(at, weights=amount * ratio, minlength=size)
    costs = base.costs_of(unit, book.end)
    cost = (
        np.array([costs.get(key, np.nan) for key in found.customer.tolist()])
        if costs
        else np.full(size, np.nan)
    )
    covered = float(amount[has].sum())
    overall = float((amount[has] * ratio[has]).sum()) / covered if covered > 0 else None
    lacking = sorted({book.lines.names[code] for code in np.unique(book.lines.category[mine][~has])})
    product = {
        "margin": overall,
        "covered": covered / float(amount.sum()) if amount.sum() else 0.0,
        "lines": int(has.sum()),
        "lacking": lacking[:20],
    }
    return Money(sales, cost, margin - np.nan_to_num(cost), overall, product)


def _total(run: ModelRun, fitted: Fitted, money: Money, draws: int) -> None:
    """Customer equity with its interval, in contribution where the margin is known, else in sales."""
    factor = 1.0 if money.margin is None else money.margin
    run.state, run.margin = ModelRun.State.FITTED, money.margin
    run.sales = round(float(money.sales.sum()))
    run.equity = round(float(fitted.found.worth.sum()) * factor)
    rate = _contribution(money)
    run.counts = {
        **run.counts,
        "product": money.product,
        "contribution": asdict(rate) if rate else None,
        "costed": int((~np.isnan(money.cost)).sum()),
        "buyers": int((money.sales > 0).sum()),
    }
    times = min(draws, max(40, MOST_DRAWN_ROWS // max(len(fitted.data.x), 1)))
    try:
        low, high, run.draws = scoring.equity_interval(
            run.model,
            fitted.data,
            fitted.found.each,
            months=run.months,
            rate=float(run.rate),
            draws=times,
        )
    except Unfit as error:
        run.message = str(error)[:300]
        return
    run.equity_low, run.equity_high = round(low * factor), round(high * factor)


def _contribution(money: Money) -> profit.Rate | None:
    """Of customers who bought in the year, with margin known and a cost on record for at least one."""
    bought = (money.sales > 0) & ~np.isnan(money.profit)
    if not bought.any() or np.isnan(money.cost).all():
        return None
    return profit.rate(money.profit[bought], money.sales[bought])


def _tested(model: str, book: Book, at: datetime) -> dict[str, Any]:
    weeks = min(int(value("equity.holdout", at)), (book.end - int(book.day.min())) // (2 * WEEK))
    try:
        found = holdout.evaluate(
            model,
            book.customer,
            book.day,
            book.value,
            book.end,
            max(weeks, 1),
            int(value("equity.repeaters", at)),
        )
    except Unfit as error:
        return {"message": str(error)}
    return found.plain()


def _keep(run: ModelRun, book: Book, fitted: Fitted, money: Money) -> None:
    run.save()
    Table(Score, *COLUMNS).load(_columns(run, book, fitted, money))
    _list_left_out(run, book)


def _freeze_leaving(run: ModelRun, limit: float) -> None:
    """Who is likely gone, of all customers of the run: the first screen must not count a million rows."""
    found = counted_leaving(Score.objects.filter(run=run), limit)
    run.counts = {**run.counts, "leaving": {"limit": limit, **asdict(found)}}
    run.save(update_fields=["counts"])


def _list_left_out(run: ModelRun, book: Book) -> None:
    Exclusion.objects.bulk_create(
        [Exclusion(run=run, customer_id=key, reason=why) for key, why in book.left_out.items()],
        batch_size=1000,
    )


def _columns(run: ModelRun, book: Book, fitted: Fitted, money: Money) -> list[list[Any]]:
    """COLUMNS of `Score` for every customer."""
    found, values = fitted.summary, fitted.found
    worth = values.worth * (1.0 if money.margin is None else money.margin)
    sure = np.where(values.alive > SURELY_GONE, worth / np.maximum(values.alive, SURELY_GONE), 0.0)
    known = ~np.isnan(money.profit)
    last_on = np.datetime_as_string((found.first + found.last).astype("datetime64[D]"))
    return [
        [run.pk] * len(found.customer),
        found.customer.tolist(),
        found.x.tolist(),
        last_on.tolist(),
        found.age.tolist(),
        _last_category(book, found),
        _whole(money.sales),
        _known(money.cost),
        _known(money.profit),
        values.alive.tolist(),
        values.expected.tolist(),
        values.each.tolist(),
        _whole(worth),
        _whole(sure - worth),
        scoring.tenths(sure).tolist(),
        scoring.ranks(worth).tolist(),
        _known(np.where(known, scoring.ranks(np.where(known, money.profit, -np.inf)), np.nan)),
    ]


def _whole(values: Floats) -> list[int]:
    found: list[int] = np.rint(values).astype(np.int64).tolist()
    return found


def _known(values: Floats) -> list[int | None]:
    """Whole numbers, None for what is not known."""
    known = ~np.isnan(values)
    if known.all():
        return [*_whole(values)]
    found = np.full(len(values), None, dtype=object)
    found[known] = _whole(values[known])
    answer: list[int | None] = found.tolist()
    return answer


def _last_category(book: Book, found: Summary) -> list[str]:
    """Of the last line of each customer; each has one, `found` is in order of their keys."""
    lines = book.lines
    order = np.lexsort((lines.day, lines.customer))
    who = lines.customer[order]
    last = order[np.searchsorted(who, found.customer, side="right") - 1]
    return [lines.names[code] for code in lines.category[last].tolist()]


def _tidy(unit: Unit, keep: int) -> None:
    """Values by customer of older runs go; what the runs said as a whole stays."""
    old = ModelRun.objects.filter(unit=unit).order_by("-made_at").values_list("pk", flat=True)
    for key in list(old[keep : keep + 50]):
        Score.objects.filter(run=key)._raw_delete(Score.objects.db)
        Exclusion.objects.filter(run=key).delete()


def ask(*, user: User, unit: Unit, model: str) -> None:
    """Put a run into the queue; one at a time for a unit. Raises Refused outside the user's units."""
    if not covers(user, unit):
        raise Refused(_("This unit is not among yours."))
    if model not in ModelRun.Model.values:
        raise Refused(_("There is no such model."))
    jobs.enqueue(
        name="equity.run",
        params={"unit": unit.pk, "model": model},
        user=user,
        key=f"equity.run:{unit.pk}",
        verb="edit",
    )


def carry_out(run: jobs.Run) -> None:
    """The job of a run that somebody asked for."""
    params = run.job.params
    run_model(
        unit=Unit.objects.get(pk=params["unit"]),
        at=timezone.now(),
        user=run.job.user,
        model=str(params["model"]),
        tell=run.tell,
    )


def describe(params: Mapping[str, Any]) -> str:
    """Unit and model, for the list of jobs."""
    unit = Unit.objects.filter(pk=params.get("unit") or 0).first()
    return f"{unit or ''} {params.get('model', '')}".strip()


def nightly(*, now: datetime) -> None:
    """Ask for a run of each unit whose last one is older than the standard says, with the model of then."""
    for unit in units_with_runs():
        last = ModelRun.objects.filter(unit=unit).order_by("-made_at")[0]
        if last.made_at <= now - timedelta(days=int(value("equity.every", now))):
            jobs.enqueue(
                name="equity.run",
                params={"unit": unit.pk, "model": last.model},
                key=f"equity.run:{unit.pk}",
            )
