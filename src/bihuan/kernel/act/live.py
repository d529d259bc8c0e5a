"""Tell the live process what changed on the pages."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max

from bihuan.kernel.bulk import Table
from bihuan.kernel.locks import hold
from bihuan.kernel.models import LiveChange

CHANGES = Table(LiveChange, "topic", "key", "rev")


def touch(topic: str, keys: Iterable[str]) -> None:
    """Mark elements as changed, in the caller's transaction; `rev` grows in commit order."""
    with transaction.atomic():
        hold("live")
        top = LiveChange.objects.aggregate(top=Max("rev"))["top"] or 0
        rows = [(topic, key, top + number) for number, key in enumerate(dict.fromkeys(keys), 1)]
        CHANGES.upsert(rows, unique=("topic", "key"))
