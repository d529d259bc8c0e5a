"""Telling people, and what they have read."""

import json
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from bihuan.kernel.act.deliveries import queue
from bihuan.kernel.act.live import touch
from bihuan.kernel.bulk import Table
from bihuan.kernel.models import Case, Notice, Person, Unit, User

COLUMNS = ("user_id", "at", "key", "params", "about", "case_id", "serious")
NOTICES = Table(Notice, "user", "at", "key", "params", "about", "case", "serious")


def tell(
    *,
    user: User,
    key: str,
    at: datetime,
    case: Case | None = None,
    serious: bool = False,
    unit: Unit | None = None,
    **params: str | int,
) -> None:
    """One notice; telling the same thing about the same instant again does nothing.

    Something serious also goes to the chat rooms of `unit`, by default the case's. Who is deactivated is told
    nothing.
    """
    if not user.is_active:
        return
    with transaction.atomic(savepoint=False):
        notice = Notice(
            user=user,
            key=key,
            case=case,
            at=at,
            about="" if case else about(params),
            params=params,
            serious=serious,
        )
        notice.pk = NOTICES.add([getattr(notice, name) for name in COLUMNS], unless_there=True)
        if notice.pk:
            queue(notice, unit or (case.unit if case else None))
            touch("kernel.bell", [str(user.pk)])


def about(params: dict[str, Any]) -> str:
    """Tells two things of one kind and instant apart."""
    return sha256(json.dumps(params, sort_keys=True).encode()).hexdigest()[:32] if params else ""


def mark_read(*, user: User, at: datetime) -> int:
    """Everything that the user has been shown up to now; what still waits to be sent is then not sent."""
    return Notice.objects.filter(user=user, read_at=None, at__lte=at).update(read_at=at)


def forget(*, person: Person) -> int:
    """Take a person's name, number and contact out of the notices that mention them; returns how many did."""
    words = {word for word in (person.name, person.number, person.email, person.phone) if len(word) > 1}
    changed = 0
    for row in Notice.objects.exclude(params={}).only("pk", "params").iterator():
        params = {key: _without(value, words) for key, value in row.params.items()}
        if params != row.params:
            Notice.objects.filter(pk=row.pk).update(params=params)
            changed += 1
    return changed


def _without(value: Any, words: set[str]) -> Any:
    if isinstance(value, str):
        for word in sorted(words, key=len, reverse=True):
            value = value.replace(word, "—")
    return value
