"""Loading and clearing the demo bank: three years of orders through the import, then one model run."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.utils import timezone

from bihuan.kernel.act.access import create_user
from bihuan.kernel.act.duty import appoint
from bihuan.kernel.act.events import record
from bihuan.kernel.models import Customer, Unit, User
from bihuan.web.listing.furnish import bring_new

from ..act.runs import run_model
from ..models import (
    BrandSurvey,
    Care,
    Cohort,
    Contact,
    Cost,
    Margin,
    MarketEstimate,
    ModelRun,
    Purchase,
    Rate,
)
from . import bank, director, promotion

Login = tuple[str, str, str]
CUSTOMERS, DAYS = 320, 3 * 365
SEED = 20260930
RATES = "演示银行的示例汇率"
"""Rates belong to no unit: by this source the sample's own are found again."""


def load() -> list[Login]:
    """Once; the same orders on every machine, counted back from today."""
    if Unit.objects.filter(code=bank.EAST).exists():
        return []
    root = Unit.objects.filter(parent=None).order_by("pk")[0]
    shared = ((bank.BANK, "江州银行", root.code), *bank.SHARED)
    for rows, over in ((shared, True), (bank.UNITS, False)):
        told = [{"code": code, "name": name, "parent": above} for code, name, above in rows]
        bring_new("units", told, over=over)
    logins = _accounts()
    now = timezone.now()
    today = timezone.localdate(now)
    numbers = numbers_of(CUSTOMERS)
    _customers(numbers)
    _money(today, numbers)
    bring_new("orders", list(_orders(today, numbers)))
    _market(today)
    unit = Unit.objects.get(code=bank.BANK)
    director.cohorts(today)
    run = run_model(unit=unit, at=now)
    promotion.load(now)
    director.load(run, today)
    record(verb="sample.loaded", system="equity", customers=CUSTOMERS)
    return logins


def _accounts() -> list[Login]:
    units = {unit.code: unit for unit in Unit.objects.filter(code__startswith=bank.BANK)}
    made: dict[str, User] = {}
    logins: list[Login] = []
    for title, username, name, role, unit, superior in bank.ACCOUNTS:
        user, password = create_user(
            username=username, name=name, role=role, unit=units[unit], superior=made.get(superior), demo=True
        )
        made[username] = user
        logins.append((title, username, password))
    appoint(key="customer_director", unit=units[bank.BANK], to=made["lin_zhou"])
    return logins


def numbers_of(n: int) -> list[str]:
    """Customers of the bank who are there already come first: what they are worth and what they say belong
    together."""
    there = Customer.objects.filter(unit__code=bank.BANK, number__startswith="DEMO-").order_by("number")
    known = list(there.values_list("number", flat=True)[:n])
    return [*known, *(f"DEMO-KH{k:04d}" for k in range(len(known), n))]


