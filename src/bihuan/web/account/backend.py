from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.http import HttpRequest

from bihuan.kernel.models import Unit, User
from bihuan.kernel.prepared import Hole, Prepared

OWN = [field.attname for field in User._meta.concrete_fields]
UNIT = [field.attname for field in Unit._meta.concrete_fields]
ACCOUNT = Prepared(
    lambda: (
        User.objects.order_by()
        .filter(pk=Hole("key"), is_active=True)
        .values_list(*OWN, *(f"unit__{name}" for name in UNIT))
    )
)


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
        """Asked by every request, and therefore prepared."""
        for row in ACCOUNT.converted(key=user_id):
            user: User = User.from_db(connection.alias, OWN, row[: len(OWN)])
            user.unit = Unit.from_db(connection.alias, UNIT, row[len(OWN) :])
            return user
        return None
