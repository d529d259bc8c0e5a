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


def appoint_by_key(*, key: str, unit: int, to: int, user: User | None = None) -> Post:
    """The same for rows of a file, which name things by their keys."""
    return appoint(key=key, unit=Unit.objects.get(pk=unit), to=User.objects.get(pk=to), user=user)


def vacate(*, post: Post, user: User) -> None:
    """Nobody holds it any more: what it would be told goes to the manager of the unit."""
    with transaction.atomic():
        record(verb="post.vacated", actor=user, subject=f"post:{post.key}", unit=post.unit_id)
        post.delete()