def _customers(numbers: list[str]) -> None:
    names, given = bank.SURNAMES, bank.GIVEN
    bring_new(
        "customers",
        [
            {
                "number": number,
                "name": names[n % len(names)] + given[n // len(names) % len(given)],
                "kind": "person",
                "unit": bank.EAST if n % 2 else bank.WEST,
                "email": f"{number.lower()}@example.com" if n % 9 else "",
                "segment": bank.SEGMENTS[n * 7 % len(bank.SEGMENTS)],
            }
            for n, number in enumerate(numbers)
        ],
        over=True,
    )


def _money(today: date, numbers: list[str]) -> None:
    begin = (today - timedelta(days=DAYS + 30)).isoformat()
    half = (today - timedelta(days=180)).isoformat()
    rates = [(begin, "7.12"), (half, "7.05")]
    bring_new(
        "rates",
        [{"currency": "USD", "valid_from": day, "rate": rate, "source": RATES} for day, rate in rates],
    )
    bring_new(
        "margins",
        [
            {
                "category": name,
                "unit": bank.BANK,
                "valid_from": begin,
                "ratio": ratio,
                "source": "财务部（示例）",
            }
            for name, ratio in bank.CATEGORIES
        ],
    )
    rng = np.random.default_rng(SEED + 1)
    first, last = today - timedelta(days=364), today
    bring_new(
        "costs",
        [
            {
                "customer": number,
                "kind": "serve",
                "first_on": first.isoformat(),
                "last_on": last.isoformat(),
                "amount": f"{float(rng.gamma(2.0, 90.0)):.2f}",
                "source": "作业成本（示例）",
            }
            for number in numbers
        ],
    )


def _orders(today: date, numbers: list[str]) -> Iterator[dict[str, Any]]:
    """Customers as the model has them: each its own rate, its own chance to leave, its own kind of purchase.

    With a few rows that do not count, as files have them.
    """
    rng = np.random.default_rng(SEED)
    number = 0
    for n in range(CUSTOMERS):
        day = int(rng.integers(0, DAYS * 2 // 3))
        rate, leaves, worth = rng.gamma(1.1, 1 / 38.0), rng.beta(0.7, 6.0), rng.gamma(3.0, 260.0)
        while day < DAYS:
            number += 1
            name, _margin = bank.CATEGORIES[int(rng.choice(4, p=(0.25, 0.1, 0.15, 0.5)))]
            abroad = name == "境外消费" and rng.random() < 0.6
            amount = max(rng.gamma(4.0, worth / 4.0) / (7.1 if abroad else 1.0), 1.0)
            row = _line(number, numbers[n], today - timedelta(days=DAYS - 1 - day), amount, name)
            yield {**row, "currency": "USD" if abroad else "CNY"}
            if rng.random() < 0.02:
                back = {**row, "order": f"DEMO-TK{number:05d}", "refund_of": row["order"]}
                yield {**back, "amount": f"-{row['amount']}", "currency": "USD" if abroad else "CNY"}
            if rng.random() < leaves:
                break
            day += max(1, round(float(rng.exponential(1 / rate))))
    yield from _faulty(today, number, numbers)


def _line(number: int, customer: str, on: date, amount: float, category: str) -> dict[str, Any]:
    return {
        "order": f"DEMO-DD{number:05d}",
        "line": 1,
        "number": customer,
        "on": on.isoformat(),
        "amount": f"{amount:.2f}",
        "currency": "CNY",
        "category": category,
        "refund_of": "",
        "unit": bank.CARDS,
    }


def _faulty(today: date, number: int, numbers: list[str]) -> Iterator[dict[str, Any]]:
    last = today - timedelta(days=20)
    yield {**_line(number + 1, numbers[1], last, 420, "日常消费"), "number": "DEMO-KH9999"}
    yield _line(number + 2, numbers[2], today + timedelta(days=9), 180, "日常消费")
    yield {**_line(number + 3, numbers[3], last, 0, "日常消费"), "amount": "-88.00"}
    yield {**_line(number + 4, numbers[4], last, 300, "境外消费"), "currency": "EUR"}
    yield _line(number + 5, numbers[5], last, 0, "日常消费")
    yield _line(number + 6, numbers[6], last, 256, "日常消费")
    yield _line(number + 7, numbers[6], last, 256, "日常消费")


def _market(today: date) -> None:
    on = (today - timedelta(days=60)).isoformat()
    head = {"code": "DEMO-PP", "title": "信用卡品牌调查（示例）", "unit": bank.BANK, "on": on}
    bring_new("brand-surveys", [{**head, "market": 1800, "discount": "0.08"}])
    bring_new(
        "brands",
        [
            {"survey": "DEMO-PP", "name": name, "margin": margin, "own": "1" if own else "0"}
            for name, margin, own in bank.BRANDS
        ],
    )
    bring_new("brand-answers", list(_answers()))
    bring_new(
        "market",
        [
            {
                "source": "行业协会面板（示例）",
                "unit": bank.BANK,
                "on": on,
                "kind": "panel",
                "n": 1200,
                "sales": "9800000",
            }
        ],
    )


def _answers() -> Iterator[dict[str, Any]]:
    """Who rates a brand well and bought it last is likelier to buy it next."""
    rng = np.random.default_rng(SEED + 2)
    names = [name for name, _margin, _own in bank.BRANDS]
    for who in range(240):
        last = int(rng.choice(3, p=(0.22, 0.45, 0.33)))
        rated = np.clip(rng.normal(6.2, 1.8, (3, 3)).round(), 1, 10)
        rated[last, 2] = min(rated[last, 2] + 2, 10)
        pull = 0.9 * (np.arange(3) == last) + rated @ np.array([0.28, 0.18, 0.24]) + rng.gumbel(size=3)
        following = int(np.argmax(pull))
        for at, name in enumerate(names):
            yield {
                "survey": "DEMO-PP",
                "respondent": f"R{who:03d}",
                "brand": name,
                "last": "1" if at == last else "0",
                "next": "1" if at == following else "0",
                "for_value": int(rated[at, 0]),
                "for_brand": int(rated[at, 1]),
                "for_relation": int(rated[at, 2]),
            }


def clear(unit: Unit) -> None:
    """Delete this system's rows of a unit and below, what others point to last."""
    below = {"unit__path__startswith": unit.path}
    promotion.clear(unit)
    for kept in (Contact, Care):
        kept._default_manager.filter(customer__unit__path__startswith=unit.path).delete()
    for model in (ModelRun, Purchase, Margin, MarketEstimate, BrandSurvey, Cohort):
        model._default_manager.filter(**below).delete()
    Cost.objects.filter(customer__unit__path__startswith=unit.path).delete()
    if Unit.objects.filter(code=bank.BANK, path__startswith=unit.path).exists():
        Rate.objects.filter(source=RATES).delete()
        director.forget_runs()
