"""Batch acts: the same act on every selected row, each refusal kept and told."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.lazy import StrOrPromise
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
    undo: Callable[..., Any] | None = None
    """`undo(row=…, user=…, before=…)` takes the act back by another act; None where there is none."""
    before: Callable[[Any], Any] = lambda row: None
    """What `undo` must know of a row as it was before the act: a number, a text or nothing."""


@dataclass
class Outcome:
    """Which rows were done, and which were refused why."""

    done: list[tuple[int, Any]] = field(default_factory=list)
    """Keys of the rows that were done, each with what `undo` must know of it."""
    refused: list[tuple[str, str]] = field(default_factory=list)


def carry_out(action: Action, rows: Iterable[Any], user: User, answers: dict[str, Any]) -> Outcome:
    """One transaction a row: what one row's rules forbid does not undo the others."""
    outcome = Outcome()
    for row in rows:
        before = action.before(row)
        with refusals(outcome, row):
            action.run(row=row, user=user, **answers)
            outcome.done.append((row.pk, before))
    return outcome


def take_back(action: Action, rows: Iterable[Any], user: User, before: dict[int, Any]) -> Outcome:
    """The opposite act on the same rows; the record keeps both."""
    outcome = Outcome()
    for row in rows:
        with refusals(outcome, row):
            if action.undo is None:
                raise Refused(_("This cannot be taken back."))
            action.undo(row=row, user=user, before=before[row.pk])
            outcome.done.append((row.pk, None))
    return outcome


@contextmanager
def refusals(outcome: Outcome, row: Any) -> Iterator[None]:
    try:
        yield
    except Refused as refusal:
        outcome.refused.append((str(row), str(refusal.message)))
