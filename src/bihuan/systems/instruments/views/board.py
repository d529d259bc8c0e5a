"""The live board, its drawer, and the board as a file."""

import tempfile
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.kernel.models import User
from bihuan.kernel.read.standards import value
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import visible
from bihuan.web.context import live
from bihuan.web.listing.export import FORMATS, write_csv, write_xlsx
from bihuan.web.listing.state import State
from bihuan.web.views.signed_in import need

from ..lists.board import BoardListing
from ..live import TOPIC, written
from ..models import Instrument
from ..read import board as read
from ..read.detail import present
from ..words import LINK, STATE

LONGEST = 80
ROWS = "\ue002"
"""Stands in the page for its rows."""
TONES = {"abnormal": "red", "warning": "yellow"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the URL asks of the board."""

    state: str = ""
    floor: str = ""
    text: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> "Wanted":
        state = request.GET.get("state", "")
        return cls(
            state if state in read.STATES else "",
            request.GET.get("floor", "").strip()[:LONGEST],
            request.GET.get("q", "").strip()[:LONGEST],
        )

    def url(self, name: str = "instruments:board", **changed: str) -> str:
        asked = {"state": self.state, "floor": self.floor, "q": self.text, **changed}
        query = urlencode({key: text for key, text in asked.items() if text})
        return f"{reverse(name)}{f'?{query}' if query else ''}"

    def narrow(self, rows: list[read.BoardRow]) -> list[read.BoardRow]:
        if self.state:
            rows = [row for row in rows if row.shown.state == self.state]
        if self.floor:
            rows = [row for row in rows if row.shown.floor == self.floor]
        wanted = self.text.casefold().split()
        if wanted:
            said = {key: str(word) for key, word in {**LINK, **STATE}.items()}
            rows = [row for row in rows if all(word in haystack(row.shown, said) for word in wanted)]
        return rows


def haystack(row: read.Shown, said: dict[str, str]) -> str:
    """Everything that the row shows, as one text to search in; `said` are the words for the states."""
    shown = (row.code, row.name, row.place, row.card, row.user, said[row.state], said[row.link])
    return "\n".join(shown).casefold()


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The whole table, or its part when htmx asks for it every minute."""
    user, wanted, now = need(request, "see"), Wanted.of(request), timezone.now()
    rows = read.board_of(user, now)
    shown = wanted.narrow(rows)
    counts = read.counts(rows)
    context: dict[str, Any] = {
        "rows": ROWS,
        "count": len(shown),
        "counts": counts,
        "wanted": wanted,
        "segments": _segments(wanted, counts),
        "refresh_s": int(value("instruments.refresh")),
        "url": wanted.url(),
        "export_url": wanted.url("instruments:board-export"),
    }
    if request.headers.get("HX-Request") and not request.headers.get("HX-Boosted"):
        answer = render(request, "instruments/board_part.html", {**context, "part": True})
        return _filled(answer, written(shown, now))
    context |= {
        "floors": read.floors(rows),
        "live": live(TOPIC),
        "may_edit": may(user.role, "edit"),
        "crumbs": [{"title": _("Instruments")}, {"title": _("Live board")}],
    }
    return _filled(render(request, "instruments/board.html", context), written(shown, now))


def _filled(answer: HttpResponse, rows: list[bytes]) -> HttpResponse:
    """The rows go in last, past the templates."""
    head, _mark, tail = answer.content.partition(ROWS.encode())
    answer.content = b"".join((head, *rows, tail))
    return answer


def _segments(wanted: Wanted, counts: dict[str, int]) -> list[dict[str, Any]]:
    found = []
    for key, label in STATE.items():
        state = "" if key == "all" else key
        found.append(
            {
                "key": key,
                "label": label,
                "url": wanted.url(state=state),
                "count": counts[key],
                "current": wanted.state == state,
                "tone": TONES.get(key, "") if counts[key] else "",
            }
        )
    return found


@require_GET
def export(request: HttpRequest) -> HttpResponseBase:
    """The rows of the filter on the screen, as Excel or CSV."""
    user, wanted = need(request, "see"), Wanted.of(request)
    rows = wanted.narrow(read.board_of(user))
    asked = [
        (_("state"), str(STATE[wanted.state or "all"])),
        (_("floor"), wanted.floor),
        (_("search"), wanted.text),
    ]
    table = BoardListing(user, rows, [(label, text) for label, text in asked if text])
    form = "csv" if request.GET.get("format") == "csv" else "xlsx"
    out = tempfile.TemporaryFile()  # noqa: SIM115  (FileResponse closes it)
    if form == "csv":
        out.writelines(write_csv(table, State()))
    else:
        write_xlsx(table, State(), out)
    out.seek(0)
    name = f"instruments-{timezone.localtime():%Y%m%d-%H%M}.{form}"
    return FileResponse(out, as_attachment=True, filename=name, content_type=FORMATS[form])


@require_GET
def drawer(request: HttpRequest, code: str) -> HttpResponse:
    """One instrument beside the board: its alarm, photos, owner and case."""
    user = need(request, "see")
    row = found(user, code)
    context = {"it": present(row), "may_open": may(user.role, "open_photo")}
    return render(request, "instruments/drawer.html", context)


def found(user: User, code: str) -> Instrument:
    """The instrument of this ID, in whatever case, when it lies in the user's units; else 404."""
    rows = Instrument.objects.select_related("place", "unit", "owner")
    return get_object_or_404(visible(user, rows), folded=code.casefold())
