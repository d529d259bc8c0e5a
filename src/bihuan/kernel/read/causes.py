"""The tree of causes, and what the story of a case suggests."""

from dataclasses import dataclass

from bihuan.kernel.models import Case, Cause
from bihuan.kernel.rules.causes import suggest

MOST = 3
"""Suggestions that are worth reading."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    cause: Cause
    words: tuple[str, ...]
    """Keywords that were found."""


def active_causes() -> list[Cause]:
    """In the order of the tree."""
    return list(Cause.objects.filter(active=True).order_by("path"))


def suggestions(case: Case, causes: list[Cause], said: str = "") -> list[Suggestion]:
    """Causes whose keywords stand in what was written on the case, or in `said`, the best first."""
    notes = case.notes.order_by("pk").values_list("text", flat=True)
    text = "\n".join([case.subject_name, said, *notes])
    found = suggest(text, [(cause, cause.keywords) for cause in causes])
    return [Suggestion(cause, words) for cause, words in found[:MOST]]
