"""Words around cases: kinds, verdicts, reasons, natural spans."""

from datetime import timedelta
from decimal import Decimal

from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

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
    "void": gettext_lazy("Void: opened in error."),
}
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


def limit_words(limit: Decimal, limit_in: str) -> str:
    """A limit of time as it stands on a page: `5 working days`, `day 3 of the next month`."""
    patterns = {
        "working days": gettext("%(n)s working days"),
        "business hours": gettext("%(n)s business hours"),
        "h": gettext("%(n)s hours, day and night"),
        "day of next month": gettext("day %(n)s of the next month"),
        "day after the quarter": gettext("day %(n)s of the month after the quarter"),
        "months later": gettext("the working days of the month that lies %(n)s later"),
    }
    return patterns.get(limit_in, f"%(n)s {limit_in}") % {"n": f"{limit.normalize():f}"}


def span(length: timedelta | None) -> str:
    """`11 min`, `6 h`, `3 d`; a dash where nothing was measured."""
    return NOTHING if length is None else natural_span(length)


def with_base(length: timedelta | None, n: int) -> str:
    return gettext("median %(span)s · n = %(n)s") % {"span": span(length), "n": n} if n else gettext("n = 0")
