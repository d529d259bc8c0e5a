"""The page of one instrument."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from bihuan.kernel.models import User
from bihuan.kernel.rules.permissions import may
from bihuan.web.context import live
from bihuan.web.listing.page import Page
from bihuan.web.listing.preferences import Preferences
from bihuan.web.listing.state import State
from bihuan.web.views.signed_in import need

from ..forms import PeriodForm, PermitForm, ServiceForm
from ..lists.cells import hours
from ..lists.sessions import SessionsListing
from ..live import TOPIC
from ..models import Alarm, Authorisation, Instrument, Journal
from ..read.detail import present
from ..read.period import CHOICES, Period, read_period
from ..read.runs import Usage, compliance, precision, usage_of, utilisation
from ..read.upkeep import upkeep
from .board import found

RECENT = 8


class UsageTable(SessionsListing):
    """A short page of it, under the charts."""

    per_page = 12


@require_GET
def page(request: HttpRequest, code: str) -> HttpResponse:
    """Everything about one instrument; the usage table alone when its own links ask for it."""
    user = need(request, "see")
    row = found(user, code)
    period = _asked(request)
    table = UsageTable(user)
    state = _state(row, period, request)
    if _asks_for_table(request):
        return render(request, "web/listing/table.html", {"listing": _page(table, state, row, user)})
    context = {
        **_figures(row, period),
        **_lists(row),
        "it": present(row),
        "row": row,
        "period": period,
        "choices": _choices(row, period),
        "period_form": PeriodForm(period),
        "listing": _page(table, state, row, user),
        "table_hours": hours(table.total(state)),
        "all_url": f"{reverse('instruments:sessions')}{state.with_(hide=None, page=1).query}",
        "live": live(TOPIC),
        **_rights(user),
        "crumbs": [
            {"title": _("Instruments"), "url": reverse("instruments:board")},
            {"title": f"{row.code} {row.name}"},
        ],
    }
    return render(request, "instruments/instrument.html", context)


def _asks_for_table(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true" and not request.headers.get("HX-Boosted")


def _rights(user: User) -> dict[str, Any]:
    return {
        "may_edit": may(user.role, "edit"),
        "may_handle": may(user.role, "handle"),
        "may_open": may(user.role, "open_photo"),
        "service_form": ServiceForm(),
        "permit_form": PermitForm(user=user),
    }


def _asked(request: HttpRequest) -> Period:
    """The time picker's days; the links of the usage table name them in the table's own way."""
    query = request.GET.dict()
    days = {"from": query.get("day_from", ""), "to": query.get("day_to", "")}
    return read_period({**days, **query})


def _state(row: Instrument, period: Period, request: HttpRequest) -> State:
    """The usage table's filter: this instrument and the page's period."""
    asked = State.read(request.GET, ())
    days = (("day_from", period.first.isoformat()), ("day_to", period.last.isoformat()))
    hide = asked.hide or ("instrument", "name", "place")
    return asked.with_(filters=(("instrument", row.code), *days), hide=hide)


def _page(table: SessionsListing, state: State, row: Instrument, user: User) -> Page:
    return Page(table, state, reverse("instruments:instrument", args=[row.code]), Preferences(user))


def _choices(row: Instrument, period: Period) -> list[dict[str, Any]]:
    words = {
        "7d": pgettext("period", "7 days"),
        "30d": pgettext("period", "30 days"),
        "month": pgettext("period", "Month"),
        "quarter": pgettext("period", "Quarter"),
    }
    url = reverse("instruments:instrument", args=[row.code])
    return [
        {"label": words[key], "url": f"{url}?{urlencode({'period': key})}", "current": period.key == key}
        for key in CHOICES
        if key in words
    ]


def _figures(row: Instrument, period: Period) -> dict[str, Any]:
    now = timezone.now()
    mine = Instrument.objects.filter(pk=row.pk)
    usage = usage_of(row, period, now)
    return {
        "usage": usage,
        "chart_hours": chart(usage, _("Hours of use a day"), [hours(day.ran) for day in usage.days], "h"),
        "chart_runs": chart(usage, _("Sessions a day"), [day.runs for day in usage.days], "", bars=True),
        "total_hours": hours(usage.ran),
        "days": [{"on": day.on, "hours": hours(day.ran), "runs": day.runs} for day in usage.days],
        "utilisation": utilisation(row, period, now),
        "compliance": compliance(mine, period),
        "precision": precision(mine, period),
        "upkeep": upkeep(row, now),
    }


def chart(usage: Usage, title: str, values: list[Any], unit: str, *, bars: bool = False) -> dict[str, Any]:
    """The description that the browser draws and reads out (ui §12)."""
    total = hours(usage.ran) if unit else usage.runs
    summary = _("%(title)s, %(first)s to %(last)s: %(total)s altogether") % {
        "title": title,
        "first": usage.period.first,
        "last": usage.period.last,
        "total": total,
    }
    today = timezone.localdate()
    shown = [None if day.on > today else value for day, value in zip(usage.days, values, strict=True)]
    series = {"name": title, "kind": "bar" if bars else "line", "values": shown, "neutral": bars}
    series["urls"] = [_day_url(day.on) for day in usage.days]
    return {
        "x": [day.on.isoformat() for day in usage.days],
        "x_name": _("day"),
        "unit": unit,
        "zero": True,
        "summary": summary,
        "series": [series],
    }


def _day_url(on: date) -> str:
    return f"?{urlencode({'period': 'custom', 'from': on.isoformat(), 'to': on.isoformat()})}"


def _lists(row: Instrument) -> dict[str, Any]:
    permits = Authorisation.objects.filter(instrument=row, person__erased_at=None)
    alarms = Alarm.objects.filter(instrument=row).select_related("case", "person")
    return {
        "permits": permits.select_related("person").order_by("person__number"),
        "alarms": alarms.order_by("-began_at")[:RECENT],
        "journals": Journal.objects.filter(instrument=row)[:RECENT],
        "services": row.services.select_related("done_by", "case")[:RECENT],
        "roster_proven": row.roster_delivered >= row.roster_version,
    }
