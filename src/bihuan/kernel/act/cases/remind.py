"""The clock's own step: a deadline has passed."""

from datetime import datetime

from bihuan.kernel.act.cases.step import write
from bihuan.kernel.act.live import touch
from bihuan.kernel.act.notices import tell
from bihuan.kernel.models import Case, Severity
from bihuan.kernel.rules.lifecycle import UNFIXED


def remind(*, row: Case, now: datetime) -> datetime | None:
    """Tell owner and superior once that the case is overdue; runs inside the clock's transaction."""
    if row.state not in UNFIXED or row.due_at is None or row.state == "waiting":
        return None
    if now < row.due_at:
        return row.due_at
    serious = row.severity >= Severity.SERIOUS
    for user in filter(None, (row.owner, row.owner.superior if row.owner else None)):
        tell(user=user, key="case.overdue", at=row.due_at, case=row, serious=serious)
    write(row, "overdue", actor=None, at=now)
    touch("kernel.cases", [row.number])
    return None
