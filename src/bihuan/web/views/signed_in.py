from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from bihuan.kernel.models import User
from bihuan.kernel.rules.permissions import may


def me(request: HttpRequest) -> User:
    """Whose request this is; the middleware lets nobody else come this far."""
    return cast(User, request.user)


def need(request: HttpRequest, verb: str) -> User:
    """The account, when its role includes the verb. Raises PermissionDenied."""
    user = me(request)
    if not may(user.role, verb):
        raise PermissionDenied
    return user
