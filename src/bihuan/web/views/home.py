"""The first page, by role: the cockpit of who oversees, the desk of who works."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.kernel.act.looked import looked, looked_at
from bihuan.kernel.models import Case, Role, User
from bihuan.kernel.read import cases as read
from bihuan.kernel.read import tasks
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.read.processes import recent_health
from bihuan.kernel.remembered import remembering
from bihuan.web.components.parts import Segment
from bihuan.web.context import live
from bihuan.web.duties import tiles as duties
from bihuan.web.home import chart, loop, rows, tiles, todo
from bihuan.web.outlook.shown import outlook
from bihuan.web.views.signed_in import me

OVERSEERS = {Role.ADMINISTRATOR, Role.DIRECTOR}


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    user, now = me(request), timezone.now()
    # tiles, pairs and figures of one page ask the same of the same unit
    with remembering():
        if user.role in OVERSEERS:
            return render(request, "web/pages/cockpit.html", cockpit(user, now))
        answer = render(request, "web/pages/desk.html", desk(user, now, request.GET.get("tab", "")))
    looked(user=user, at=now)
    return answer


def cockpit(user: User, now: datetime) -> dict[str, Any]:
    """Worst first, whoever owns it; the systems in the menu's groups."""
    open_cases = read.open_cases(user).exclude(state__in=("resolved", "verifying"))
    return {
        **_common(user, now),
        "lines": rows.lines(worst_first(open_cases, now)[: rows.SHOWN], now),
        "outlook": outlook(user, timezone.localdate(now)),
        "groups": tiles.groups(user),
        "crumbs": [{"title": user.unit.name}, {"title": _("Cockpit")}],
    }


def worst_first(cases: QuerySet[Case], now: datetime) -> list[Case]:
    """Overdue before everything else, then severity, then time left."""
    late = list(read.overdue(cases, now)[: rows.SHOWN])
    rest = cases.exclude(pk__in=[case.pk for case in late])[: rows.SHOWN]
    return [*late, *rest]


def desk(user: User, now: datetime, tab: str) -> dict[str, Any]:
    """Every duty of this person by due time; what he is to call back; what others have changed."""
    found = {"mine": tasks.doable(now), "verify": tasks.possible(now), "later": tasks.not_yet(now)}
    tab = tab if tab in found else "mine"
    mine, calendar = tasks.mine(user), working_calendar()
    counts = todo.counts(mine, now)
    last = looked_at(user, now)
    return {
        **_common(user, now),
        "lines": todo.lines(mine.filter(found[tab])[: rows.SHOWN], now, calendar),
        "to_verify": todo.lines(mine.filter(found["verify"])[: todo.BESIDE], now, calendar),
        "changes": rows.changes(user, last),
        "looked_at": last,
        "boards": tiles.boards(user),
        "tab": tab,
        "mine_late": counts["late"],
        "due_today": counts["today"],
        "tabs": [
            Segment(_("My duties"), "/", counts["mine"], tab == "mine"),
            Segment(_("Mine to verify"), "/?tab=verify", counts["verify"], tab == "verify"),
            Segment(_("Not yet"), "/?tab=later", counts["later"], tab == "later"),
        ],
        "crumbs": [{"title": user.unit.name}, {"title": _("My desk")}],
    }


def _common(user: User, now: datetime) -> dict[str, Any]:
    found = loop.read(user, now)
    days, pace = found.look.days, found.look.pace
    return {
        "now": now,
        "stops": loop.strip(found),
        "counts": found.counts,
        "back": loop.back(now),
        "absence": recent_health().absence(now),
        "rate_tiles": [
            loop.accept_tile(pace.accept),
            loop.on_time_tile(found.on_time),
            *duties.tiles(user, now),
        ],
        "chart": chart.description(days),
        "chart_rows": chart.rows(days),
        "live": live(),
    }
