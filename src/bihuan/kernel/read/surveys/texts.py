"""What people wrote, for whoever reads it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bihuan.kernel.models import User, Verbatim, Wave
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.rules.surveys.redact import COVER, redacted
from bihuan.kernel.scope import visible


@dataclass(frozen=True, slots=True)
class Said:
    """`text` is covered where the reader may not see personal data; `covered` says that something was."""

    pk: int
    reply: int
    number: int
    code: str
    text: str
    at: datetime
    valid: bool
    covered: bool


def verbatims(
    found: Iterable[Wave], user: User | None, *, reply: int = 0, limit: int = 500, offset: int = 0
) -> list[Said]:
    """Newest first, within the reader's units; of all replies, or of one.

    Without a reader (the system itself) everything is covered.
    """
    rows = Verbatim.objects.filter(reply__wave__in=[wave.pk for wave in found])
    rows = rows.filter(reply_id=reply) if reply else rows
    rows = visible(user, rows) if user else rows
    may_see = user is not None and may(user.role, "personal")
    rows = rows.select_related("reply", "reply__sheet").order_by("-at", "-pk")
    return [_said(row, may_see) for row in rows[offset : offset + limit]]


def _said(row: Verbatim, may_see: bool) -> Said:
    shown = row.text if may_see else COVER if row.personal else redacted(row.text)
    return Said(
        pk=row.pk,
        reply=row.reply_id,
        number=row.reply.sheet.number,
        code=row.code,
        text=shown,
        at=row.at,
        valid=row.reply.valid,
        covered=shown != row.text,
    )
