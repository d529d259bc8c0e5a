"""What each event says, in the reader's language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import pgettext, pgettext_lazy

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.models import Case
from bihuan.kernel.notice.words import task_title
from bihuan.kernel.registry import posts, task_specs
from bihuan.web.casework.words import limit_words, reason_title, verdict_title
from bihuan.web.components.figures import moment, percent, working_days

Said = Mapping[str, Any]


@dataclass(frozen=True)
class Names:
    """What the keys in events are called."""

    people: Mapping[int, str] = field(default_factory=dict)
    causes: Mapping[str, str] = field(default_factory=dict)


Writer = Callable[[Case, Said, Names], str]


def _plain(text: StrOrPromise) -> Writer:
    """A sentence that says the same of every event."""
    return lambda case, said, names: str(text)


def _notified(case: Case, said: Said, names: Names) -> str:
    return pgettext("did", "told %(name)s") % {"name": _name(said, names)}


def _assigned(case: Case, said: Said, names: Names) -> str:
    return pgettext("did", "assigned it to %(name)s") % {"name": _name(said, names)}


def _waited(case: Case, said: Said, names: Names) -> str:
    return pgettext("did", "stopped the clock: %(reason)s") % {"reason": reason_title(said.get("reason", ""))}


def _resumed(case: Case, said: Said, names: Names) -> str:
    if said.get("cap"):
        return pgettext("did", "let the clock run on: the longest wait has passed")
    return pgettext("did", "resumed")


def _resolved(case: Case, said: Said, names: Names) -> str:
    verdict = verdict_title(case, said.get("verdict", ""))
    code = said.get("cause")
    if not code:
        return pgettext("did", "resolved it: %(verdict)s") % {"verdict": verdict}
    return pgettext("did", "resolved it: %(verdict)s; cause: %(cause)s") % {
        "verdict": verdict,
        "cause": names.causes.get(code, code),
    }


def _reopened(case: Case, said: Said, names: Names) -> str:
    if said.get("reset"):
        return pgettext("did", "reopened it; the clock begins anew")
    return pgettext("did", "reopened it; the clock goes on")


def _to_other(text: StrOrPromise) -> Writer:
    return lambda case, said, names: str(text) % {"number": said.get("other", "—")}


def _joined(case: Case, said: Said, names: Names) -> str:
    text = pgettext("did", "took in %(number)s")
    if said.get("link") == "duplicate":
        text = pgettext("did", "was joined by %(number)s, a duplicate")
    return text % {"number": said.get("other", "—")}


def _linked(case: Case, said: Said, names: Names) -> str:
    text = pgettext("did", "opened %(number)s after it")
    if said.get("link") == "caused":
        text = pgettext("did", "named its cause: %(number)s")
    return text % {"number": said.get("other", "—")}


def _retargeted(case: Case, said: Said, names: Names) -> str:
    before, after = _limit(said.get("before")), _limit(said.get("after"))
    return pgettext("did", "changed the limit: %(before)s became %(after)s") % {
        "before": before,
        "after": after or limit_words(case.limit, case.limit_in),
    }


def _reported(case: Case, said: Said, names: Names) -> str:
    post = posts().get(str(said.get("post")))
    return pgettext("did", "reported it at once to %(post)s: %(name)s") % {
        "post": post.title if post else said.get("post", "—"),
        "name": _name(said, names),
    }


def _escalated(case: Case, said: Said, names: Names) -> str:
    return pgettext("did", "%(when)s: told %(name)s") % {"when": _step(said), "name": _name(said, names)}


def _task_escalated(case: Case, said: Said, names: Names) -> str:
    return pgettext("did", "“%(duty)s”, %(when)s: told %(name)s") % {
        "duty": _duty(case, said),
        "when": _step(said),
        "name": _name(said, names),
    }


def _called_back(case: Case, said: Said, names: Names) -> str:
    return pgettext("did", "called back, %(duty)s: %(outcome)s") % {
        "duty": _duty(case, said),
        "outcome": outcome_title(case, str(said.get("duty")), str(said.get("outcome"))),
    }


def _tried(case: Case, said: Said, names: Names) -> str:
    text = pgettext("did", "called, nobody reached: %(duty)s")
    if said.get("reached"):
        text = pgettext("did", "called and reached, not ended yet: %(duty)s")
    return text % {"duty": _duty(case, said)}


def _handed_over(case: Case, said: Said, names: Names) -> str:
    return pgettext("did", "gave “%(duty)s” to %(name)s") % {
        "duty": _duty(case, said),
        "name": _name(said, names),
    }


def _task_overdue(case: Case, said: Said, names: Names) -> str:
    return pgettext("did", "noted that “%(duty)s” is overdue") % {"duty": _duty(case, said)}


def _moved(case: Case, said: Said, names: Names) -> str:
    """Old and new deadline, of a duty with its name; where only the doubt is gone, that."""
    before, after = _instant(said.get("before")), _instant(said.get("after"))
    text = pgettext("did", "moved the deadline from %(before)s to %(due)s after a change of the calendar")
    if before == after:
        text = pgettext("did", "confirmed the deadline %(due)s: the calendar of its days is known now")
    words = text % {"before": before, "due": after}
    duty = said.get("duty")
    return (
        pgettext("did", "“%(duty)s”: %(what)s") % {"duty": _duty(case, said), "what": words}
        if duty
        else words
    )


SENTENCES: dict[str, Writer] = {
    "case.opened": _plain(pgettext_lazy("did", "opened the case")),
    "case.notify": _notified,
    "case.assign": _assigned,
    "case.accept": _plain(pgettext_lazy("did", "accepted it")),
    "case.start": _plain(pgettext_lazy("did", "started")),
    "case.wait": _waited,
    "case.resume": _resumed,
    "case.resolve": _resolved,
    "case.verify": _plain(pgettext_lazy("did", "verified and closed it")),
    "case.send_back": _plain(pgettext_lazy("did", "sent it back: not put right")),
    "case.reopen": _reopened,
    "case.reject": _plain(pgettext_lazy("did", "rejected it")),
    "case.appeal": _plain(pgettext_lazy("did", "appealed: the case lives again")),
    "case.duplicate": _to_other(pgettext_lazy("did", "ended it as a duplicate of %(number)s")),
    "case.merge": _to_other(pgettext_lazy("did", "merged it into %(number)s")),
    "case.joined": _joined,
    "case.linked": _linked,
    "case.retarget": _retargeted,
    "case.reported": _reported,
    "case.escalated": _escalated,
    "case.called_back": _called_back,
    "case.void": _plain(pgettext_lazy("did", "declared it void")),
    "case.comment": _plain(pgettext_lazy("did", "wrote")),
    "case.evidence": _plain(pgettext_lazy("did", "added a file")),
    "case.signal": _plain(pgettext_lazy("did", "joined a further signal, no second case")),
    "case.overdue": _plain(pgettext_lazy("did", "noted that the deadline has passed")),
    "case.calendar": _moved,
    "case.no_photo": _plain(pgettext_lazy("did", "noted that no photo came")),
    "task.attempt": _tried,
    "task.handed_over": _handed_over,
    "task.escalated": _task_escalated,
    "task.overdue": _task_overdue,
    "task.calendar": _moved,
    "evidence.opened": _plain(pgettext_lazy("did", "opened a protected photo")),
    "evidence.refused": _plain(pgettext_lazy("did", "was refused a protected photo")),
    "evidence.removed": _plain(pgettext_lazy("did", "removed a file after its time of keeping")),
}


def outcome_title(case: Case, duty: str, key: str) -> str:
    """Words of an outcome of a declared duty; its key where none declares it."""
    spec = task_specs().get((case.kind, duty))
    declared = {each: words for each, words, _means in spec.outcomes} if spec else {}
    return str(declared.get(key, key))


def _name(said: Said, names: Names) -> str:
    return names.people.get(said.get("to") or 0, "—")


def _duty(case: Case, said: Said) -> str:
    return task_title(case.kind, str(said.get("duty", "")))


def _instant(text: object) -> str:
    return moment(parse_datetime(text) if isinstance(text, str) else None)


def _limit(text: object) -> str:
    """`13 business hours`, as the event keeps it, in words."""
    number, _blank, unit = str(text or "").partition(" ")
    try:
        return limit_words(Decimal(number), unit)
    except InvalidOperation:
        return str(text or "")


def _step(said: Said) -> str:
    """Which step of the ladder: `0.75+0 owner` as the event keeps it."""
    mark = str(said.get("step", "")).partition(" ")[0]
    used, _plus, late = mark.partition("+")
    try:
        share, days = float(used), int(late)
    except ValueError:
        return mark
    if days:
        return pgettext("step", "%(days)s overdue") % {"days": working_days(days)}
    if share >= 1:
        return pgettext("step", "due time reached")
    return pgettext("step", "%(share)s of the time used") % {"share": percent(share, 0)}
