"""Community supervisors: their register, what they tell, and telling them what came of it."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act.cases import open_case
from bihuan.kernel.act.cases.open import Breach
from bihuan.kernel.act.cases.step import write
from bihuan.kernel.act.events import digest, record
from bihuan.kernel.act.notices import tell
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Case, CaseLink, Note, Severity, User
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.read.duty import holder, nearest
from bihuan.kernel.read.standards import value, version_on
from bihuan.kernel.rules.deadlines import target_of
from bihuan.kernel.rules.lifecycle import OPEN
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import covers

from ..models import Supervisor, Tip

LOOK_AGAIN = timedelta(hours=1)


def take_tip(
    *,
    user: User | None,
    number: str,
    supervisor: Supervisor,
    text: str,
    tipped_at: datetime,
    serious: bool = False,
    now: datetime | None = None,
) -> tuple[Tip, bool]:
    """The tip of this number and whether it is new; its words become the first note of its case.

    `user` None: the system, from a file. Raises Refused for an erased supervisor and an instant to come.
    """
    if user and (not may(user.role, "handle") or not covers(user, supervisor)):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))
    if tipped_at > (now or timezone.now()):
        raise Refused(_("A tip cannot come from the future."))
    if len(text.strip()) < 4:
        raise Refused(_("Write what the supervisor says."))
    if supervisor.erased_at:
        raise Refused(_("This supervisor was erased."))
    area = supervisor.area
    with transaction.atomic():
        case, fresh = open_case(
            breach=Breach(
                kind="tip",
                subject=number,
                subject_name=str(area),
                episode=number,
                at=tipped_at,
                unit=area.unit,
                severity=Severity.SERIOUS if serious else None,
            ),
            area=area.code,
        )
        if fresh:
            Tip.objects.create(number=number, case=case, supervisor=supervisor, next_at=tipped_at)
            _note(case, user, tipped_at, text)
    return Tip.objects.get(case=case), fresh


def _note(case: Case, user: User | None, at: datetime, text: str) -> None:
    """The words stand apart from the event, so that they can be erased; from a file nobody wrote them."""
    event = write(case, "comment", actor=user, at=at, note=digest(text))
    Note.objects.create(case=case, event=event, text=text)


def follow(*, row: Tip, now: datetime) -> datetime | None:
    """While its case lives, look again; when it has ended, the supervisor must be told within the limit."""
    if row.told_at:
        return None
    ended = _ending(row.case)
    if ended is None:
        row.ended_at = row.due_at = None
        row.save(update_fields=["ended_at", "due_at"])
        return now + LOOK_AGAIN
    if row.ended_at is None:
        version = version_on("service.tip.answer", ended)
        row.ended_at = ended
        row.due_at = target_of(version.value, version.measured_in).due(working_calendar(), ended).due_at
        row.save(update_fields=["ended_at", "due_at"])
        teller = row.case.owner or holder("service_manager", row.case.unit)
        if teller:
            tell(user=teller, key="service.tip_ended", at=ended, number=row.number)
    if row.due_at and now < row.due_at:
        return row.due_at
    head = holder("marketing_head", row.case.unit) or nearest("manager", row.case.unit)
    if head:
        tell(user=head, key="service.tip_late", at=row.due_at or now, number=row.number)
    return None


def _ending(case: Case) -> datetime | None:
    """When the case ended, or the one that it gave way to; None while that lives."""
    seen = {case.pk}
    while case.state in {"duplicate", "merged"}:
        link = CaseLink.objects.filter(case=case, kind=case.state).select_related("other").first()
        if link is None or link.other_id in seen:
            break
        seen.add(link.other_id)
        case = link.other
    return None if case.state in OPEN else case.closed_at


def tell_supervisor(*, tip: Tip, user: User, answer: str, at: datetime | None = None) -> Tip:
    """Somebody has told the supervisor what came of it. Raises Refused while the case is open, and twice."""
    now = at or timezone.now()
    if len(answer.strip()) < 4:
        raise Refused(_("Write what the supervisor was told."))
    with transaction.atomic():
        row = Tip.objects.select_for_update().get(pk=tip.pk)
        if not may(user.role, "handle") or not covers(user, row):
            raise Refused(_("Your role does not allow this. Ask a manager of the unit."))
        if row.told_at:
            raise Refused(_("The supervisor has been told already. Reload the page."))
        ended = _ending(row.case)
        if ended is None:
            raise Refused(_("The case is still open: there is nothing to tell yet."))
        row.ended_at = row.ended_at or ended
        row.told_at, row.told_by, row.answer, row.next_at = now, user, answer, None
        row.save()
        record(
            verb="tip.told",
            actor=user,
            case=row.case,
            subject=row.case.subject,
            system="service",
            at=now,
            answer=digest(answer),
        )
    tip.refresh_from_db()
    return tip


def file_with_centre(*, row: Supervisor, user: User, at: datetime | None = None) -> None:
    """Name and phone have been handed to the customer-service centre."""
    if row.erased_at:
        raise Refused(_("This supervisor was erased."))
    _filed(row, user, at or timezone.now())


def take_back_filing(*, row: Supervisor, user: User, before: str | None) -> None:
    _filed(row, user, datetime.fromisoformat(before) if before else None)


def _filed(row: Supervisor, user: User, at: datetime | None) -> None:
    with transaction.atomic():
        row.filed_at = at
        row.save(update_fields=["filed_at"])
        record(
            verb="supervisor.filed" if at else "supervisor.filing_taken_back",
            actor=user,
            subject=f"supervisor:{row.pk}",
            system="service",
        )


def erase_supervisor(*, supervisor: Supervisor, actor: User | None, now: datetime | None = None) -> None:
    """Forget name, phone and consent; area, dates and the cases of their tips stay."""
    now = now or timezone.now()
    with transaction.atomic():
        record(
            verb="supervisor.erased",
            actor=actor,
            subject=f"supervisor:{supervisor.pk}",
            system="service",
            number=digest(supervisor.number),
        )
        supervisor.number = f"erased-{supervisor.pk}"
        supervisor.name, supervisor.phone, supervisor.consent = "—", "", ""
        supervisor.until_on = supervisor.until_on or timezone.localdate(now)
        supervisor.erased_at = now
        supervisor.save()


def forget_former(*, now: datetime) -> None:
    """Who stopped long enough ago is forgotten without being asked."""
    before = timezone.localdate(now) - timedelta(days=int(value("service.supervisor.keep", now)))
    for row in Supervisor.objects.filter(erased_at=None, until_on__lt=before):
        erase_supervisor(supervisor=row, actor=None, now=now)
