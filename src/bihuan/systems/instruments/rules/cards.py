"""One physical card, many spellings: which registered card did the terminal mean?

A 32-bit number N is printed as ten decimal digits (0008075634), sent as hex (007B3972), as a
frame with a version byte (6F007B3972), as facility,number of its low 24 bits (123,14706), with
its bytes reversed, or cut to 24 bits by a Wiegand-26 reader. All-digit hex looks like decimal
(2.3 % of random 8-digit numbers: (10/16)^8), so a spelling alone never decides: the registered
cards do, and only a unique hit counts.
"""

from collections.abc import Callable, Iterable
from typing import Final

LONGEST: Final = 40
"""Characters that are kept of a card that nobody registered."""
_LOW24: Final = 0xFFFFFF


def canonical(text: str) -> str:
    """Return a registered spelling as ten decimal digits; what is no number stays as it is.

    A registered spelling is unambiguous by rule: digits are decimal, letters make it hex,
    a comma makes it facility,number.
    """
    tidy = _tidy(text)
    value = _facility(tidy) if "," in tidy else _decimal(tidy)
    if value is None:
        value = _hex(tidy)
    return tidy if value is None else _digits(value)


def as_sent(text: str, card_format: str = "") -> str:
    """Name a card that nobody registered: ten digits where it is a number, else as it came."""
    tidy = _tidy(text)
    value = FORMATS[card_format](tidy) if card_format else _decimal(tidy)
    return tidy if value is None else _digits(value)


def numbers(text: str) -> set[str]:
    """Every ten-digit number that a spelling may stand for, with its bytes either way round, and itself."""
    tidy = _tidy(text)
    values = _readings(tidy)
    values |= {_swap(value) for value in values if value < 1 << 32}
    return {tidy, *map(_digits, values)}


class CardBook:
    """The registered cards, found by any of their spellings."""

    def __init__(self, cards: Iterable[str]) -> None:
        self._exact: dict[str, str] = {}
        self._numbers: dict[int, str] = {}
        self._reversed: dict[int, str] = {}
        self._low: dict[int, str | None] = {}
        for registered in cards:
            self._add(registered)

    def _add(self, registered: str) -> None:
        card = canonical(registered)
        self._exact[card] = self._exact[_tidy(registered)] = card
        value = _decimal(card)
        if value is None or self._numbers.get(value):
            return
        self._numbers[value] = card
        if value < 1 << 32:
            self._reversed[_swap(value)] = card
            low = value & _LOW24
            self._low[low] = None if low in self._low else card

    def match(self, text: str, card_format: str = "") -> str | None:
        """Return the registered card that `text` spells, or None when none or several fit.

        The terminal's own `card_format` (a key of FORMATS, "" = any) is tried first, then the
        spelling as registered, then whole numbers, reversed bytes, and the low 24 bits.
        """
        if card_format and (hit := self._formatted(text, card_format)):
            return hit
        hit = self._exact.get(text) or self._exact.get(_tidy(text))
        return hit or self._guess(_readings(_tidy(text)))

    def _formatted(self, text: str, card_format: str) -> str | None:
        value = FORMATS[card_format](_tidy(text))
        if value is None:
            return None
        return self._numbers.get(value) or self._suffix(value)

    def _guess(self, values: set[int]) -> str | None:
        for look in (self._numbers.get, self._reversed.get, self._suffix):
            hits = {hit for value in values if (hit := look(value))}
            if hits:
                return hits.pop() if len(hits) == 1 else None
        return None

    def _suffix(self, value: int) -> str | None:
        return self._low.get(value) if value <= _LOW24 else None


def _tidy(text: str) -> str:
    """Without blanks and control characters, and no longer than a card number can be."""
    tidy = "".join(text[: 4 * LONGEST].upper().replace("，", ",").split())
    if not tidy.isprintable():
        tidy = "".join(letter for letter in tidy if letter.isprintable())
    return tidy[:LONGEST]


def _digits(value: int) -> str:
    return str(value).zfill(10)


def _decimal(tidy: str) -> int | None:
    return int(tidy) if tidy.isascii() and tidy.isdigit() else None


def _hex(tidy: str) -> int | None:
    """Ten hex digits are a version byte and 32 bits; other lengths are the number itself."""
    if len(tidy) > 16 or not tidy or tidy.strip("0123456789ABCDEF"):
        return None
    return int(tidy[2:] if len(tidy) == 10 else tidy, 16)


def _hex_reversed(tidy: str) -> int | None:
    value = _hex(tidy)
    return None if value is None or value >= 1 << 32 else _swap(value)


def _facility(tidy: str) -> int | None:
    facility, _, number = tidy.partition(",")
    high, low = _decimal(facility), _decimal(number)
    if high is None or low is None or high > 0xFF or low > 0xFFFF:
        return None
    return high << 16 | low


def _swap(value: int) -> int:
    return int.from_bytes(value.to_bytes(4, "big"), "little")


def _readings(tidy: str) -> set[int]:
    """Every number that the text may stand for; all-digit hex only in its usual lengths."""
    if "," in tidy:
        values = {_facility(tidy)}
    elif tidy.isdigit():
        values = {_decimal(tidy), _hex(tidy) if len(tidy) in (8, 10) else None}
    else:
        values = {_hex(tidy)}
    return {value for value in values if value is not None}


FORMATS: Final[dict[str, Callable[[str], int | None]]] = {
    "decimal": _decimal,
    "hex": _hex,
    "hex_reversed": _hex_reversed,
    "facility": _facility,
}
