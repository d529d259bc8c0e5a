"""The sheet behind a code: one query, whatever is asked about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection
from django.utils.crypto import salted_hmac

from bihuan.kernel.bulk import among, fetch, instant, these
from bihuan.kernel.models import Sheet
from bihuan.kernel.read.surveys.bank import issued_form
from bihuan.kernel.rules.surveys import codes
from bihuan.kernel.rules.surveys.form import Form
from bihuan.kernel.rules.surveys.validity import Standing, Window, standing

COLUMNS = (
    *("pk", "number", "wave_id", "customer_id", "expires_at", "opened_at", "used_at", "withdrawn_at"),
    *("wave__version_id", "wave__version__digest", "wave__opens_at", "wave__closes_at", "wave__closed_at"),
    *("wave__subject_name", "wave__unit__path"),
)


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of an issued sheet when somebody comes with its code or number."""

    pk: int
    number: int
    wave: int
    customer: int | None
    expires_at: datetime
    opened_at: datetime | None
    used_at: datetime | None
    withdrawn_at: datetime | None
    version: int
    digest: str
    opens_at: datetime
    closes_at: datetime
    closed_at: datetime | None
    about: str
    unit_path: str

    @property
    def window(self) -> Window:
        return Window(self.opens_at, self.closes_at, self.closed_at)

    @property
    def form(self) -> Form:
        return issued_form(self.version, self.digest)

    def standing(self, now: datetime) -> Standing:
        return standing(self.window, now, self.expires_at, self.used_at, self.withdrawn_at)


def code_digest(code: str) -> str:
    """What is kept of a code: nothing that a copy of the database could be searched with."""
    return salted_hmac("bihuan.survey.code", code, algorithm="sha256").hexdigest()


def find(code: str) -> Found | None:
    """The sheet of a code as somebody typed or scanned it; None for what is no code, or is none of ours."""
    return find_all([code])[0]


def find_all(typed: Sequence[str]) -> list[Found | None]:
    """For each code what `find` gives, with one statement: a whole hall may press at the same moment."""
    digests = [code_digest(clean) if (clean := codes.read(code)) else "" for code in typed]
    asked = [digest for digest in digests if digest]
    there = (
        {row[0]: _found(row[1:]) for row in fetch(_statement(connection.vendor), these(asked))}
        if asked
        else {}
    )
    return [there.get(digest) for digest in digests]


def numbered(wave: int, number: int) -> Found | None:
    row = Sheet.objects.filter(wave_id=wave, number=number).values_list(*COLUMNS).first()
    return Found(*row) if row else None


def _found(row: Sequence[Any]) -> Found:
    told: list[Any] = [instant(each) if isinstance(each, datetime) else each for each in row]
    return Found(*told)


@cache
def _statement(_vendor: str) -> str:
    """Built once: half of a phone's request would be the building."""
    rows = Sheet.objects.filter(digest="-").order_by().values_list("digest", *COLUMNS)
    sql, _values = rows.query.sql_with_params()
    column = '"kernel_sheet"."digest"'
    return str(sql).replace(f"{column} = %s", among(column))
