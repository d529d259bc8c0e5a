"""The keys that tables give next: the same at the start of every test that finds the same rows.

SQLite undoes its counters with the rows. PostgreSQL's sequences count on whatever is undone, so those that a
test has used are set back before the next one writes.
"""

from collections.abc import Hashable, Iterable

from django.apps import apps
from django.db import connection
from django.db.models import AutoField

SHARED = ("auth_", "django_")
"""Tables whose rows Django makes anew after tests that commit: no world depends on their keys."""


class Keys:
    def __init__(self) -> None:
        self.used: set[str] = set()
        """Tables into which was written since they were set back."""
        self.first: dict[str, int] = {}
        """The next key of each table that begins with another than 1."""
        self.everything = self.commits = False

    def begin(self, *, commits: bool) -> None:
        """Who commits may have used connections that nobody listened to: then every table is set back."""
        self.everything |= self.commits
        self.commits = commits

    def used_by(self, sql: str) -> None:
        if sql.startswith("INSERT INTO"):
            self.used.add(sql[12:].split(maxsplit=1)[0].strip('"'))

    def next(self) -> Hashable:
        if connection.vendor == "postgresql":
            return tuple(sorted(self.first.items()))
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, seq FROM sqlite_sequence ORDER BY name")
            return tuple(cursor.fetchall())

    def settle(self) -> None:
        """Before a test writes for the first time."""
        if connection.vendor == "postgresql" and (self.used or self.everything):
            self._set_back(numbered() if self.everything else self.used & numbered())
            self.used, self.everything = set(), False

    def _set_back(self, tables: Iterable[str]) -> None:
        names = sorted(tables)
        asked = ", ".join(
            f"setval(pg_get_serial_sequence('\"{name}\"', 'id'),"
            f' coalesce((SELECT max(id) FROM "{name}"), 0) + 1, false)'
            for name in names
        )
        connection.ensure_connection()
        with connection.connection.cursor() as cursor:
            first = cursor.execute(f"SELECT {asked}").fetchone() if names else ()
        for name, key in zip(names, first, strict=True):
            self.first.pop(name, None)
            if key > 1:
                self.first[name] = key


def numbered() -> set[str]:
    """Tables whose keys are counted."""
    models = apps.get_models(include_auto_created=True)
    found = {one._meta.db_table for one in models if isinstance(one._meta.pk, AutoField)}
    return {table for table in found if not table.startswith(SHARED)}


KEYS = Keys()
