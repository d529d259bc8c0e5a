"""`field__has="word"`: contains, whatever the case of its letters, as quickly as the database can say it."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, TextField
from django.db.models.lookups import IContains
from django.db.models.sql.compiler import SQLCompiler

Sql = tuple[str, list[Any]]


@CharField.register_lookup
@TextField.register_lookup
class Has(IContains):
    """PostgreSQL turns each text into capitals by the rules of a language, which takes longer than to look
    into it. Figures and Chinese have no capitals, and those of ASCII need no language."""

    lookup_name = "has"

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Any:
        return IContains(self.lhs, self.rhs).as_sql(compiler, connection)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Sql:
        lhs, params = self.process_lhs(compiler, connection)
        rhs, words = self.process_rhs(compiler, connection)
        word = str(self.rhs)
        if word.upper() != word.lower():
            rule = ' COLLATE "C"' if word.isascii() else ""
            lhs, rhs = f"UPPER({lhs}{rule})", f"UPPER({rhs}{rule})"
        return f"{lhs} LIKE {rhs}", [*params, *words]
