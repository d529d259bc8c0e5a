"""Answers that hold for one pass over many rows: asked once a pass, not once a row."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
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
