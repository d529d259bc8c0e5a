"""Tell the live process what changed on the pages."""

from collections.abc import Iterable

from django.db import transaction

from bihuan.kernel.bulk import Table, fetch
from bihuan.kernel.locks import hold
from bihuan.kernel.models import LiveChange

CHANGES = Table(LiveChange, "topic", "key", "rev")


def touch(topic: str, keys: Iterable[str]) -> None:
    """Mark elements as changed, in the caller's transaction; `rev` grows in commit order."""
    with transaction.atomic(savepoint=False):
        hold("live")
        top = fetch(f"SELECT MAX(rev) FROM {LiveChange._meta.db_table}")[0][0] or 0  # noqa: S608
        rows = [(topic, key, top + number) for number, key in enumerate(dict.fromkeys(keys), 1)]
        CHANGES.upsert(rows, unique=("topic", "key"))
