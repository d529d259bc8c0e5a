from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.crypto import salted_hmac

from bihuan.kernel.bulk import Table
from bihuan.kernel.models import Case, Event, User

COLUMNS = ("at", "verb", "system", "actor_id", "case_id", "subject", "payload")
EVENTS = Table(Event, "at", "verb", "system", "actor", "case", "subject", "payload")
Plain = str | int | float | bool | None | list[str]


def digest(text: str) -> str:
    """Stands for a name or card number in an event: equal texts agree, nothing can be read back."""
    return salted_hmac("bihuan.event", text, algorithm="sha256").hexdigest()[:32]


def record(
    *,
    verb: str,
    actor: User | None = None,
    case: Case | None = None,
    subject: str = "",
    system: str = "kernel",
    at: datetime | None = None,
    **payload: Plain,
) -> Event:
    """Append one event. Names and card numbers must come as `digest(...)`."""
    event = Event(
        at=at or timezone.now(),
        verb=verb,
        actor=actor,
        case=case,
        subject=subject,
        system=system,
        payload=payload,
    )
    event.pk = EVENTS.add([getattr(event, name) for name in COLUMNS])
    event._state.adding = False
    return event


def record_all(
    told: Sequence[tuple[str, str, dict[str, Plain]]],
    *,
    actor: User | None = None,
    system: str = "kernel",
    at: datetime | None = None,
) -> None:
    """Append events that belong together, each as (verb, subject, payload), in this order."""
    moment, by = at or timezone.now(), actor.pk if actor else None
    EVENTS.insert([(moment, verb, system, by, None, subject, payload) for verb, subject, payload in told])
