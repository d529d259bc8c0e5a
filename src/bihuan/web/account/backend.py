from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from bihuan.kernel.models import User


class Backend(BaseBackend):
    """User name and password; the account comes with its unit, which every page needs."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **rest: Any,
    ) -> User | None:
        """The account, or None after as much work as a wrong password costs, whatever was wrong."""
        if not username or password is None:
            return None
        user = User.objects.filter(username__iexact=username).first()
        if user is None or not user.is_active:
            make_password(password)
            return None
        return user if user.check_password(password) else None

    def get_user(self, user_id: int) -> User | None:
        return User.objects.select_related("unit").filter(pk=user_id, is_active=True).first()
