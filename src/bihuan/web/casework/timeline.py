"""The story of a case from its events, newest first."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bihuan.kernel.models import Case, Event, Evidence, User
from bihuan.kernel.registry import standard_specs
from bihuan.web.casework.words import SYSTEM, limit_words, reason_title, verdict_title
from bihuan.web.components.figures import day, hour, moment
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
    "case.void": "void",
}
ICONS = {
    "case.notify": "bell",
    "case.assign": "user-plus",
    "case.comment": "message",
    "case.evidence": "paperclip",
    "case.signal": "activity",
    "case.overdue": "alert-octagon",
    "case.calendar": "calendar",
    "evidence.opened": "eye",
    "evidence.refused": "eye-off",
    "evidence.removed": "trash",
}
ON_TRACK = {
    "case.notify": "notified",
    "case.assign": "notified",
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
        if event.verb in {"case.reopen", "case.send_back"}:
            times = {"opened": event.at}
        stop = ON_TRACK.get(event.verb)
        if stop:
            times.setdefault(stop, event.at)
    if "resolved" in times:
        times["verifying"] = times["resolved"]
    return times


def entries(case: Case, events: Sequence[Event]) -> list[Entry]:
    names = people(events)
    files = {row.pk: row for row in case.evidence.all()}
    return [_entry(case, event, names, files) for event in events]


def people(events: Sequence[Event]) -> dict[int, str]:
    """Names of the accounts that the events refer to."""
    keys = {event.payload["to"] for event in events if isinstance(event.payload.get("to"), int)}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=keys)}


def _entry(case: Case, event: Event, names: dict[int, str], files: dict[int, Evidence]) -> Entry:
    note = getattr(event, "note", None)
    return Entry(
        at=event.at,
        who=str(event.actor or SYSTEM),
        text=sentence(case, event, names),
        stage=STAGES.get(event.verb, ""),
        icon=ICONS.get(event.verb, "activity"),
        note=note.text if note else "",
        extra=_extra(case, event, files),
    )


def sentence(case: Case, event: Event, people: dict[int, str]) -> str:
    """What somebody did, in the reader's language; an unknown verb stands as it is."""
    write = SENTENCES.get(event.verb)
    return write(case, event.payload, people) if write else event.verb


Writer = Callable[[Case, dict[str, Any], dict[int, str]], str]

SENTENCES: dict[str, Writer] = {
    "case.opened": lambda case, said, people: pgettext("did", "opened the case"),
    "case.notify": lambda case, said, people: (
        pgettext("did", "told %(name)s") % {"name": _name(said, people)}
    ),
    "case.assign": lambda case, said, people: (
        pgettext("did", "assigned it to %(name)s") % {"name": _name(said, people)}
    ),
    "case.accept": lambda case, said, people: pgettext("did", "accepted it"),
    "case.start": lambda case, said, people: pgettext("did", "started"),
    "case.wait": lambda case, said, people: (
        pgettext("did", "stopped the clock: %(reason)s") % {"reason": reason_title(said.get("reason", ""))}
    ),
    "case.resume": lambda case, said, people: pgettext("did", "resumed"),
    "case.resolve": lambda case, said, people: (
        pgettext("did", "resolved it: %(verdict)s")
        % {"verdict": verdict_title(case, said.get("verdict", ""))}
    ),
    "case.verify": lambda case, said, people: pgettext("did", "verified and closed it"),
    "case.send_back": lambda case, said, people: pgettext("did", "sent it back: not put right"),
    "case.reopen": lambda case, said, people: pgettext("did", "reopened it"),
    "case.void": lambda case, said, people: pgettext("did", "declared it void"),
    "case.comment": lambda case, said, people: pgettext("did", "wrote"),
    "case.evidence": lambda case, said, people: pgettext("did", "added a file"),
    "case.signal": lambda case, said, people: pgettext("did", "joined a further signal, no second case"),
    "case.overdue": lambda case, said, people: pgettext("did", "noted that the deadline has passed"),
    "case.calendar": lambda case, said, people: (
        pgettext("did", "moved the deadline to %(due)s after a change of the calendar")
        % {"due": _instant(said.get("after"))}
    ),
    "evidence.opened": lambda case, said, people: pgettext("did", "opened a protected photo"),
    "evidence.refused": lambda case, said, people: pgettext("did", "was refused a protected photo"),
    "evidence.removed": lambda case, said, people: pgettext(
        "did", "removed a file after its time of keeping"
    ),
}


def _name(said: dict[str, Any], people: dict[int, str]) -> str:
    return people.get(said.get("to", 0), "—")


def _instant(text: object) -> str:
    found = parse_datetime(text) if isinstance(text, str) else None
    return moment(found)


def _extra(case: Case, event: Event, files: dict[int, Evidence]) -> SafeString | str:
    if event.verb == "case.opened":
        return judgement_card(case, event)
    row = files.get(event.payload.get("evidence", 0))
    if event.verb == "case.evidence" and row is not None:
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
