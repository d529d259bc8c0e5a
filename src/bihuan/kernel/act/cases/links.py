"""One case beside another: duplicates, mergers, causes, and what comes after a closed one."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act.cases.open import Breach, open_case
from bihuan.kernel.act.cases.step import locked, move, noted, require, require_text, write
from bihuan.kernel.act.cases.tasks import cancel_tasks
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Case, CaseLink, User
from bihuan.kernel.rules.lifecycle import OPEN

GIVES_WAY = {"duplicate": CaseLink.Kind.DUPLICATE, "merge": CaseLink.Kind.MERGED}


def duplicate(*, case: Case, user: User, of: Case, text: str, at: datetime | None = None) -> Case:
    """The same breach was reported twice: this one ends, its signals count for the other."""
    return _give_way("duplicate", case, user, of, text, at or timezone.now())


def merge(*, case: Case, user: User, into: Case, text: str, at: datetime | None = None) -> Case:
    """Two breaches that are put right together: this one ends and escalates no more."""
    return _give_way("merge", case, user, into, text, at or timezone.now())


def caused_by(*, case: Case, user: User, other: Case, at: datetime | None = None) -> CaseLink:
    with locked(case) as row:
        require(user, row, "handle")
        require(user, other, "see")
        if other.pk == row.pk:
            raise Refused(_("A case cannot be linked to itself."))
        link, fresh = CaseLink.objects.get_or_create(case=row, other=other, kind=CaseLink.Kind.CAUSED)
        if fresh:
            write(row, "linked", actor=user, at=at or timezone.now(), other=other.number, link="caused")
    return link


def follow_up(*, case: Case, user: User, text: str, at: datetime) -> Case:
    """A new case of the same breach after the old one may not be reopened any more."""
    with transaction.atomic():
        found, fresh = open_case(
            breach=Breach(
                kind=case.kind,
                subject=case.subject,
                subject_name=case.subject_name,
                episode=f"{case.number}+{CaseLink.objects.filter(other=case).count() + 1}",
                at=at,
                unit=case.unit,
                place=case.place,
                customer=case.customer,
                owner=case.owner,
                severity=case.severity,
            )
        )
        if fresh:
            CaseLink.objects.create(case=found, other=case, kind=CaseLink.Kind.FOLLOWS)
            noted(found, "comment", actor=user, at=at, text=text)
            write(case, "linked", actor=user, at=at, other=found.number, link="followed")
    return found


def _give_way(action: str, case: Case, user: User, other: Case, text: str, now: datetime) -> Case:
    require_text(text)
    with transaction.atomic():
        hold = sorted({case.pk, other.pk})
        rows = {row.pk: row for row in Case.objects.select_for_update().filter(pk__in=hold).order_by("pk")}
        target = rows[other.pk]
        if case.pk == other.pk:
            raise Refused(_("A case cannot be linked to itself."))
        if target.state not in OPEN:
            raise Refused(_("%(number)s is not open: reopen it first.") % {"number": target.number})
        require(user, target, "handle")
        with locked(case) as row:
            require(user, row, "handle")
            move(row, action)
            row.closed_at, row.next_at = now, None
            CaseLink.objects.create(case=row, other=target, kind=GIVES_WAY[action])
            noted(row, action, actor=user, at=now, text=text, other=target.number)
            cancel_tasks(row, at=now)
        target.signals += case.signals
        target.save(update_fields=["signals"])
        write(target, "joined", actor=user, at=now, other=case.number, link=action)
    return case
