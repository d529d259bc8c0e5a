"""`Transfer`: what a kind of rows looks like in a file, and how it is written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext

from bihuan.kernel.models import User
from bihuan.kernel.scope import covers
from bihuan.web.listing.transfer.fields import Field, Wrong

Values = Mapping[str, Any]
"""Parsed row: field key → value, for the columns that the file has."""
CHUNK = 500


class Transfer:
    """Rows of one model, found by a natural key. An instance serves one file and one user.

    `user` None is the system. A column that the file does not have leaves stored values alone.
    """

    kind: ClassVar[str]
    model: ClassVar[type[Model]]
    key: ClassVar[str]
    fields: ClassVar[tuple[Field, ...]]
    most: ClassVar[int] = 200_000
    related: ClassVar[tuple[str, ...]] = ()

    def __init__(self, user: User | None) -> None:
        self.user = user

    def start(self) -> None:
        """Fetch once what every row is checked against."""

    def parse(self, field: Field, raw: Any) -> Any:
        return field.parse(raw) if field.parse else getattr(self, f"parse_{field.key}")(raw)

    def blank(self, field: Field) -> Any:
        """What an empty cell of an optional column means. Raises Wrong where it means nothing."""
        own = {each.attname: each for each in self.model._meta.concrete_fields}
        found = own.get(self.attr(field))
        return found.get_default() if found else None

    def check(self, row: Values) -> Iterator[tuple[str, str]]:
        """Faults that need the whole row or the rows before it: `(field key, message)`."""
        yield from ()

    def finish(self) -> Iterator[tuple[int, str, str, str]]:
        """Faults that show only when every row is read: `(row, field key, value, message)`."""
        yield from ()

    def attr(self, field: Field) -> str:
        return field.attr or field.key

    def stored(self, keys: Sequence[Any]) -> dict[Any, Any]:
        """Rows that exist already, in whatever unit, by natural key."""
        rows: QuerySet[Any] = self.model._default_manager.select_related(*self.related)
        return {getattr(row, self.key): row for row in rows.filter(**{f"{self.key}__in": keys})}

    def foreign(self, stored: Any) -> str:
        """Why this stored row is not the user's to change; empty when it is."""
        if self.user is None or not hasattr(stored, "scope_path") or covers(self.user, stored):
            return ""
        return gettext("exists already, outside your units")

    def differs(self, stored: Any, row: Values) -> bool:
        return any(
            getattr(stored, self.attr(field)) != row[field.key] for field in self.fields if field.key in row
        )

    def write(self, rows: Sequence[Values], *, new: bool) -> None:
        """Inside the one transaction: insert, or overwrite by natural key, a bounded number at once."""
        attrs = [self.attr(field) for field in self.fields if field.key in (rows[0] if rows else {})]
        made = [self.build(row) for row in rows]
        if new:
            self.model._default_manager.bulk_create(made, batch_size=CHUNK)
            return
        self.model._default_manager.bulk_create(
            made,
            batch_size=CHUNK,
            update_conflicts=True,
            unique_fields=[self.key],
            update_fields=[attr.removesuffix("_id") for attr in attrs if attr != self.key],
        )

    def build(self, row: Values) -> Any:
        """An unsaved instance; attributes that are no model field are left to `write`."""
        names = {self.attr(field): row[field.key] for field in self.fields if field.key in row}
        own = {field.attname for field in self.model._meta.concrete_fields}
        return self.model(**{name: value for name, value in names.items() if name in own})

    def done(self, rows: Iterable[Values]) -> None:
        """After the last chunk, still inside the transaction."""

    def headings(self) -> list[str]:
        return [str(field.label) for field in self.fields]


def unique_in_file(seen: dict[Any, int], value: Any, row: int) -> None:
    """Raises Wrong when an earlier row of the file has the same value."""
    earlier = seen.setdefault(value, row)
    if earlier != row:
        raise Wrong(gettext("the same as in row %(n)d") % {"n": earlier})
