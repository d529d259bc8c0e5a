"""Who may see which rows: the part of the unit tree below the account's own unit."""

from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, QuerySet

from bihuan.kernel.models import User
from bihuan.kernel.prepared import Hole

M = TypeVar("M", bound=Model)

Actor = User | AnonymousUser


def visible(user: Actor, rows: QuerySet[M]) -> QuerySet[M]:
    """`rows` restricted to the user's units; nothing for who is not logged in.

    The model names its way to the unit's path in `scope_path`, the empty text where rows belong to the whole
    house; a model without one is refused (TypeError), so that a list cannot be shown unscoped by forgetting.
    """
    path = scope(user)
    return below("", rows).none() if path is None else below(path, rows)


def scope(user: Actor) -> str | None:
    """The unit's path that bounds what the user sees; None for who sees nothing."""
    return user.unit.path if isinstance(user, User) and user.is_active else None


def below(path: str | Hole, rows: QuerySet[M]) -> QuerySet[M]:
    """`rows` of one unit and those below. A prepared query has a hole for the path, filled by `scope`."""
    name = getattr(rows.model, "scope_path", None)
    if name is None:
        raise TypeError(f"{rows.model.__name__} has no scope_path")
    return rows if name == "" else rows.filter(**{f"{name}__startswith": path})


def covers(user: Actor, row: Model) -> bool:
    """Is this one row inside the user's units?"""
    if not isinstance(user, User) or not user.is_active:
        return False
    path: str = row.scope_path  # type: ignore[attr-defined]
    at: Any = row
    for name in path.split("__") if path else ():
        at = getattr(at, name)
    return not path or str(at).startswith(user.unit.path)
