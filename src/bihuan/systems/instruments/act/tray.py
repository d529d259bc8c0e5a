"""What waits for a person: log-offs without log-on, photos without alarm."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act.cases.step import write
from bihuan.kernel.act.events import record
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Evidence, User

from ..models import Alarm, Photo, Swipe
from .registry import require


def settle_orphan(*, row: Swipe, user: User) -> Swipe:
    """Somebody has looked into this log-off; it leaves the list and stays in the record."""
    require(user, row.instrument, "handle")
    if row.role != Swipe.Role.ORPHAN:
        raise Refused(_("This swipe has found its session by now."))
    if row.settled_at is None:
        with transaction.atomic():
            row.settled_at, row.settled_by = timezone.now(), user
            row.save(update_fields=["settled_at", "settled_by"])
            record(
                verb="orphan.settled",
                actor=user,
                subject=row.instrument.code,
                system="instruments",
                swipe=row.pk,
            )
    return row


def attach_photo(*, row: Photo, alarm: Alarm, user: User) -> Photo:
    """This picture shows that alarm: it goes to the alarm's case, too."""
    require(user, row.instrument, "handle")
    if alarm.instrument_id != row.instrument_id:
        raise Refused(_("The alarm is of another instrument."))
    with transaction.atomic():
        row.alarm = alarm
        row.save(update_fields=["alarm"])
        Evidence.objects.filter(pk=row.evidence_id).update(case=alarm.case)
        now = timezone.now()
        if alarm.case is not None:
            write(alarm.case, "evidence", actor=user, at=now, evidence=row.evidence_id, sha256=row.sha256)
        else:
            record(
                verb="photo.attached",
                actor=user,
                subject=row.instrument.code,
                system="instruments",
                at=now,
                evidence=row.evidence_id,
                alarm=alarm.pk,
            )
    return row
