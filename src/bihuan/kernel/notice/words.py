"""The sentence of a notice, in the language that is active."""

from django.utils.translation import gettext as _

from bihuan.kernel.models import Notice
from bihuan.kernel.registry import case_kinds


def sentence(notice: Notice) -> str:
    """Subject first, then what happened; no names of people, because it may travel by e-mail."""
    if notice.case is None:
        return _plain(notice)
    kind = case_kinds().get(notice.case.kind)
    title = f"{notice.case.number} {notice.case.subject} {kind[1].title if kind else notice.case.kind}"
    patterns = {
        "case.opened": _("%(case)s: opened, yours to handle"),
        "case.assigned": _("%(case)s: assigned to you"),
        "case.verify": _("%(case)s: resolved, yours to verify"),
        "case.reopened": _("%(case)s: sent back, not put right yet"),
        "case.overdue": _("%(case)s: overdue"),
        "case.moved": _("%(case)s: deadline moved by a change of the calendar"),
    }
    return patterns.get(notice.key, "%(case)s") % {"case": title}


def _plain(notice: Notice) -> str:
    patterns = {
        "calendar.missing": _(
            "The working calendar of %(year)s is still provisional: import the official notice"
        ),
    }
    pattern = patterns.get(notice.key)
    return pattern % notice.params if pattern else notice.key
