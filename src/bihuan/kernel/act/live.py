"""Tell the live process what changed on the pages."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction

from bihuan.kernel.bulk import Table, fetch
from bihuan.kernel.locks import hold
from bihuan.kernel.models import LiveChange

CHANGES = Table(LiveChange, "topic", "key", "rev")
Changed = dict[tuple[str, str], None]
_GATHERED: ContextVar[Changed | None] = ContextVar("gathered", default=None)


def touch(topic: str, keys: Iterable[str]) -> None:
    """Mark elements as changed, in the caller's transaction; `rev` grows in commit order."""
    changed, held = dict.fromkeys((topic, key) for key in keys), _GATHERED.get()
    if held is None:
        _mark(changed)
    else:
        held.update(changed)


@contextmanager
def gathered() -> Iterator[None]:
    """Mark what changes until the block ends then, each element once; inside the caller's transaction."""
    changed: Changed = {}
    token = _GATHERED.set(changed)
    try:
        yield
    finally:
        _GATHERED.reset(token)
    _mark(changed)


def _mark(changed: Changed) -> None:
    if not changed:
        return
    with transaction.atomic(savepoint=False):
        hold("live")
        top = fetch(f"SELECT MAX(rev) FROM {LiveChange._meta.db_table}")[0][0] or 0  # noqa: S608
        rows = [(topic, key, top + number) for number, (topic, key) in enumerate(changed, 1)]
        CHANGES.upsert(rows, unique=("topic", "key"))
