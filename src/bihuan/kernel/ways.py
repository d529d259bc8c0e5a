"""Which way a query takes through a long table, where SQLite's planner cannot know the shorter one.

It keeps no statistics here, so it cannot tell one unit of eighty from one kind of eight. PostgreSQL does and
is left to itself. A way changes how long a query takes, never what it finds.
"""

from typing import Any, TypeVar

from django.db import connection
from django.db.models import F, Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.db.models.sql.datastructures import BaseTable, Join

from bihuan.kernel.texts import truth

M = TypeVar("M", bound=Model)
Sql = tuple[str, tuple[str | int, ...]]


def by_index(rows: QuerySet[M], name: str) -> QuerySet[M]:
    """`rows` by one index of their own table; an error of the database where there is no such index."""
    rows = rows.all()
    if connection.vendor == "sqlite":
        query: Any = rows.query
        alias = query.get_initial_alias()
        query.alias_map = {**query.alias_map, alias: _Indexed(query.alias_map[alias], name)}
    return rows


def along(rows: QuerySet[Any], path: str) -> QuerySet[Any]:
    """`rows` that have the relation with which `path` (`owner__name`) begins, found from its end.

    For an order by that path of which a page is wanted: the few names are gone through in their order, and
    under each its rows by an index, until the page is full.
    """
    rows = rows.filter(**{f"{path}__isnull": False}).annotate(along_it=F(path))
    if connection.vendor == "sqlite":
        query: Any = rows.query
        base = query.get_initial_alias()
        relation = path.partition("__")[0]
        field: Any = rows.model._meta.get_field(relation)
        joined: Join = next(
            one
            for one in query.alias_map.values()
            if isinstance(one, Join) and one.parent_alias == base and one.join_field == field
        )
        query.alias_map = {
            **query.alias_map,
            base: _After(query.alias_map[base], joined),
            joined.table_alias: _Said(joined),
        }
        quote = connection.ops.quote_name
        (own, theirs), *_more = joined.join_cols
        rows = rows.filter(
            truth(f"{quote(base)}.{quote(own)} = {quote(str(joined.table_alias))}.{quote(theirs)}")
        )
    return rows


class _Indexed(BaseTable):
    def __init__(self, table: BaseTable, name: str) -> None:
        super().__init__(table.table_name, table.table_alias)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> Sql:
        sql, params = super().as_sql(compiler, connection)
        return f"{sql} INDEXED BY {connection.ops.quote_name(self.name)}", params


class _After(BaseTable):
    """The table below the one that it is joined to: SQLite keeps the order of a CROSS JOIN."""

    def __init__(self, table: BaseTable, joined: Join) -> None:
        super().__init__(table.table_name, table.table_alias)
        self.above = BaseTable(joined.table_name, joined.table_alias)

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> Sql:
        above, _params = self.above.as_sql(compiler, connection)
        own, params = super().as_sql(compiler, connection)
        return f"{above} CROSS JOIN {own}", params


class _Said(Join):
    """A join that stands elsewhere already."""

    def __init__(self, joined: Join) -> None:
        super().__init__(
            joined.table_name,
            joined.parent_alias,
            joined.table_alias,
            joined.join_type,
            joined.join_field,
            joined.nullable,
            joined.filtered_relation,
        )

    @property
    def identity(self) -> tuple[Any, ...]:
        """As the join that it stands for, so that an order by its columns joins nothing again."""
        return (Join, *super().identity[1:])

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> Sql:
        return "", ()
