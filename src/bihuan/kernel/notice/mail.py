"""E-mail delivery of notices whose time has come."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import F
from django.utils import translation

from bihuan.kernel.models import Notice
from bihuan.kernel.notice.words import sentence

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 8
BATCH = 50


def deliver(*, now: datetime) -> int:
    """Send what is due; a failed one waits twice as long each time. Returns how many were sent."""
    if not settings.EMAIL_HOST:
        return 0
    rows = Notice.objects.filter(send_at__lte=now, sent_at=None, attempts__lt=MOST_ATTEMPTS)
    return sum(_send(row, now) for row in rows.select_related("user", "case")[:BATCH])


def _send(row: Notice, now: datetime) -> bool:
    again = now + timedelta(minutes=2**row.attempts)
    claimed = Notice.objects.filter(pk=row.pk, send_at=row.send_at, sent_at=None)
    if not claimed.update(send_at=again, attempts=F("attempts") + 1):
        return False
    if row.read_at or not row.user.is_active or not row.user.email:
        Notice.objects.filter(pk=row.pk).update(send_at=None)
        return False
    with translation.override(row.user.language or settings.LANGUAGE_CODE):
        text = sentence(row)
    try:
        send_mail(text, "\n\n".join([text, *_link(row)]), None, [row.user.email])
    except OSError as error:
        log.warning("notice %s was not sent: %s; next try %s", row.pk, error, again)
        return False
    Notice.objects.filter(pk=row.pk).update(sent_at=now, send_at=None)
    return True


def _link(row: Notice) -> list[str]:
    """Where to go; without an address of the house there is none to give."""
    at = settings.ENVIRONMENT.url
    return [f"{at}/cases/{row.case.number}/"] if at and row.case else []
