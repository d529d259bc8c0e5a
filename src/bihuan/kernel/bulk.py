"""Updating many rows at once, each with its own values.

`QuerySet.bulk_update` builds one CASE expression a field and row, which costs more than the
update itself; a prepared statement executed for each row does not (bench/projection.py).
"""

from collections.abc import Sequence

from django.db import connection
from django.db.models import Model


def update(rows: Sequence[Model], fields: Sequence[str]) -> None:
    """Write `fields` of rows that have a primary key, all of one model, in the open transaction."""
    if not rows:
        return
    meta = rows[0]._meta
    columns = [meta.get_field(name) for name in fields]
    quote = connection.ops.quote_name
    sets = ", ".join(f"{quote(field.column)} = %s" for field in columns)
    sql = f"UPDATE {quote(meta.db_table)} SET {sets} WHERE id = %s"  # noqa: S608  (names of our own models)
    values = [
        [*(field.get_db_prep_save(getattr(row, field.attname), connection) for field in columns), row.pk]
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(sql, values)
