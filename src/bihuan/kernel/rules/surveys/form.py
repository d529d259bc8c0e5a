"""A questionnaire as it was issued: ordered questions, some shown only after certain answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

Kind = Literal["scale_0_10", "scale_1_10", "scale_1_5", "yes_no", "one_of", "several_of", "text"]
Operator = Literal["is", "is_not", "at_least", "at_most", "includes"]
Value = int | str | list[str]
Definition = Mapping[str, Any]

SCALES: Final[Mapping[str, tuple[int, int]]] = {
    "scale_0_10": (0, 10),
    "scale_1_10": (1, 10),
    "scale_1_5": (1, 5),
    "yes_no": (0, 1),
}
"""Lowest and highest answer of the kinds that are numbers; yes is 1."""
OPERATORS: Final[Mapping[str, tuple[Operator, ...]]] = {
    **dict.fromkeys(("scale_0_10", "scale_1_10", "scale_1_5"), ("at_most", "at_least", "is")),
    "yes_no": ("is",),
    "one_of": ("is", "is_not"),
    "several_of": ("includes",),
    "text": (),
}
"""Which conditions may hang on which kind; none hang on free text."""
LONGEST_TEXT: Final = 2000


@dataclass(frozen=True, slots=True)
class Words:
    """One text in both languages; where one is missing the other is shown."""

    zh: str = ""
    en: str = ""

    def said(self, language: str) -> str:
        return (self.en or self.zh) if language == "en" else (self.zh or self.en)

    def plain(self) -> dict[str, str]:
        return {"zh": self.zh, "en": self.en}


@dataclass(frozen=True, slots=True)
class Option:
    key: str
    words: Words


@dataclass(frozen=True, slots=True)
class Condition:
    """The question is shown when the answer to an earlier one fits."""

    code: str
    operator: Operator
    value: int | str

    def holds(self, answers: Mapping[str, Value]) -> bool:
        """Without an answer nothing follows from it, `is_not` included."""
        given = answers.get(self.code)
        if given is None:
            return False
        if self.operator == "includes":
            return isinstance(given, list) and self.value in given
        if isinstance(given, int) and isinstance(self.value, int) and self.operator != "is":
            return given >= self.value if self.operator == "at_least" else given <= self.value
        return (given == self.value) is (self.operator == "is")


@dataclass(frozen=True, slots=True)
class Item:
    code: str
    kind: Kind
    words: Words
    options: tuple[Option, ...] = ()
    low: Words = Words()
    high: Words = Words()
    """What the ends of a scale mean."""
    dimension: str = ""
    weight: float = 1.0
    required: bool = True
    personal: bool = False
    """The answer says who somebody is: shown only to who may see that."""
    show_if: Condition | None = None

    @property
    def scale(self) -> tuple[int, int] | None:
        return SCALES.get(self.kind)

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(option.key for option in self.options)


@dataclass(frozen=True, slots=True)
class Form:
    title: Words
    intro: Words
    privacy: Words
    thanks: Words
    items: tuple[Item, ...]

    def item(self, code: str) -> Item | None:
        return next((item for item in self.items if item.code == code), None)

    def shown(self, answers: Mapping[str, Value]) -> tuple[Item, ...]:
        """The questions that these answers show, in order; what hangs on a hidden one is hidden too."""
        seen: dict[str, Value] = {}
        found = []
        for item in self.items:
            if item.show_if is None or item.show_if.holds(seen):
                found.append(item)
                if item.code in answers:
                    seen[item.code] = answers[item.code]
        return tuple(found)


def faults(form: Form) -> list[tuple[str, str]]:
    """(code of the question, what is wrong) for everything that forbids issuing; empty when it may go out.

    Kinds of fault: empty, twice, no_words, no_options, later (its condition names no earlier question),
    operator, value.
    """
    if not form.items:
        return [("", "empty")]
    found: list[tuple[str, str]] = []
    earlier: dict[str, Item] = {}
    for item in form.items:
        found += [(item.code, fault) for fault in _faults(item, earlier)]
        earlier[item.code] = item
    return found


def _faults(item: Item, earlier: Mapping[str, Item]) -> list[str]:
    found = []
    if item.code in earlier:
        found.append("twice")
    if not (item.words.zh or item.words.en):
        found.append("no_words")
    if item.kind in ("one_of", "several_of") and len(set(item.keys)) < 2:
        found.append("no_options")
    if item.show_if is not None:
        before = earlier.get(item.show_if.code)
        found += ["later"] if before is None else condition_faults(item.show_if, before)
    return found


def condition_faults(condition: Condition, before: Item) -> list[str]:
    """Whether the answer to `before` can fit the condition at all: `operator` or `value` when it cannot."""
    if condition.operator not in OPERATORS[before.kind]:
        return ["operator"]
    scale = before.scale
    if scale is not None:
        fits = isinstance(condition.value, int) and scale[0] <= condition.value <= scale[1]
    else:
        fits = condition.value in before.keys
    return [] if fits else ["value"]


def parsed(definition: Definition) -> Form:
    """The form that a stored definition describes. Raises KeyError or ValueError for a damaged one."""
    return Form(
        title=_words(definition["title"]),
        intro=_words(definition["intro"]),
        privacy=_words(definition["privacy"]),
        thanks=_words(definition["thanks"]),
        items=tuple(_item(each) for each in definition["items"]),
    )


def _item(raw: Definition) -> Item:
    if raw["kind"] not in OPERATORS:
        raise ValueError(f"no kind of question {raw['kind']!r}")
    condition = raw.get("show_if")
    return Item(
        code=raw["code"],
        kind=raw["kind"],
        words=_words(raw["words"]),
        options=tuple(Option(each["key"], _words(each)) for each in raw.get("options", ())),
        low=_words(raw.get("low") or {}),
        high=_words(raw.get("high") or {}),
        dimension=raw.get("dimension", ""),
        weight=float(raw.get("weight", 1)),
        required=bool(raw.get("required", True)),
        personal=bool(raw.get("personal", False)),
        show_if=Condition(condition["code"], condition["operator"], condition["value"])
        if condition
        else None,
    )


def _words(raw: Mapping[str, str]) -> Words:
    return Words(raw.get("zh", ""), raw.get("en", ""))


def written(form: Form) -> dict[str, Any]:
    """The definition that `parsed` reads again: what is frozen when a version is issued."""
    return {
        "title": form.title.plain(),
        "intro": form.intro.plain(),
        "privacy": form.privacy.plain(),
        "thanks": form.thanks.plain(),
        "items": [_written(item) for item in form.items],
    }


def _written(item: Item) -> dict[str, Any]:
    found: dict[str, Any] = {
        "code": item.code,
        "kind": item.kind,
        "words": item.words.plain(),
        "required": item.required,
        "personal": item.personal,
        "dimension": item.dimension,
        "weight": item.weight,
    }
    if item.options:
        found["options"] = [{"key": option.key, **option.words.plain()} for option in item.options]
    if item.scale:
        found |= {"low": item.low.plain(), "high": item.high.plain()}
    if item.show_if:
        found["show_if"] = {
            "code": item.show_if.code,
            "operator": item.show_if.operator,
            "value": item.show_if.value,
        }
    return found


def dimensions(items: Sequence[Item]) -> dict[str, list[Item]]:
    """The questions that are numbers, by what they measure."""
    found: dict[str, list[Item]] = {}
    for item in items:
        if item.dimension and item.scale:
            found.setdefault(item.dimension, []).append(item)
    return found
