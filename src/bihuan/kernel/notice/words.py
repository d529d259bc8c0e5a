"""The sentence of a notice, in the language that is active."""

from django.utils.translation import gettext as _

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.models import Case, ChannelKind, Notice
from bihuan.kernel.registry import case_kinds, everything, task_specs


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
        "case.soon": _("%(case)s: three quarters of its time have passed"),
        "case.escalated": _("%(case)s: still overdue, escalated to you"),
        "case.serious": _("%(case)s: serious, reported to you at once"),
        "case.rejected": _("%(case)s: rejected by its owner"),
        "case.resumed": _("%(case)s: the longest wait has passed, its clock runs again"),
        "task.yours": _("%(case)s: “%(task)s” is yours"),
        "task.soon": _("%(case)s: “%(task)s” is due soon"),
        "task.overdue": _("%(case)s: “%(task)s” is overdue"),
        "task.moved": _("%(case)s: deadline of “%(task)s” moved by a change of the calendar"),
        "task.escalated": _("%(case)s: “%(task)s” is still overdue, escalated to you"),
    }
    kind = notice.case.kind if notice.case else ""
    task = task_title(kind, str(notice.params.get("task", "")))
    return patterns.get(notice.key, "%(case)s") % {"case": subject, "task": task}


def task_title(kind: str, key: str) -> str:
    """What a duty inside a case of a kind is called."""
    spec = task_specs().get((kind, key))
    own = {
        "notify": _("notify the team"),
        "accept": _("accept the case"),
        "fix": _("put right"),
        "verify": _("verify"),
    }
    return str(spec.title) if spec else own.get(key, key)


def _plain(notice: Notice) -> str:
    patterns = {
        "calendar.missing": _(
            "The working calendar of %(year)s is still provisional: import the official notice"
        ),
        "process.back": _(
            "The worker was away from %(since)s to %(until)s and has made up for %(rows)s things"
        ),
        "channel.stopped": _("Messages by %(channel)s are refused and wait: put the channel right"),
        "channel.failing": _("Messages by %(channel)s do not get through; they are tried again"),
        "improvement.proposed": _("%(number)s: an improvement is proposed, yours to plan"),
        "improvement.yours": _("%(number)s: the improvement is yours"),
        "improvement.remedy": _("%(number)s: a remedy of this improvement is yours"),
        "improvement.soon": _("%(number)s: the next step of this improvement is due soon"),
        "improvement.overdue": _("%(number)s: the next step of this improvement is overdue"),
        "improvement.escalated": _("%(number)s: this improvement is overdue, escalated to you"),
        "improvement.effect": _("%(number)s: the effect has been tested, yours to conclude"),
    }
    pattern = patterns.get(notice.key) or _declared(notice.key)
    return str(pattern) % _named(notice.params) if pattern else notice.key


def _declared(key: str) -> StrOrPromise:
    """The sentence that a manifest gives; empty for a key that none knows any more."""
    found = (words for system in everything() for known, words in system.notices if known == key)
    return next(found, "")


def _named(params: dict[str, str | int]) -> dict[str, str | int]:
    """A channel without a name of its own is called by its kind."""
    kind = params.get("kind")
    if params.get("channel") == "" and kind in ChannelKind.values:
        return {**params, "channel": str(ChannelKind(kind).label)}
    return params
