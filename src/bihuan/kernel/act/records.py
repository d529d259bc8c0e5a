"""Plain records that are edited as a whole: who changed which fields, never what the values were."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Model

from bihuan.kernel.act.events import record
from bihuan.kernel.act.people import changed
from bihuan.kernel.models import Card, Person, User


def keep(*, row: Model, user: User, fields: Iterable[str]) -> None:
    """Write a new or changed row with its event; `fields` are the names of what was changed."""
    kind = row._meta.model_name or ""
    fresh = row.pk is None
    with transaction.atomic():
        before = holders(row)
        row.save()
        verb = f"{kind}.created" if fresh else f"{kind}.changed"
        record(verb=verb, actor=user, subject=f"{kind}:{row.pk}", fields=sorted(fields))
        if isinstance(row, (Person, Card)):
            changed(before | holders(row))


def holders(row: Model) -> set[int]:
    """Persons whose name or cards this row, as it is stored, decides."""
    if isinstance(row, Card):
        return set(Card.objects.filter(pk=row.pk).values_list("person_id", flat=True))
    return {row.pk} if isinstance(row, Person) and row.pk else set()
