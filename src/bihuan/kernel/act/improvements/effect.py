"""One quarter later: what was counted before and after, and who may conclude from it."""

from datetime import datetime
from math import isfinite

from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act.improvements.step import (
    compared,
    locked,
    look_at,
    move,
    within,
    write,
)
from bihuan.kernel.act.notices import tell
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import EffectTest, Improvement, Role, User
from bihuan.kernel.read.cases import superiors_of
from bihuan.kernel.read.improvements import counted, current_test, doers, observed_from, sees
from bihuan.kernel.read.standards import value
from bihuan.kernel.rules.effect import rate_ratio, verdict
from bihuan.kernel.rules.lifecycle import may_verify
from bihuan.kernel.rules.permissions import may


def compare_effect(item: Improvement, *, now: datetime) -> EffectTest:
    """Count, compare, and ask somebody who did none of it to conclude; in the clock's transaction."""
    span = compared(item)
    days_before, days_after = span.days_before(observed_from()), span.days_after
    before, uncoded_before = counted(item, span.before_from, span.before_to)
    after, uncoded_after = counted(item, span.after_from, span.after_to)
    found = rate_ratio(before, days_before, after, days_after) if days_before else None
    test = EffectTest.objects.create(
        improvement=item,
        at=now,
        before_from=span.before_from,
        before_to=span.before_to,
        after_from=span.after_from,
        after_to=span.after_to,
        days_before=days_before,
        days_after=days_after,
        before=before,
        after=after,
        uncoded_before=uncoded_before,
        uncoded_after=uncoded_after,
        ratio=found.ratio if found else None,
        low=found.low if found else None,
        high=found.high if found and isfinite(found.high) else None,
        p=found.p if found else None,
        verdict=verdict(before, days_before, after, days_after, int(value("improvement.least", now))),
    )
    item.verifier = find_concluder(item)
    item.due_at = within("improvement.conclude", now)
    item.next_at = look_at(item.due_at, now)
    item.save()
    write(item, "measured", actor=None, at=now, before=before, after=after, verdict=test.verdict)
    if item.verifier:
        tell(user=item.verifier, key="improvement.effect", at=now, number=item.number)
    return test


def find_concluder(item: Improvement) -> User | None:
    """The nearest manager, else director, whom the four-eyes rule admits; None: anybody's."""
    did = doers(item)
    for role in (Role.MANAGER, Role.DIRECTOR):
        rows = User.objects.filter(role=role, unit__in=item.unit.ancestors, is_active=True)
        for user in rows.order_by("-unit__path", "pk"):
            if may_verify(user.pk, did, superiors_of(user)):
                return user
    return None


def why_not(user: User, item: Improvement) -> str:
    """Why this person may not conclude; empty when he may."""
    if not sees(user, item) or not may(user.role, "verify"):
        return _("Your role does not include verification.")
    if not may_verify(user.pk, doers(item), superiors_of(user)):
        return _("Who worked on it, or reports to who did, cannot conclude whether it worked.")
    return ""


def conclude(*, item: Improvement, user: User, text: str = "", at: datetime | None = None) -> Improvement:
    """Another person confirms what the numbers say; what they say is not his to change."""
    now = at or timezone.now()
    with locked(item) as row:
        if why := why_not(user, row):
            raise Refused(why)
        test = current_test(row)
        if test is None:
            raise Refused(_("The effect has not been tested yet."))
        move(row, "conclude")
        row.outcome, row.verifier, row.closed_at = test.verdict, user, now
        row.due_at = row.next_at = None
        write(row, "concluded", actor=user, at=now, text=text, outcome=test.verdict)
    return item
