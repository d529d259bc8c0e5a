"""Queries that every page asks: compiled once a process, because compiling costs more than asking them."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet, Value
from django.db.models.sql.compiler import SQLCompiler


class Hole(Value):
    """Where a value of the question goes, by its name; the rest of a prepared query never changes.

    A hole takes what the column holds: text, a number, an instant. Lists want a query of their own.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)


class Compiled(NamedTuple):
    """Without the connection that it was compiled for: others ask it again, in threads of their own."""

    sql: str
    params: tuple[Any, ...]
    columns: tuple[Any, ...]


class Prepared:
    """`ask` gives a `values_list`, with holes, and is called once a process."""

    def __init__(self, ask: Callable[[], QuerySet[Any, Any]]) -> None:
        self.ask = ask
        self.compiled: dict[str, Compiled] = {}

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """As the driver gives them. Raises KeyError for a hole without a value."""
        known = self.compiled.get(connection.vendor) or self._compile()
        filled = [_driven(values[one.value]) if isinstance(one, Hole) else one for one in known.params]
        with connection.cursor() as cursor:
            cursor.execute(known.sql, filled)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found

    def converted(self, **values: Any) -> list[list[Any]]:
        """As Django's fields give them: booleans, decimals, instants, JSON."""
        found = [list(row) for row in self.rows(**values)]
        for number, column in enumerate(self.compiled[connection.vendor].columns if found else ()):
            for convert in _converters(column):
                for row in found:
                    row[number] = convert(row[number], column, connection)
        return found

    def _compile(self) -> Compiled:
        compiler = self.ask().query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        made = Compiled(sql, tuple(params), tuple(column for column, *_ in compiler.select))
        self.compiled[connection.vendor] = made
        return made


def _converters(column: Any) -> list[Callable[[Any, Any, Any], Any]]:
    return [*connection.ops.get_db_converters(column), *column.get_db_converters(connection)]


def _driven(value: Any) -> Any:
    """SQLite keeps instants as text in UTC; its driver would write them otherwise."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value
