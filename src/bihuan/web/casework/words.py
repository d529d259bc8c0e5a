"""Words around cases: kinds, verdicts, reasons, natural spans."""

from datetime import timedelta
from decimal import Decimal

from django.utils.translation import gettext, gettext_lazy, ngettext, pgettext_lazy

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.models import Case
from bihuan.kernel.registry import case_kinds
from bihuan.web.components.due import natural_span
from bihuan.web.components.figures import NOTHING

REASONS: dict[str, StrOrPromise] = {
    "customer": gettext_lazy("waiting for the customer"),
    "third_party": gettext_lazy("waiting for a third party"),
    "outage": gettext_lazy("outage in progress"),
}
NEXT: dict[str, StrOrPromise] = {
    "opened": gettext_lazy("Accept the case."),
    "notified": gettext_lazy("Accept the case."),
    "waiting": gettext_lazy("Resume when the reason for waiting is gone."),
    "resolved": gettext_lazy("Somebody who did not handle it verifies it."),
    "verifying": gettext_lazy("Somebody who did not handle it verifies it."),
    "closed": gettext_lazy("Closed. It can be reopened within 30 days."),
    "rejected": gettext_lazy("Rejected. Who found it may appeal."),
    "duplicate": gettext_lazy("Ended as a duplicate: the other case goes on."),
    "merged": gettext_lazy("Merged: the other case goes on."),
    "void": gettext_lazy("Void: opened in error."),
}
NOTIFY = gettext_lazy("Notify the team: assign the case to who is to put it right.")
SYSTEM = pgettext_lazy("actor", "System")


def title(case: Case) -> str:
    """What happened, to what: the sentence that names a case."""
    return f"{case.subject_name or case.subject} {kind_title(case)}"


def kind_title(case: Case) -> str:
    return title_of(case.kind)


def title_of(kind: str) -> str:
    """Words of a kind of case; its key when its system is switched off."""
    found = case_kinds().get(kind)
    return str(found[1].title) if found else kind


def system_title(case: Case) -> str:
    found = case_kinds().get(case.kind)
    return str(found[0].title) if found else case.system


def system_icon(case: Case) -> str:
    found = case_kinds().get(case.kind)
    return found[0].icon if found else "clipboard-list"


def advice(case: Case) -> str:
    """What to do next: the state's own sentence, else the kind's."""
    own = NEXT.get(case.state)
    found = case_kinds().get(case.kind)
    return str(own or (found[1].advice if found else ""))


def verdict_title(case: Case, key: str) -> str:
    found = case_kinds().get(case.kind)
    return str(dict(found[1].verdicts).get(key, key)) if found else key


def reason_title(key: str) -> str:
    return str(REASONS.get(key, key))


LIMIT_UNITS: dict[str, StrOrPromise] = {
    "working days": pgettext_lazy("limit", "working days"),
    "business hours": pgettext_lazy("limit", "business hours"),
    "h": pgettext_lazy("limit", "hours, day and night"),
    "day of next month": pgettext_lazy("limit", "day of the next month"),
    "day after the quarter": pgettext_lazy("limit", "day of the month after the quarter"),
    "months later": pgettext_lazy("limit", "months later, its working days"),
}
"""What a limit of time may be measured in (`rules.deadlines.MAKERS`)."""
LIMIT_KINDS: dict[str, StrOrPromise] = {
    "working days": gettext_lazy(
        "Limit in working days: the day itself does not count, pauses do not either"
    ),
    "business hours": gettext_lazy(
        "Limit in business hours, 08:30–11:30 and 13:30–17:00 on working days; pauses do not count"
    ),
    "h": gettext_lazy("Limit in hours, day and night; pauses do not count"),
    "day of next month": gettext_lazy("A fixed day of the next month: no pause moves it"),
    "day after the quarter": gettext_lazy("A fixed day after the quarter: no pause moves it"),
    "months later": gettext_lazy("A window, the working days of a later month: no pause moves it"),
}
"""The same as a sentence on the clock of a case."""


def limit_words(limit: Decimal, limit_in: str) -> str:
    """A limit of time as it stands on a page: `5 working days`, `day 3 of the next month`."""
    number = f"{limit.normalize():f}"
    if limit_in == "working days":
        return ngettext("%(n)s working day", "%(n)s working days", 1 if number == "1" else 2) % {"n": number}
    patterns = {
        "business hours": gettext("%(n)s business hours"),
        "h": gettext("%(n)s hours, day and night"),
        "day of next month": gettext("day %(n)s of the next month"),
        "day after the quarter": gettext("day %(n)s of the month after the quarter"),
        "months later": gettext("the working days of the month %(n)s months later"),
    }
    if limit_in == "months later" and number == "1":
        return gettext("the working days of the next month")
    return patterns.get(limit_in, f"%(n)s {limit_in}") % {"n": number}


def span(length: timedelta | None) -> str:
    """`11 min`, `6 h`, `3 d`; a dash where nothing was measured."""
    return NOTHING if length is None else natural_span(length)


def with_base(length: timedelta | None, n: int) -> str:
    return gettext("median %(span)s · n = %(n)s") % {"span": span(length), "n": n} if n else gettext("n = 0")
