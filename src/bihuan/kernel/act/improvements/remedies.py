"""The remedies of an improvement, each with its own owner and date."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act.improvements.step import (
    evening,
    locked,
    look_at,
    may_steer,
    require_steering,
    require_text,
    write,
)
from bihuan.kernel.act.notices import tell
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Improvement, Remedy, RemedyState, User
from bihuan.kernel.rules.improvements import LIVE
from bihuan.kernel.rules.permissions import may


def add_remedy(
    *,
    item: Improvement,
    user: User,
    text: str,
    owner: User | None = None,
    due_on: date | None = None,
    at: datetime | None = None,
) -> Remedy:
    """Without an owner it is the improvement's owner's; without a date it is due with the improvement."""
    now = at or timezone.now()
    require_text(text)
    if owner is not None and (not owner.is_active or not may(owner.role, "handle")):
        raise Refused(_("Choose an owner who may handle cases."))
    with locked(item) as row:
        require_steering(user, row)
        if row.state not in LIVE:
            raise Refused(_("It is no longer worked on."))
        remedy = Remedy.objects.create(
            improvement=row,
            text=text.strip()[:400],
            owner=owner,
            due_on=due_on,
            next_at=look_at(evening(due_on), now) if due_on else None,
        )
        write(row, "remedy_added", actor=user, at=now, remedy=remedy.pk, to=owner.pk if owner else None)
        if owner and owner != user:
            tell(user=owner, key="improvement.remedy", at=now, number=row.number, remedy=remedy.pk)
    return remedy


def finish_remedy(*, remedy: Remedy, user: User, at: datetime | None = None) -> None:
    """By its owner, or by who steers the improvement, while the improvement runs."""
    now = at or timezone.now()
    with locked(remedy.improvement) as row:
        if user.pk != remedy.owner_id:
            require_steering(user, row)
        if row.state != "running":
            raise Refused(_("The remedies have not begun, or have ended."))
        _end(row, remedy, RemedyState.DONE, user, now)


def drop_remedy(*, remedy: Remedy, user: User, at: datetime | None = None) -> None:
    now = at or timezone.now()
    with locked(remedy.improvement) as row:
        require_steering(user, row)
        if row.state not in LIVE:
            raise Refused(_("It is no longer worked on."))
        _end(row, remedy, RemedyState.DROPPED, user, now)


def may_finish(user: User, remedy: Remedy) -> bool:
    return user.is_active and (user.pk == remedy.owner_id or may_steer(user, remedy.improvement))


def _end(row: Improvement, remedy: Remedy, state: RemedyState, user: User, now: datetime) -> None:
    ended = Remedy.objects.filter(pk=remedy.pk, state=RemedyState.OPEN).update(
        state=state, done_at=now, done_by=user, next_at=None
    )
    if not ended:
        raise Refused(_("This remedy has ended already. Reload the page."))
    write(row, f"remedy_{state.value}", actor=user, at=now, remedy=remedy.pk)
