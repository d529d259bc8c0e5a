"""The audit stream."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from bihuan.kernel.models import Event, Unit
from bihuan.kernel.rules.permissions import may
from bihuan.web.api.pages import LARGEST_PAGE, url_with
from bihuan.web.api.token import owner, reading

router = Router(tags=["events"])


class EventOut(Schema):
    id: int
    at: datetime
    verb: str
    system: str
    actor: str | None
    case: str | None
    subject: str
    payload: dict[str, Any]
    block: int | None


class EventsOut(Schema):
    items: list[EventOut]
    count: int = Field(description="How many events lie after `after`, these included.")
    next: str | None


class After(Schema):
    after: int = Field(0, ge=0, le=2**62, description="The `id` of the last event that you have.")
    limit: int = Field(100, ge=1, le=LARGEST_PAGE)


@router.get("", auth=reading, response=EventsOut, summary="Events in order, after one that you have")
def events(request: HttpRequest, wanted: Query[After]) -> dict[str, Any]:
    """Who sees the whole organisation sees every event, others those of their units' cases."""
    user = owner(request)
    if not may(user.role, "audit"):
        raise PermissionDenied
    rows = Event.objects.filter(pk__gt=wanted.after).select_related("actor", "case").order_by("pk")
    if user.unit_id not in Unit.objects.filter(parent=None).values_list("pk", flat=True):
        rows = rows.filter(case__unit__path__startswith=user.unit.path)
    count = rows.count()
    found = list(rows[: wanted.limit])
    more = url_with(request, after=found[-1].pk, limit=wanted.limit) if len(found) < count else None
    return {"items": [event_out(row) for row in found], "count": count, "next": more}


def event_out(row: Event) -> dict[str, Any]:
    return {
        "id": row.pk,
        "at": row.at,
        "verb": row.verb,
        "system": row.system,
        "actor": row.actor.username if row.actor else None,
        "case": row.case.number if row.case else None,
        "subject": row.subject,
        "payload": row.payload,
        "block": row.block_id,
    }
