"""Made-up values for the gallery of parts; no record is read."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.web.components import parts, words


def samples() -> dict[str, Any]:
    """The context of the gallery: every part in every state that it has."""
    now = timezone.localtime().replace(hour=10, minute=39, second=0, microsecond=0)
    return {
        "now": now,
        "statuses": list(words.STATUS),
        "stages": list(words.STAGE),
        "severities": list(words.SEVERITY),
        "grades": list(words.GRADE),
        "devices": list(words.DEVICE_USE),
        "dues": _dues(now),
        "beats": _beats(),
        "segments": _segments(),
        "entries": _entries(now),
        "stops": _stops(),
        "stage_times": {"opened": "10:12", "notified": "10:12", "accepted": "10:41", "in_progress": "10:44"},
        "clock_days": [
            parts.ClockDay(_("Mon"), "11-23", 0.2, 0.1),
            parts.ClockDay(_("Tue"), "11-24"),
            parts.ClockDay(_("Wed"), "11-25", 0, 0),
        ],
        "facts": {_("card"): _("none")},
        "attempts": [parts.Attempt(now - timedelta(hours=3), _("no answer"))],
        "outcomes": _outcomes(),
        "current": [0.3] * 12 + [3.7, 2.6, 2.5, 2.7, 2.5, 2.6, 2.7, None, 2.6, 2.57],
        "axis": [55, 100],
        "whiskers": [(61.9, 58.0, 65.5, "red"), (85.2, 81.8, 88.4, "orange"), (98.6, 97.9, 99.0, "green")],
        "people": ["陈静", "吴敏", "He Jia", "Tang Rui", "孙倩"],
        "chart": _chart(),
        "tile_base": _("95 % interval 94.1–97.9 · n = 412"),
        "empty_links": [parts.Link(_("connect a device"), "#"), parts.Link(_("import a sheet"), "#")],
        "stale_links": [parts.Link(_("look at the interface"), "#")],
        "error_links": [parts.Link(_("try again"), "#")],
        "pages": [{"number": n, "url": f"?page={n}", "current": n == 1} for n in (1, 2, 3)],
    }


def _dues(now: datetime) -> list[dict[str, Any]]:
    start = now - timedelta(days=1)
    return [
        {"at": now + timedelta(days=6), "start": start, "days": 4.0},
        {"at": now + timedelta(days=1, hours=6), "start": start, "days": 1.5},
        {"at": now.replace(hour=14, minute=0), "start": start, "days": 0.4},
        {"at": now - timedelta(hours=5), "start": start, "days": -0.5},
        {"at": now - timedelta(minutes=12), "start": start, "days": -0.02, "of": _("accept")},
        {"at": now + timedelta(days=2), "start": start, "state": "paused", "reason": _("customer's papers")},
        {"at": now + timedelta(days=8), "start": start, "days": 6.0, "provisional": True},
    ]


def _beats() -> list[tuple[str, str]]:
    return [
        (_("on time"), "o" * 50),
        (_("late"), "ooooooooooolooooooollooooooloolooooloooloooloooooo"),
        (_("missed"), "o" * 45 + "lmmmm"),
        (_("no data"), "o" * 42 + "-" * 8),
        (_("maintenance"), "o" * 40 + "x" * 10),
    ]


def _segments() -> list[parts.Segment]:
    return [
        parts.Segment(_("All"), "#", 42, current=True),
        parts.Segment(words.STATUS["abnormal"].text, "#", 1, status="abnormal"),
        parts.Segment(words.STATUS["warning"].text, "#", 2, status="warning"),
        parts.Segment(words.DEVICE_USE["in_use"].text, "#", 17),
        parts.Segment(words.DEVICE_USE["idle"].text, "#", 19),
    ]


def _entries(now: datetime) -> list[parts.Entry]:
    return [
        parts.Entry(
            now,
            "吴敏",
            _("added a note"),
            "in_progress",
            note=_("The centrifuge is in use, samples of group B7."),
        ),
        parts.Entry(now - timedelta(minutes=14), "吴敏", _("began the work"), "in_progress"),
        parts.Entry(now - timedelta(minutes=29), _("System"), _("reminded the owner"), icon="bell"),
        parts.Entry(now - timedelta(minutes=40), _("System"), _("opened the case"), "opened"),
    ]


def _stops() -> list[parts.Stop]:
    return [
        parts.Stop("signals", 12847, _("stored today, 0.02 % lost"), "#"),
        parts.Stop("judged", 214, _("183 joined an open case"), "#"),
        parts.Stop("opened", 31, _("3 min to open"), "#"),
        parts.Stop("in_progress", 18, _("oldest 6.5 working days"), "#"),
        parts.Stop("verifying", 7, _("2 due today"), "#"),
        parts.Stop("closed", 26, _("96.4 % in time this month"), "#"),
    ]


def _outcomes() -> list[parts.Outcome]:
    return [
        parts.Outcome("satisfied", _("Satisfied"), "check", chosen=True),
        parts.Outcome("fair", _("Fair"), "circle-check"),
        parts.Outcome("reopen", _("Not satisfied, reopen"), "arrow-back-up", "abnormal"),
        parts.Outcome("unreached", _("Not reached"), "phone"),
    ]


def _chart() -> dict[str, Any]:
    """Opened (bars) and closed (line) of fourteen days."""
    days = [f"11-{day:02d}" for day in range(10, 24)]
    opened = [34, 29, 31, 22, 9, 7, 36, 33, 28, 30, 35, 11, 7, 31]
    closed = [30, 31, 28, 26, 12, 6, 29, 35, 31, 29, 33, 14, 5, 26]
    return {
        "x": days,
        "unit": _("cases"),
        "summary": _("Opened and closed cases of 14 days: 353 opened, 335 closed."),
        "series": [
            {"name": _("opened"), "kind": "bar", "neutral": True, "values": opened},
            {"name": _("closed"), "kind": "line", "values": closed},
        ],
    }
