"""The story of a case from its events, newest first."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bihuan.kernel.models import Case, Cause, Event, Evidence, User
from bihuan.kernel.registry import standard_specs
from bihuan.web.casework.sentences import SENTENCES, Names
from bihuan.web.casework.words import SYSTEM, limit_words
from bihuan.web.components.figures import day, hour
from bihuan.web.components.parts import Entry

STAGES = {
    "case.opened": "opened",
    "case.accept": "accepted",
    "case.start": "in_progress",
    "case.resume": "in_progress",
    "case.wait": "waiting",
    "case.resolve": "verifying",
    "case.verify": "closed",
    "case.send_back": "reopened",
    "case.reopen": "reopened",
    "case.reject": "rejected",
    "case.appeal": "notified",
    "case.duplicate": "duplicate",
    "case.merge": "merged",
    "case.void": "void",
}
ICONS = {
    "case.notify": "bell",
    "case.assign": "user-plus",
    "case.comment": "message",
    "case.evidence": "paperclip",
    "case.signal": "activity",
    "case.overdue": "alert-octagon",
    "case.escalated": "arrow-up",
    "case.reported": "alert-triangle",
    "case.retarget": "ruler-2",
    "case.joined": "link",
    "case.linked": "link",
    "case.called_back": "phone",
    "case.no_photo": "photo-off",
    "case.calendar": "calendar",
    "task.attempt": "phone-call",
    "task.handed_over": "user-plus",
    "task.escalated": "arrow-up",
    "task.overdue": "alert-octagon",
    "task.calendar": "calendar",
    "evidence.opened": "eye",
    "evidence.refused": "eye-off",
    "evidence.removed": "trash",
}
ON_TRACK = {
    "case.notify": "notified",
    "case.assign": "notified",
    "case.appeal": "notified",
    "case.accept": "accepted",
    "case.start": "in_progress",
    "case.resolve": "resolved",
    "case.verify": "closed",
}


def events_of(case: Case) -> list[Event]:
    """Newest first, with actor and note."""
    return list(case.events.select_related("actor", "note").order_by("-pk"))


def stage_times(case: Case, events: Sequence[Event]) -> dict[str, str]:
    """When each stop of the track was reached, the day too unless it was today."""
    today = timezone.localdate()
    return {
        stop: hour(at) if timezone.localdate(at) == today else f"{day(at, weekday=False)} {hour(at)}"
        for stop, at in reached(case, events).items()
    }


def reached(case: Case, events: Sequence[Event]) -> dict[str, datetime]:
    """After a reopening only what came later counts."""
    times = {"opened": case.opened_at}
    for event in reversed(events):
        if event.verb in {"case.reopen", "case.send_back", "case.appeal"}:
            times = {"opened": event.at}
        stop = ON_TRACK.get(event.verb)
        if stop:
            times.setdefault(stop, event.at)
    if "resolved" in times:
        times["verifying"] = times["resolved"]
    return times


def entries(case: Case, events: Sequence[Event], kept: Iterable[Evidence]) -> list[Entry]:
    """`kept`: the files of the case that are still there."""
    called = names(events)
    files = {row.pk: row for row in kept}
    return [_entry(case, event, called, files) for event in events]


def names(events: Sequence[Event]) -> Names:
    """Names of the accounts and causes that the events refer to."""
    keys = {event.payload["to"] for event in events if isinstance(event.payload.get("to"), int)}
    codes = {event.payload["cause"] for event in events if event.payload.get("cause")}
    people = User.objects.filter(pk__in=keys) if keys else ()
    causes = Cause.objects.filter(code__in=codes).values_list("code", "name") if codes else ()
    return Names({user.pk: str(user) for user in people}, dict(causes))


def _entry(case: Case, event: Event, called: Names, files: dict[int, Evidence]) -> Entry:
    note = getattr(event, "note", None)
    return Entry(
        at=event.at,
        who=str(event.actor or SYSTEM),
        text=sentence(case, event, called),
        stage=STAGES.get(event.verb, ""),
        icon=ICONS.get(event.verb, "activity"),
        note=note.text if note else "",
        extra=_extra(case, event, files),
    )


def sentence(case: Case, event: Event, called: Names) -> str:
    """What somebody did, in the reader's language; an unknown verb stands as it is."""
    write = SENTENCES.get(event.verb)
    return write(case, event.payload, called) if write else event.verb


def _extra(case: Case, event: Event, files: dict[int, Evidence]) -> SafeString | str:
    if event.verb == "case.opened":
        return judgement_card(case, event)
    shown = {"case.evidence": "evidence", "case.called_back": "proof"}.get(event.verb, "")
    row = files.get(event.payload.get(shown) or 0)
    if row is not None:
        return render_to_string("web/pages/case_file.html", {"file": row})
    return ""


def judgement_card(case: Case, event: Event) -> SafeString:
    """Measure, standard, duration and verdict of the opening event, with the version that judged."""
    said = event.payload
    spec = standard_specs().get(case.standard.key) if case.standard else None
    limit = ""
    if case.standard:
        limit = (
            f"{spec.title if spec else case.standard.key} {case.standard.value:g} {case.standard.measured_in}"
        )
    context = {
        "measure": said.get("measure") or "",
        "standard": limit,
        "duration": said.get("duration") or "",
        "facts": {
            _("limit"): limit_words(case.limit, case.limit_in),
            _("signals"): str(case.signals),
        },
        "version": str(case.standard) if case.standard else "",
        "version_url": standard_url(case.standard.key) if case.standard else "",
    }
    return render_to_string("web/pages/case_judgement.html", {"card": context})


def standard_url(key: str) -> str:
    """The versions of a standard; nothing where that page is not installed."""
    try:
        return reverse("standard", args=[key])
    except NoReverseMatch:
        return ""
