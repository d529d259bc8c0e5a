"""Sessions in the database, read by a prepared query: every request begins with one."""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as Stored
from django.contrib.sessions.models import Session
from django.utils import timezone

from bihuan.kernel.prepared import Hole, Prepared

VALID = Prepared(
    lambda: Session.objects.filter(session_key=Hole("key"), expire_date__gt=Hole("now")).values_list(
        "session_data"
    )
)


class SessionStore(Stored):
    def load(self) -> dict[str, Any]:
        """What the session holds; one that is over or that nobody knows is empty and loses its key."""
        for (data,) in VALID.rows(key=self.session_key, now=timezone.now()):
            found: dict[str, Any] = self.decode(data)
            return found
        self._session_key = None
        return {}
