"""Wall displays: no sign of who looks, no names of customers, nothing to click."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from bihuan.kernel.manifest import System
from bihuan.kernel.read import cases as read
from bihuan.kernel.registry import load, systems
from bihuan.web.casework.words import kind_title
from bihuan.web.context import Shell, live
from bihuan.web.home import loop, rows
from bihuan.web.views.home import worst_first
from bihuan.web.views.signed_in import me

URGENT = 6


@require_GET
def page(request: HttpRequest, name: str = "") -> HttpResponse:
    """The loop, or one system's own centre; rotation names the next while nothing is wrong here."""
    user, now = me(request), timezone.now()
    centre = _system(name) if name else None
    found = loop.read(user, now)
    open_cases = read.open_cases(user).exclude(state__in=("resolved", "verifying"))
    topics = [topic.topic for topic in centre.live] if centre else []
    context = {
        "now": now,
        "centre_title": centre.title if centre else "",
        "centre": load(centre.wall)(user) if centre else "",
        "counts": found.counts,
        "open_count": found.open,
        "rate": found.on_time,
        "stops": loop.strip(found),
        "kinds": [] if centre else rows.kinds(read.open_cases(user), now),
        "urgent": [_anonymous(line) for line in rows.lines(worst_first(open_cases, now)[:URGENT], now)],
        "states": _states(Shell(request.path, user)),
        "wall_next": "" if found.counts["overdue"] else _next(name),
        "today": found.look.days[-1],
        "live": live(*topics),
    }
    return render(request, "web/pages/screen.html", context)


def _system(name: str) -> System:
    found = next((system for system in systems() if system.name == name and system.wall), None)
    if found is None:
        raise Http404
    return found


def _next(name: str) -> str:
    """The page after this one; empty when there is only one."""
    names = ["", *(system.name for system in systems() if system.wall)]
    after = names[(names.index(name) + 1) % len(names)]
    return "" if len(names) == 1 else reverse("screen", args=[after]) if after else reverse("screen")


def _anonymous(line: rows.Line) -> rows.Line:
    """A case that names a customer shows its kind alone."""
    if line.case.customer_id is None:
        return line
    return rows.Line(
        line.case, kind_title(line.case), line.system, line.where, line.severity, line.chip, line.overdue
    )


def _states(shell: Shell) -> list[dict[str, object]]:
    """One line a system: abnormal when something is overdue, warning when something is open."""
    found: list[dict[str, object]] = []
    for system in systems():
        load_of = shell.loads.get(system.name)
        state = "normal" if load_of is None else "abnormal" if load_of.overdue else "warning"
        found.append({"title": system.title, "state": state, "open": load_of.open if load_of else 0})
    return found
