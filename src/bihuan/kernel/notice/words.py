"""The sentence of a notice, in the language that is active."""

from django.utils.translation import gettext as _

from bihuan.kernel.models import Case, ChannelKind, Notice
from bihuan.kernel.registry import case_kinds


def sentence(notice: Notice) -> str:
    """Subject first, then what happened; no names of people, because it may travel by e-mail."""
    return _plain(notice) if notice.case is None else happening(notice, title(notice.case))


def title(case: Case) -> str:
    kind = case_kinds().get(case.kind)
    return f"{case.number} {case.subject} {kind[1].title if kind else case.kind}"


def happening(notice: Notice, subject: str) -> str:
    """What happened to a case that is called `subject`."""
    patterns = {
        "case.opened": _("%(case)s: opened, yours to handle"),
        "case.assigned": _("%(case)s: assigned to you"),
        "case.verify": _("%(case)s: resolved, yours to verify"),
        "case.reopened": _("%(case)s: sent back, not put right yet"),
        "case.overdue": _("%(case)s: overdue"),
        "case.moved": _("%(case)s: deadline moved by a change of the calendar"),
    }
    return patterns.get(notice.key, "%(case)s") % {"case": subject}


def _plain(notice: Notice) -> str:
    patterns = {
        "calendar.missing": _(
            "The working calendar of %(year)s is still provisional: import the official notice"
        ),
        "channel.stopped": _("Messages by %(channel)s are refused and wait: put the channel right"),
        "channel.failing": _("Messages by %(channel)s do not get through; they are tried again"),
    }
    pattern = patterns.get(notice.key)
    return pattern % _named(notice.params) if pattern else notice.key


def _named(params: dict[str, str | int]) -> dict[str, str | int]:
    """A channel without a name of its own is called by its kind."""
    kind = params.get("kind")
    if params.get("channel") == "" and kind in ChannelKind.values:
        return {**params, "channel": str(ChannelKind(kind).label)}
    return params
