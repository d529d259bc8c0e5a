"""Who is asking, and may they: every view of a listing begins here."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from bihuan.kernel.models import User
from bihuan.kernel.rules.permissions import may


def user_of(request: HttpRequest, verb: str) -> User:
    """Raises PermissionDenied when the role does not include the verb (anonymous: not even `see`)."""
    user = request.user
    if not isinstance(user, User) or not may(user.role, verb):
        raise PermissionDenied(verb)
    return user
