"""Tell the live process what changed on the pages."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max

from bihuan.kernel.locks import hold
from bihuan.kernel.models import LiveChange


def touch(topic: str, keys: Iterable[str]) -> None:
    """Mark elements as changed, in the caller's transaction; `rev` grows in commit order."""
    with transaction.atomic():
        hold("live")
        top = LiveChange.objects.aggregate(top=Max("rev"))["top"] or 0
        LiveChange.objects.bulk_create(
            [LiveChange(topic=topic, key=key, rev=top + n) for n, key in enumerate(dict.fromkeys(keys), 1)],
            update_conflicts=True,
            unique_fields=["topic", "key"],
            update_fields=["rev"],
        )
