"""Questions as markup: on the phone, in the preview, on paper and in the keying form."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.rules.surveys.form import Form, Item
from bihuan.web.surveys.words import both, everything, said

PREFIX = "q."
"""Before the code of a question in the name of its field."""
OPERATOR_WORDS = {
    "is": _("is"),
    "is_not": _("is not"),
    "at_least": _("at least"),
    "at_most": _("at most"),
    "includes": _("includes"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: SafeString
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """One question for `web/surveys/question.html`."""

    item: Item
    place: int
    label: SafeString
    low: SafeString
    high: SafeString
    choices: tuple[Choice, ...]
    text: str
    error: bool

    @property
    def name(self) -> str:
        return PREFIX + self.item.code

    @property
    def condition(self) -> str:
        """When it is shown, in words; empty when it always is."""
        found = self.item.show_if
        return f"{found.code} {OPERATOR_WORDS[found.operator]} {found.value}" if found else ""

    @property
    def layout(self) -> str:
        return {"scale_0_10": "eleven", "scale_1_10": "ten", "scale_1_5": "five", "yes_no": "two"}.get(
            self.item.kind, "rows"
        )


def questions(
    form: Form, given: Mapping[str, Any] | None = None, wrong: frozenset[str] = frozenset()
) -> list[Shown]:
    """In order, numbered, with what was `given` filled in."""
    given = given or {}
    return [_shown(item, place, given.get(item.code), wrong) for place, item in enumerate(form.items, 1)]


def _shown(item: Item, place: int, given: Any, wrong: frozenset[str]) -> Shown:
    return Shown(
        item=item,
        place=place,
        label=both(item.words),
        low=both(item.low),
        high=both(item.high),
        choices=_choices(item, given),
        text=given if item.kind == "text" and isinstance(given, str) else "",
        error=item.code in wrong,
    )


def _choices(item: Item, given: Any) -> tuple[Choice, ...]:
    if item.kind == "text":
        return ()
    if item.kind == "yes_no":
        pairs = [("1", both(said("yes"))), ("0", both(said("no")))]
    elif item.scale:
        low, high = item.scale
        pairs = [(str(value), SafeString(value)) for value in range(low, high + 1)]
    else:
        pairs = [(option.key, both(option.words)) for option in item.options]
    chosen = {str(each) for each in (given if isinstance(given, list) else [given])}
    return tuple(Choice(value, label, value in chosen) for value, label in pairs)


def given_of(form: Form, data: Any) -> dict[str, Any]:
    """What a posted form says, by code of the question; `data` is a QueryDict."""
    found: dict[str, Any] = {}
    for item in form.items:
        values = data.getlist(PREFIX + item.code)
        if item.kind == "several_of":
            found[item.code] = values
        elif values:
            found[item.code] = values[-1]
    return found


def markup(form: Form) -> SafeString:
    context = {"questions": questions(form), "w": everything()}
    return render_to_string("web/surveys/questions.html", context)
