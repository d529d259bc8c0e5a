"""Proposing an improvement, and the cases that show its problem."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act.improvements.step import locked, require_steering, set_timer, write
from bihuan.kernel.act.notices import tell
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.locks import hold
from bihuan.kernel.models import Case, Cause, Improvement, ImprovementCase, Role, Unit, User
from bihuan.kernel.read.duty import nearest
from bihuan.kernel.rules.improvements import LIVE
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import covers


def propose(
    *,
    user: User,
    unit: Unit,
    cause: Cause | None = None,
    title: str = "",
    problem: str = "",
    number: str = "",
    at: datetime | None = None,
) -> Improvement:
    """By hand. Raises Refused outside the units, for a role that handles nothing, or without any name."""
    now = at or timezone.now()
    if not may(user.role, "handle") or not covers(user, unit):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))
    if cause is None and not title.strip():
        raise Refused(_("Give it a title or a cause."))
    with transaction.atomic():
        hold("improvement")
        return create(
            unit=unit, cause=cause, title=title.strip(), problem=problem, number=number, by=user, now=now
        )


def create(
    *,
    unit: Unit,
    cause: Cause | None,
    now: datetime,
    title: str = "",
    problem: str = "",
    number: str = "",
    by: User | None = None,
    found: bool = False,
    cases: Iterable[Case] = (),
) -> Improvement:
    """In the caller's transaction, under the lock `improvement`; `found`: by the system, as a cluster."""
    ended = Improvement.objects.filter(unit=unit, cause=cause).exclude(state__in=[*LIVE, "dropped"])
    item = Improvement(
        number=number or _next_number(now),
        title=title,
        unit=unit,
        cause=cause,
        problem=problem,
        clustered=found,
        follows=ended.order_by("-pk").first() if cause else None,
        proposed_at=now,
    )
    set_timer(item, now)
    item.save()
    shown = list(cases)
    _attach(item, shown, by, now)
    write(item, "proposed", actor=by, at=now, cases=[case.number for case in shown])
    manager = nearest(Role.MANAGER, unit) or nearest(Role.DIRECTOR, unit)
    if manager and manager != by:
        tell(user=manager, key="improvement.proposed", at=now, number=item.number)
    return item


def join(item: Improvement, cases: Iterable[Case], *, now: datetime) -> None:
    """Further cases of a cluster; in the caller's transaction."""
    shown = list(cases)
    _attach(item, shown, None, now)
    write(item, "joined", actor=None, at=now, cases=[case.number for case in shown])


def link(*, item: Improvement, user: User, case: Case, at: datetime | None = None) -> None:
    now = at or timezone.now()
    with locked(item) as row:
        require_steering(user, row)
        if not covers(user, case):
            raise Refused(_("There is no such case in your units."))
        _made, fresh = ImprovementCase.objects.get_or_create(
            improvement=row, case=case, defaults={"added_at": now, "added_by": user}
        )
        if fresh:
            write(row, "linked", actor=user, at=now, cases=[case.number])


def unlink(*, item: Improvement, user: User, case: Case, at: datetime | None = None) -> None:
    """It shows another problem after all. The next night may find it a cluster of its own."""
    with locked(item) as row:
        require_steering(user, row)
        gone, _kinds = ImprovementCase.objects.filter(improvement=row, case=case).delete()
        if gone:
            write(row, "unlinked", actor=user, at=at or timezone.now(), cases=[case.number])


def _attach(item: Improvement, cases: Iterable[Case], by: User | None, now: datetime) -> None:
    ImprovementCase.objects.bulk_create(
        ImprovementCase(improvement=item, case=case, added_at=now, added_by=by) for case in cases
    )


def _next_number(at: datetime) -> str:
    prefix = f"I-{timezone.localdate(at):%y%m%d}-"
    rows = Improvement.objects.filter(number__startswith=prefix)
    taken = [number.removeprefix(prefix) for number in rows.values_list("number", flat=True)]
    return f"{prefix}{max((int(each) for each in taken if each.isdigit()), default=0) + 1:02d}"
