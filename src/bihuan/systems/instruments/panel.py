"""What this system adds to the page of one of its cases or of a customer, and to the wall."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from bihuan.kernel.models import Case, Customer, User
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import visible
from bihuan.kernel.slots import CasePanel, CustomerPanel

from .models import Alarm, Instrument, Session
from .read import board as read
from .read.detail import photos_of, present
from .read.heard import intake_log
from .read.upkeep import upkeep

AROUND = timedelta(minutes=5)
EXCERPT = 12
"""Messages."""
ON_THE_WALL = 18
UNMASKED = "handle"


@dataclass(frozen=True, slots=True)
class Said:
    """One message as it came in."""

    at: datetime
    text: str


def case_panel(case: Case, user: User) -> CasePanel:
    """Alarm, session and last users; the messages around the opening; photos stand in the house's card."""
    row = Instrument.objects.filter(code=case.subject).select_related("place", "unit", "owner").first()
    if row is None:
        return CasePanel()
    alarm = Alarm.objects.filter(case=case).select_related("person").order_by("-began_at").first()
    context = {
        "case": case,
        "row": row,
        "it": present(row),
        "alarm": alarm,
        "photos": photos_of(alarm) if alarm else [],
        "sessions": _around(row, case),
        "said": excerpt(row.code, case.opened_at) if may(user.role, UNMASKED) else [],
        "upkeep": upkeep(row) if case.kind == "service" else None,
    }
    return CasePanel(
        main=render_to_string("instruments/case_main.html", context),
        side=render_to_string("instruments/case_side.html", context),
    )


def _around(row: Instrument, case: Case) -> list[Session]:
    """The sessions that were going on, or the last before, when the case was opened."""
    rows = Session.objects.filter(instrument=row, started_at__lte=case.opened_at + AROUND)
    return list(rows.select_related("person").order_by("-started_at")[:3])


def excerpt(code: str, at: datetime) -> list[Said]:
    """The raw messages around an instant, while the intake log keeps them."""
    first, last = (int((at + shift).timestamp() * 1_000_000) for shift in (-AROUND, AROUND))
    found = []
    for row in intake_log().raw(first, last, code):
        found.append(
            Said(datetime.fromtimestamp(row.at_us / 1e6, UTC), row.raw[:200].decode("utf-8", "replace"))
        )
        if len(found) == EXCERPT:
            break
    return found


def wall(user: User) -> SafeString:
    """Worst first, as many as the wall holds; nobody is named, and no photo is shown."""
    rows = read.board(visible(user, read.instruments()), timezone.now(), last=False)
    context = {
        "rows": [row.shown for row in rows[:ON_THE_WALL]],
        "counts": read.counts(rows),
        "more": max(len(rows) - ON_THE_WALL, 0),
    }
    return render_to_string("instruments/wall.html", context)


USED = 6
"""Sessions that a customer's page shows."""


def customer_panel(customer: Customer, user: User) -> CustomerPanel | None:
    """What people of this customer used last, on instruments of the user's units."""
    rows = visible(user, Session.objects.filter(person__customer=customer))
    found = list(rows.select_related("instrument", "person").order_by("-started_at")[: USED + 1])
    if not found:
        return None
    body = render_to_string("instruments/customer_panel.html", {"rows": found[:USED]})
    return CustomerPanel(body, reverse("instruments:sessions") if len(found) > USED else "")
