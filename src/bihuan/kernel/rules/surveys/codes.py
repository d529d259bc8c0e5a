"""One-time codes: 50 bits that people can read to each other and type on a phone."""

from collections.abc import Callable
from typing import Final

ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Thirty-two signs, none of which looks like another: without 0, 1, I and O."""
LENGTH: Final = 10
GROUP: Final = 5


def drawn(below: Callable[[int], int]) -> str:
    """A new code; `below(n)` gives a random whole number under n, as `secrets.randbelow` does."""
    return "".join(ALPHABET[below(len(ALPHABET))] for _ in range(LENGTH))


def spelled(code: str) -> str:
    """As it is printed: `7K4QM-2XD9T`."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def read(text: str) -> str:
    """The code that somebody typed, in any case and with any signs between; empty when it is none."""
    found = "".join(char for char in text.upper() if char.isalnum())
    return found if len(found) == LENGTH and not set(found) - set(ALPHABET) else ""
