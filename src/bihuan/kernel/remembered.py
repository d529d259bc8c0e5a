"""Answers that hold for one pass over many rows, asked once a pass and not once a row; or for a minute."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from time import monotonic
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
MINUTE = 60.0
MOST = 1_000
"""Answers that are held for a minute; beyond them all are asked anew."""
_MINUTE: dict[Any, tuple[float, Any]] = {}
_HELD: ContextVar[dict[Any, Any] | None] = ContextVar("held", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Until the block ends; it must be so short that nobody minds an answer that is as old."""
    token = _HELD.set({})
    try:
        yield
    finally:
        _HELD.reset(token)


def remembered(ask: Callable[P, T]) -> Callable[P, T]:
    """A question about what seldom changes, such as who holds a post; its words must be hashable."""

    @wraps(ask)
    def answer(*args: P.args, **named: P.kwargs) -> T:
        held = _HELD.get()
        if held is None:
            return ask(*args, **named)
        key = (ask, args, tuple(sorted(named.items())))
        if key not in held:
            held[key] = ask(*args, **named)
        found: T = held[key]
        return found

    return answer


def forget() -> None:
    """What was asked may not be so: a transaction that saw it was rolled back."""
    held = _HELD.get()
    if held is not None:
        held.clear()


def for_a_minute(ask: Callable[P, T]) -> Callable[P, T]:
    """A figure over weeks that costs much and says the same a minute later; its words must be hashable.

    Each process holds its own. What a person has just done must show at once and is no case for this.
    """

    @wraps(ask)
    def answer(*args: P.args, **named: P.kwargs) -> T:
        key, now = (ask, args, tuple(sorted(named.items()))), monotonic()
        held = _MINUTE.get(key)
        if held is None or now - held[0] > MINUTE:
            if len(_MINUTE) >= MOST:
                _MINUTE.clear()
            held = _MINUTE[key] = (now, ask(*args, **named))
        found: T = held[1]
        return found

    return answer


def next_minute() -> None:
    """Nothing is held any more."""
    _MINUTE.clear()
