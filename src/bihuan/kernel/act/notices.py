from datetime import datetime

from django.db import transaction

from bihuan.kernel.act.live import touch
from bihuan.kernel.models import Case, Notice, User
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.rules.hours import OFFICE, open_spans


def tell(
    *,
    user: User,
    key: str,
    at: datetime,
    case: Case | None = None,
    serious: bool = False,
    **params: str | int,
) -> None:
    """One notice; telling the same thing about the same instant again does nothing."""
    with transaction.atomic():
        send_at = at if serious else next(open_spans(working_calendar(), at, OFFICE))[0]
        _, fresh = Notice.objects.get_or_create(
            user=user,
            key=key,
            case=case,
            at=at,
            defaults={"params": params, "serious": serious, "send_at": send_at if user.email else None},
        )
        if fresh:
            touch("kernel.bell", [str(user.pk)])


def mark_read(*, user: User, at: datetime) -> int:
    """Everything that the user has been shown up to now."""
    return Notice.objects.filter(user=user, read_at=None, at__lte=at).update(read_at=at)
