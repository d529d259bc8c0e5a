"""What somebody answered, read strictly: a value that the question does not offer is refused, never bent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bihuan.kernel.rules.surveys.form import LONGEST_TEXT, Form, Item, Value


class BadAnswer(ValueError):
    """An answer that its question does not offer: no person gives it through our pages."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Answers:
    values: dict[str, Value]
    """By code of the question: whole numbers, keys of options, lists of keys in the order of the options."""
    texts: dict[str, str]
    """Free text, kept apart because it is removed sooner."""
    missing: tuple[str, ...]
    """Required questions that were shown and not answered."""


def clean(form: Form, raw: Mapping[str, Any]) -> Answers:
    """The answers to the questions that were shown; what was filled in and then hidden is left out.

    Values may be texts, as forms send them. Raises BadAnswer.
    """
    known = {item.code for item in form.items}
    if unknown := sorted(set(raw) - known):
        raise BadAnswer(unknown[0])
    given = {
        item.code: value for item in form.items if (value := _read(item, raw.get(item.code))) is not None
    }
    shown = form.shown(given)
    texts = {item.code: str(given[item.code]) for item in shown if item.kind == "text" and item.code in given}
    values = {item.code: given[item.code] for item in shown if item.kind != "text" and item.code in given}
    missing = tuple(item.code for item in shown if item.required and item.code not in given)
    return Answers(values, texts, missing)


def _read(item: Item, raw: Any) -> Value | None:
    if raw is None or raw == "" or raw == []:
        return None
    if item.scale is not None:
        return _number(item, raw, *item.scale)
    if item.kind == "text":
        return _text(item, raw)
    if item.kind == "one_of":
        if not isinstance(raw, str) or raw not in item.keys:
            raise BadAnswer(item.code)
        return raw
    if not isinstance(raw, list) or not all(isinstance(key, str) for key in raw) or set(raw) - set(item.keys):
        raise BadAnswer(item.code)
    return [key for key in item.keys if key in raw]


def _number(item: Item, raw: Any, low: int, high: int) -> int:
    text = str(raw)
    if isinstance(raw, bool) or not (text.isascii() and text.isdigit() and len(text) <= 2):
        raise BadAnswer(item.code)
    if not low <= int(text) <= high:
        raise BadAnswer(item.code)
    return int(text)


def _text(item: Item, raw: Any) -> str | None:
    if not isinstance(raw, str):
        raise BadAnswer(item.code)
    found = "".join(char for char in raw.replace("\r\n", "\n") if char == "\n" or char.isprintable())
    return found.strip()[:LONGEST_TEXT] or None


def differences(form: Form, first: Answers, second: Answers) -> tuple[str, ...]:
    """Codes of the questions that two people keyed differently; blanks at the ends of a text do not count."""
    return tuple(
        item.code
        for item in form.items
        if first.values.get(item.code) != second.values.get(item.code)
        or _folded(first.texts.get(item.code)) != _folded(second.texts.get(item.code))
    )


def _folded(text: str | None) -> str:
    return " ".join((text or "").split())
