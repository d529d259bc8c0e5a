"""The closed vocabulary of states, each word with the tone and the shape that go with it."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class Word:
    """One state: the word people read, the tone class of its mark, and how much of its shape is full."""

    text: str | Promise
    tone: str
    fill: float = 0


STATUS = {
    "normal": Word(pgettext_lazy("state", "Normal"), "green"),
    "warning": Word(pgettext_lazy("state", "Warning"), "yellow"),
    "abnormal": Word(pgettext_lazy("state", "Abnormal"), "red"),
    "in_progress": Word(pgettext_lazy("state", "In progress"), "blue", 0.5),
    "closed": Word(pgettext_lazy("state", "Closed"), "green", 1),
}

STAGE = {
    "opened": Word(pgettext_lazy("stage", "Opened"), "red"),
    "notified": Word(pgettext_lazy("stage", "Notified"), "red"),
    "accepted": Word(pgettext_lazy("stage", "Accepted"), "blue", 0.25),
    "in_progress": Word(pgettext_lazy("stage", "In progress"), "blue", 0.5),
    "waiting": Word(pgettext_lazy("stage", "Waiting"), "grey", 0.5),
    "resolved": Word(pgettext_lazy("stage", "Resolved"), "blue", 0.75),
    "verifying": Word(pgettext_lazy("stage", "Verifying"), "action", 0.875),
    "closed": Word(pgettext_lazy("stage", "Closed"), "green", 1),
    "reopened": Word(pgettext_lazy("stage", "Reopened"), "red", 0.25),
    "rejected": Word(pgettext_lazy("stage", "Rejected"), "grey"),
    "duplicate": Word(pgettext_lazy("stage", "Duplicate"), "grey"),
    "merged": Word(pgettext_lazy("stage", "Merged"), "grey"),
    "void": Word(pgettext_lazy("stage", "Void"), "grey"),
}

TRACK = ("opened", "notified", "accepted", "in_progress", "resolved", "verifying", "closed")
"""The seven stops of a case, in order; the sixth is shown by its act, the call-back."""

SEVERITY = {
    "critical": Word(pgettext_lazy("severity", "Critical"), "red", 4),
    "serious": Word(pgettext_lazy("severity", "Serious"), "orange", 3),
    "minor": Word(pgettext_lazy("severity", "Minor"), "text-2", 2),
    "note": Word(pgettext_lazy("severity", "Note"), "text-3", 1),
}

GRADE = {
    "excellent": Word(pgettext_lazy("grade", "Excellent"), "green", 5),
    "good": Word(pgettext_lazy("grade", "Good"), "blue", 4),
    "fair": Word(pgettext_lazy("grade", "Fair"), "yellow", 3),
    "poor": Word(pgettext_lazy("grade", "Poor"), "orange", 2),
    "bad": Word(pgettext_lazy("grade", "Bad"), "red", 1),
    "no_data": Word(pgettext_lazy("grade", "No data"), "grey", 0),
    "maintenance": Word(pgettext_lazy("grade", "Maintenance"), "grey", 0),
}

DEVICE_USE = {
    "in_use": Word(pgettext_lazy("device", "In use"), "text"),
    "idle": Word(pgettext_lazy("device", "Idle"), "grey"),
    "offline": Word(pgettext_lazy("device", "Offline"), "grey"),
    "maintenance": Word(pgettext_lazy("device", "Maintenance"), "grey"),
}

TRUST = {
    "low": Word(pgettext_lazy("trust", "Low trust"), "text-2"),
    "high": Word(pgettext_lazy("trust", "Trusted"), "text-2"),
}
