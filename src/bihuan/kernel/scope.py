"""Who may see which rows: the part of the unit tree below the account's own unit."""

from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, QuerySet

from bihuan.kernel.models import User

M = TypeVar("M", bound=Model)

Actor = User | AnonymousUser


def visible(user: Actor, rows: QuerySet[M]) -> QuerySet[M]:
    """`rows` restricted to the user's units; nothing for who is not logged in.

    The model names its way to the unit's path in `scope_path`; a model without one is
    refused (TypeError), so that a list cannot be shown unscoped by forgetting.
    """
    path = getattr(rows.model, "scope_path", None)
    if path is None:
        raise TypeError(f"{rows.model.__name__} has no scope_path")
    if not isinstance(user, User) or not user.is_active:
        return rows.none()
    return rows.filter(**{f"{path}__startswith": user.unit.path})


def covers(user: Actor, row: Model) -> bool:
    """Is this one row inside the user's units?"""
    at: Any = row
    for name in row.scope_path.split("__"):  # type: ignore[attr-defined]
        at = getattr(at, name)
    return isinstance(user, User) and user.is_active and str(at).startswith(user.unit.path)
