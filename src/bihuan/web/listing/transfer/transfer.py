"""`Transfer`: what a kind of rows looks like in a file, and how it is written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext

from bihuan.kernel.bulk import Table
from bihuan.kernel.models import User
from bihuan.web.listing.transfer.fields import Field, Wrong

Values = Mapping[str, Any]
"""Parsed row: field key → value, for the columns that the file has."""
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Stored:
    """A row as the table has it; `path` is its unit's, None where rows belong to no unit."""

    pk: int
    path: str | None
    values: dict[str, Any]


class Transfer:
    """Rows of one model, found by a natural key. An instance serves one file and one user.

    `user` None is the system. A column that the file does not have leaves stored values alone.
    """

    kind: ClassVar[str]
    model: ClassVar[type[Model]]
    key: ClassVar[str]
    together: ClassVar[tuple[str, ...]] = ()
    """Fields that name a row only together; `stored` is then overridden and keyed by tuples of them."""
    fields: ClassVar[tuple[Field, ...]]
    most: ClassVar[int] = 200_000
    reads: ClassVar[Mapping[str, str]] = {}
    """Field → path in the table, where it is not the attribute; empty: not compared."""

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

    def identity(self, row: Values) -> Any:
        """What finds the stored row of this one."""
        return tuple(row.get(name, "") for name in self.together) if self.together else row[self.key]

    def attr(self, field: Field) -> str:
        return field.attr or field.key

    def existing(self) -> QuerySet[Any]:
        """Rows that a file may find again, in whatever unit."""
        return self.model._default_manager.order_by()

    def stored(self, keys: Sequence[Any]) -> dict[Any, Stored]:
        """What is there already, by natural key: plain values, because there may be 200,000."""
        paths = {field.key: self.reads.get(field.key, self.attr(field)) for field in self.fields}
        paths = {key: path for key, path in paths.items() if path}
        where: str = getattr(self.model, "scope_path", "")
        rows = self.existing().filter(**{f"{self.key}__in": keys})
        names = [self.key, "pk", where or "pk", *paths.values()]
        return {
            row[0]: Stored(row[1], str(row[2]) if where else None, dict(zip(paths, row[3:], strict=True)))
            for row in rows.values_list(*names)
        }

    def foreign(self, stored: Stored) -> str:
        """Why this stored row is not the user's to change; empty when it is."""
        if self.user is None or stored.path is None or stored.path.startswith(self.user.unit.path):
            return ""
        return gettext("exists already, outside your units")

    def differs(self, stored: Stored, row: Values) -> bool:
        return any(row[key] != value for key, value in stored.values.items() if key in row)

    def write(self, rows: Sequence[Values], *, new: bool) -> None:
        """Inside the one transaction: insert, or overwrite what the natural key finds."""
        own = {field.attname for field in self.model._meta.concrete_fields}
        given = {self.attr(field): field.key for field in self.fields if field.key in rows[0]}
        given = {attr: key for attr, key in given.items() if attr in own}
        if new:
            self._insert(rows, given)
        else:
            self._update(rows, given)

    def _insert(self, rows: Sequence[Values], given: dict[str, str]) -> None:
        rest = [
            field
            for field in self.model._meta.concrete_fields
            if field.attname not in given and not field.primary_key
        ]
        table = Table(self.model, *given, *(field.attname for field in rest))
        table.insert(
            [
                (*(row[key] for key in given.values()), *(field.get_default() for field in rest))
                for row in rows
            ]
        )

    def _update(self, rows: Sequence[Values], given: dict[str, str]) -> None:
        found = self.existing().filter(**{f"{self.key}__in": [row[self.key] for row in rows]})
        keys = dict(found.values_list(self.key, "pk"))
        attrs = {attr: key for attr, key in given.items() if key != self.key}
        table = Table(self.model, *attrs)
        table.update([(keys[row[self.key]], [row[key] for key in attrs.values()]) for row in rows])

    def done(self, rows: Iterable[Values]) -> None:
        """After the last chunk, still inside the transaction."""

    def headings(self) -> list[str]:
        return [str(field.label) for field in self.fields]


def unique_in_file(seen: dict[Any, int], value: Any, row: int) -> None:
    """Raises Wrong when an earlier row of the file has the same value."""
    earlier = seen.setdefault(value, row)
    if earlier != row:
        raise Wrong(gettext("the same as in row %(n)d") % {"n": earlier})
