"""The closed vocabulary of this system, as people read it."""

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.lazy import StrOrPromise

STATE: dict[str, StrOrPromise] = {
    "all": pgettext_lazy("instrument", "All"),
    "abnormal": pgettext_lazy("instrument", "Abnormal"),
    "warning": pgettext_lazy("instrument", "Warning"),
    "in_use": pgettext_lazy("instrument", "In use"),
    "idle": pgettext_lazy("instrument", "Idle"),
    "offline": pgettext_lazy("instrument", "Offline"),
    "maintenance": pgettext_lazy("instrument", "Maintenance"),
}
"""In the order of the board's filter."""

LINK: dict[str, StrOrPromise] = {
    "online": pgettext_lazy("link", "Online"),
    "stale": pgettext_lazy("link", "Late"),
    "offline": pgettext_lazy("link", "Offline"),
    "never": pgettext_lazy("link", "Never heard"),
}

FLAG: dict[str, StrOrPromise] = {
    "unknown_card": pgettext_lazy("flag", "unknown card"),
    "not_authorised": pgettext_lazy("flag", "not authorised"),
    "cooldown": pgettext_lazy("flag", "used during rest"),
    "close_missing": pgettext_lazy("flag", "log-off missing"),
    "superseded": pgettext_lazy("flag", "handed over"),
    "late_swipe": pgettext_lazy("flag", "late swipe"),
    "overlong": pgettext_lazy("flag", "overlong"),
}

VERB: dict[str, StrOrPromise] = {"open": _("log-on"), "close": _("log-off")}

REJECTED: dict[str, StrOrPromise] = {
    "unreadable": _("unreadable"),
    "no such time": _("no such time"),
    "before 2015": _("before 2015: a clock that had lost its battery"),
    "in the future": _("more than 5 minutes in the future"),
}
"""Why a journal line was not taken, by the reason that `rules.lines` gives."""

PAGES: tuple[tuple[str, StrOrPromise, str], ...] = (
    ("instruments:board", pgettext_lazy("tab", "Live board"), "see"),
    ("instruments:sessions", pgettext_lazy("tab", "Usage"), "see"),
    ("instruments:alarms", pgettext_lazy("tab", "Alarms"), "see"),
    ("instruments:photos", pgettext_lazy("tab", "Photos"), "see"),
    ("instruments:maintenance", pgettext_lazy("tab", "Maintenance"), "see"),
    ("instruments:journals", pgettext_lazy("tab", "Reconciliation"), "see"),
    ("instruments:orphans", pgettext_lazy("tab", "Orphan log-offs"), "see"),
    ("instruments:unknown", pgettext_lazy("tab", "Unknown terminals"), "edit"),
    ("instruments:list", pgettext_lazy("tab", "Register"), "see"),
)
"""Url name, word and permission of this system's pages."""


def flags(names: list[str]) -> str:
    """Flags in words; empty for none."""
    return gettext(", ").join(str(FLAG.get(name, name)) for name in names)
