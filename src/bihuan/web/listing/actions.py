"""Batch acts: the same act on every selected row, each refusal kept and told."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django_stubs_ext import StrOrPromise

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import User

MOST = 1000
"""Rows that one batch may touch: each is a transaction of its own."""


@dataclass(frozen=True, kw_only=True)
class Action:
    """`run(row=…, user=…, **answers)` is a function of an act layer; `form(user)` asks what it needs."""

    key: str
    label: StrOrPromise
    run: Callable[..., Any]
    verb: str
    icon: str = ""
    kbd: str = ""
    form: Callable[..., forms.Form] | None = None


@dataclass
class Outcome:
    """How many rows were done, and which were refused why."""

    done: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)


def carry_out(action: Action, rows: Iterable[Any], user: User, answers: dict[str, Any]) -> Outcome:
    """One transaction a row: what one row's rules forbid does not undo the others."""
    outcome = Outcome()
    for row in rows:
        try:
            action.run(row=row, user=user, **answers)
        except Refused as refusal:
            outcome.refused.append((str(row), str(refusal.message)))
        else:
            outcome.done += 1
    return outcome
