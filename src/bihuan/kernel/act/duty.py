"""The ladder of escalation and the holders of posts."""

from decimal import Decimal

from django.db import transaction

from bihuan.kernel.act.events import record
from bihuan.kernel.models import Post, Rung, Unit, User
from bihuan.kernel.registry import everything


def seed() -> None:
    """The installed ladder of each system that has none in the table yet."""
    known = set(Rung.objects.values_list("system", flat=True))
    for system in everything():
        name = "" if system.name == "kernel" else system.name
        if name in known:
            continue
        Rung.objects.bulk_create(
            Rung(system=name, used=Decimal(str(step.used)), days_late=step.days_late, tells=step.tells)
            for step in system.ladder
        )


def appoint(*, key: str, unit: Unit, to: User, user: User | None = None) -> Post:
    """Give a post of a unit to somebody; who held it before holds it no longer."""
    with transaction.atomic():
        post, _fresh = Post.objects.update_or_create(key=key, unit=unit, defaults={"user": to})
        record(verb="post.appointed", actor=user, subject=f"post:{key}", unit=unit.pk, to=to.pk)
    return post
