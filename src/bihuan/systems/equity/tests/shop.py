"""A small base of customers for tests: 江州 with purchases through the import."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from django.test import Client
from django.urls import reverse

from bihuan.kernel.models import Customer, Unit, User
from bihuan.kernel.tests.once import once as kept
from bihuan.systems.equity.act.orders import judge
from bihuan.systems.equity.models import Purchase
from bihuan.systems.equity.read.base import day_of

END = date(2026, 9, 30)
TODAY = date(2026, 10, 10)
NO_NUMBER = re.compile(r"\bnan\b", re.IGNORECASE)
"""As a word: the token of a form may hold these letters too."""


def customers(unit: Unit, n: int) -> list[Customer]:
    start = Customer.objects.count()
    return [
        Customer.objects.create(number=f"K{start + k:04d}", name=f"客户{start + k}", unit=unit)
        for k in range(n)
    ]


def line(customer: Customer, on: date, yuan: float, order: str = "", **more: Any) -> Purchase:
    """One order line as an import leaves it, before it is judged."""
    return Purchase.objects.create(
        order=order or f"O{Purchase.objects.count()}",
        number=customer.number,
        customer=customer,
        unit=customer.unit,
        on=on,
        day=day_of(on),
        amount=round(yuan * 100),
        **{"category": "卡", **more},
    )


@kept
def shop(unit: Unit, n: int = 120, *, once: Sequence[int] = ()) -> list[Customer]:
    """Customers with rates and chances to leave of their own over two years; those of `once` buy one time."""
    rng = np.random.default_rng(7)
    people = customers(unit, n)
    rows = []
    for k, customer in enumerate(people):
        day, rate, leaves, each = (
            int(rng.integers(0, 365)),
            rng.gamma(1.2, 1 / 35),
            rng.beta(0.8, 6),
            rng.gamma(4, 40),
        )
        while day < 730:
            rows.append((customer, END - timedelta(days=729 - day), float(rng.gamma(4, each / 4)) + 1))
            if k in once or rng.random() < leaves:
                break
            day += max(1, round(float(rng.exponential(1 / rate))))
    rows.append((people[0], END, 50.0))
    put(rows)
    judge(today=TODAY)
    return people


def put(rows: Iterable[tuple[Customer, date, float]]) -> None:
    Purchase.objects.bulk_create(
        Purchase(
            order=f"S{k}",
            number=customer.number,
            customer=customer,
            unit=customer.unit,
            on=on,
            day=day_of(on),
            amount=round(yuan * 100),
            category="卡" if k % 2 else "贷",
        )
        for k, (customer, on, yuan) in enumerate(rows)
    )


def page(client: Client, user: User, name: str, *args: Any, **query: Any) -> str:
    """What this user reads on a page of customer equity."""
    client.force_login(user)
    answer = client.get(reverse(f"equity:{name}", args=args), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def parquet(path: Path, *rows: tuple[Any, ...], columns: str = "customer, day, amount") -> Path:
    import duckdb

    values = ", ".join(f"({', '.join(map(repr, row))})" for row in rows)
    duckdb.execute(f"COPY (SELECT * FROM (VALUES {values}) AS t({columns})) TO '{path}' (FORMAT parquet)")
    return path
