"""Invitations by e-mail. The code is made when the letter is, because only its digest is kept."""

import secrets
import smtplib
from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import BadHeaderError, EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from bihuan.kernel.act.surveys import issue_codes, withdraw_unused
from bihuan.kernel.models import Sheet

from ..models import Invitation
from ..read.programmes import declined_of
from .decline import token_of
from .waves import wave_for

AT_ONCE, MOST_TRIES = 100, 3
AGAIN = timedelta(minutes=30)


def send_due(*, now: datetime | None = None) -> int:
    """Returns how many letters the server took. Without an address of the house or a mail server nothing is
    tried, and of a programme that pauses nothing leaves: the invitations wait, and the page says so."""
    now = now or timezone.now()
    if not settings.ENVIRONMENT.url or not _can_mail():
        return 0
    due = Invitation.objects.filter(next_at__lte=now, programme__paused_at=None).order_by("next_at", "pk")
    return sum(_send(pk, now) for pk in list(due.values_list("pk", flat=True)[:AT_ONCE]))


def _can_mail() -> bool:
    return bool(settings.EMAIL_HOST) or "smtp" not in settings.EMAIL_BACKEND


def _send(pk: int, now: datetime) -> bool:
    """Claimed first, so that of two workers one sends; who is killed in between tries again later."""
    claimed = Invitation.objects.filter(pk=pk, next_at__lte=now).update(next_at=now + AGAIN)
    if not claimed:
        return False
    row = Invitation.objects.select_related("programme__unit", "customer", "sheet").get(pk=pk)
    row.tries += 1
    if row.customer is None or not row.customer.email:
        return _ended(row, "no address")
    if declined_of([row.customer]):
        return _ended(row, "declined")
    with transaction.atomic():
        code = _code(row, now)
        row.message_id = _message_id()
        row.save(update_fields=["tries", "sheet", "message_id"])
    try:
        _letter(row, code).send()
    except smtplib.SMTPRecipientsRefused as error:
        if min(said for said, _text in error.recipients.values()) >= 500 or row.tries >= MOST_TRIES:
            return _ended(row, "refused")
        return False  # greylisted: the server asks to come again
    except (BadHeaderError, ValueError):
        return _ended(row, "address")
    except OSError:
        return _ended(row, "mail server") if row.tries >= MOST_TRIES else False
    row.delivered_at, row.next_at = now, None
    row.save(update_fields=["delivered_at", "next_at"])
    return True


def _code(row: Invitation, now: datetime) -> str:
    """A try before may have got as far as a code: it never left, so its sheet is withdrawn."""
    wave = wave_for(row.programme, row.invited_at, now=now)
    if row.sheet:
        withdraw_unused(wave=row.sheet.wave, user=None, numbers=[row.sheet.number])
    assert row.customer  # noqa: S101
    issued = issue_codes(wave=wave, count=1, customers=[row.customer], user=None)[0]
    row.sheet = Sheet.objects.get(pk=issued.sheet)
    return issued.code


def _message_id() -> str:
    """Of this try alone, because its code is of this try alone; nobody can guess one and let it bounce."""
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].partition("@")[2] or "localhost"
    return f"ask-{secrets.token_hex(16)}@{host}"[:120]


def _letter(row: Invitation, code: str) -> EmailMessage:
    with override(settings.LANGUAGE_CODE):
        link = f"{settings.ENVIRONMENT.url}{reverse('survey', args=[code])}"
        stop = f"{settings.ENVIRONMENT.url}{reverse('loyalty:stop', args=[token_of(row)])}"
        text = _(
            "How likely are you to recommend us? Two minutes, one question and your reason:\n\n%(link)s\n\n"
            "The link works once. We ask nobody again within the next months.\n\n"
            "To be asked no more: %(stop)s"
        )
        name = row.programme.name
        assert row.customer  # noqa: S101
        return EmailMessage(
            _("One question from %(name)s") % {"name": name},
            text % {"link": link, "stop": stop},
            None,
            [row.customer.email],
            headers={"Message-ID": f"<{row.message_id}>", "List-Unsubscribe": f"<{stop}>"},
        )


def _ended(row: Invitation, why: str) -> bool:
    if row.sheet and row.sheet.wave.closed_at is None:
        withdraw_unused(wave=row.sheet.wave, user=None, numbers=[row.sheet.number])
    row.failed, row.next_at = why, None
    row.save(update_fields=["failed", "next_at", "tries"])
    return False
