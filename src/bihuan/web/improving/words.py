"""Words and marks of improvements."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.models import EffectTest, Improvement, ImprovementState, Outcome
from bihuan.kernel.rules.calendar import Calendar
from bihuan.kernel.rules.improvements import LIVE
from bihuan.kernel.rules.remaining import working_days_left
from bihuan.web.components import marks
from bihuan.web.components.due import due
from bihuan.web.components.figures import NOTHING, day, number, percent

RINGS = {
    ImprovementState.PROPOSED: "opened",
    ImprovementState.PLANNED: "accepted",
    ImprovementState.RUNNING: "in_progress",
    ImprovementState.DONE: "verifying",
    ImprovementState.TESTED: "closed",
    ImprovementState.DROPPED: "void",
}
"""The ring closes only when somebody else has concluded."""
OUTCOMES: dict[str, tuple[str, Callable[[], SafeString]]] = {
    Outcome.WORKED: ("green", lambda: marks.status_icon("normal")),
    Outcome.NO_EFFECT: ("grey", lambda: marks.sprite_icon("minus")),
    Outcome.WORSE: ("red", lambda: marks.status_icon("abnormal")),
    Outcome.TOO_LITTLE: ("grey", lambda: marks.sprite_icon("info-circle")),
}
ADVICE: dict[str, StrOrPromise] = {
    ImprovementState.PROPOSED: gettext_lazy(
        "Plan it: problem, cause, owner, dates and remedies; or drop it."
    ),
    ImprovementState.PLANNED: gettext_lazy("Begin on the planned day; the quarter before is the comparison."),
    ImprovementState.RUNNING: gettext_lazy("Carry out the remedies; end it when the last one is done."),
    ImprovementState.DONE: gettext_lazy("The effect is tested by itself; then somebody else concludes."),
    ImprovementState.TESTED: gettext_lazy("Concluded. It can go on with further remedies."),
    ImprovementState.DROPPED: gettext_lazy("Dropped. A new cluster of cases becomes a new improvement."),
}


def title(item: Improvement) -> str:
    """Its own, else the cause and where it gathers."""
    if item.title or item.cause is None:
        return item.title or item.number
    return _("%(cause)s · %(unit)s") % {"cause": item.cause, "unit": item.unit}


def state_cell(item: Improvement, size: int = 16) -> SafeString:
    return format_html(
        '<span class="bh-mark bh-stage">{}<span>{}</span></span>',
        marks.stage_ring(RINGS[ImprovementState(item.state)], size),
        item.get_state_display(),
    )


def outcome_mark(key: str) -> SafeString:
    if not key:
        return format_html('<span class="bh-text-3">{}</span>', NOTHING)
    tone, draw = OUTCOMES[key]
    return format_html(
        '<span class="bh-mark bh-tone-{}">{}<span>{}</span></span>', tone, draw(), Outcome(key).label
    )


def due_cell(item: Improvement, now: datetime, calendar: Calendar) -> SafeString:
    """Of the next step; none while it waits for its effect, or has ended."""
    if item.due_at is None or item.state not in {*LIVE, ImprovementState.DONE}:
        return due(None)
    begun = None if item.state == ImprovementState.DONE else item.proposed_at
    left = working_days_left(calendar, now, item.due_at, opened_at=begun)
    return due(item.due_at, now, begun, working_days_left=left)


def sentence(test: EffectTest) -> str:
    """What the numbers say, with the base and the interval."""
    said = {
        "before": test.before,
        "days_before": test.days_before,
        "after": test.after,
        "days_after": test.days_after,
    }
    base = _("%(before)s cases in %(days_before)s days before, %(after)s in %(days_after)s days after") % said
    if test.verdict == Outcome.TOO_LITTLE:
        return _("%(base)s: too few to tell an effect from chance.") % {"base": base}
    told = {"base": base, "ratio": ratio_words(test), "p": p_words(test)}
    return _("%(base)s: rate ratio %(ratio)s, p = %(p)s.") % told


def ratio_words(test: EffectTest) -> str:
    """`0.22 (0.06–0.66)`; without a case before there is no ratio, without an upper end ∞."""
    ratio = NOTHING if test.ratio is None else number(test.ratio, 2)
    high = "∞" if test.high is None else number(test.high, 2)
    return f"{ratio} ({number(test.low, 2)}–{high})"


def p_words(test: EffectTest) -> str:
    return "< 0.001" if test.p is not None and test.p < 0.001 else number(test.p, 3)


def change(test: EffectTest) -> str:
    return NOTHING if test.ratio is None else percent(test.ratio - 1, 0)


Said = Mapping[str, Any]
SENTENCES: dict[str, Callable[[Said], str]] = {
    "proposed": lambda said: (
        pgettext("did", "proposed it, shown by %(cases)s") % {"cases": _listed(said)}
        if said.get("cases")
        else pgettext("did", "proposed it")
    ),
    "joined": lambda said: pgettext("did", "added further cases: %(cases)s") % {"cases": _listed(said)},
    "linked": lambda said: pgettext("did", "linked %(cases)s") % {"cases": _listed(said)},
    "unlinked": lambda said: pgettext("did", "took %(cases)s out") % {"cases": _listed(said)},
    "planned": lambda said: (
        pgettext("did", "planned it from %(first)s to %(last)s")
        % {"first": _day(said, "starts_on"), "last": _day(said, "ends_on")}
    ),
    "edited": lambda said: pgettext("did", "brought it in from a file"),
    "remedy_added": lambda said: pgettext("did", "added a remedy"),
    "remedy_done": lambda said: pgettext("did", "did a remedy"),
    "remedy_dropped": lambda said: pgettext("did", "dropped a remedy"),
    "started": lambda said: pgettext("did", "began the remedies on %(day)s") % {"day": _day(said, "on")},
    "finished": lambda said: pgettext("did", "ended the remedies on %(day)s") % {"day": _day(said, "on")},
    "went_on": lambda said: pgettext("did", "goes on with it until %(day)s") % {"day": _day(said, "ends_on")},
    "dropped": lambda said: pgettext("did", "dropped it"),
    "comment": lambda said: pgettext("did", "wrote"),
    "soon": lambda said: pgettext("did", "reminded: due soon"),
    "overdue": lambda said: pgettext("did", "reported it as overdue"),
    "measured": lambda said: (
        pgettext("did", "tested the effect: %(before)s cases before, %(after)s after: %(verdict)s")
        % {**said, "verdict": Outcome(said["verdict"]).label}
    ),
    "concluded": lambda said: (
        pgettext("did", "concluded: %(outcome)s") % {"outcome": Outcome(said["outcome"]).label}
    ),
}


def what(verb: str, payload: Said) -> str:
    """What somebody did, in the reader's language; an unknown verb stands as it is."""
    write = SENTENCES.get(verb.removeprefix("improvement."))
    return write(payload) if write else verb


def _listed(said: Said) -> str:
    return _(", ").join(said.get("cases") or [])


def _day(said: Said, key: str) -> str:
    return day(parse_date(str(said.get(key) or "")), weekday=False)
