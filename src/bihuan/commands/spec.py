"""A command as data: its name, its arguments and the function that is imported only when it is chosen."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Argument:
    names: tuple[str, ...]
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Command:
    """`target` is `module:function`, called with the parsed arguments, returning the exit code."""

    name: str
    help: str
    target: str = ""
    arguments: tuple[Argument, ...] = ()
    children: tuple["Command", ...] = ()


def argument(*names: str, **options: Any) -> Argument:
    return Argument(names, options)


def whole(text: str) -> int:
    """A whole number from 1 on, as an argparse type."""
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
    return int(text)


def positive(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return number


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2026-09-30") from None
