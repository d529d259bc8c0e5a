"""Invitations by e-mail. The code is made when the letter is, because only its digest is kept."""

import smtplib
from datetime import datetime, timedelta

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
from .waves import wave_for

AT_ONCE, MOST_TRIES = 100, 3
AGAIN = timedelta(minutes=30)


def send_due(*, now: datetime | None = None) -> int:
    """Returns how many letters the server took. Without an address of the house or a mail server nothing is
    tried: the invitations wait, and the page says so."""
    now = now or timezone.now()
    if not settings.ENVIRONMENT.url or not _can_mail():
        return 0
    due = Invitation.objects.filter(next_at__lte=now).order_by("next_at", "pk")
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
    with transaction.atomic():
        code = _code(row, now)
        row.save(update_fields=["tries", "sheet"])
    try:
        _letter(row, code).send()
    except smtplib.SMTPRecipientsRefused:
        return _ended(row, "refused")
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


def _letter(row: Invitation, code: str) -> EmailMessage:
    with override(settings.LANGUAGE_CODE):
        link = f"{settings.ENVIRONMENT.url}{reverse('survey', args=[code])}"
        text = _(
            "How likely are you to recommend us? Two minutes, one question and your reason:\n\n%(link)s\n\n"
            "The link works once. We ask nobody again within the next months."
        )
        name = row.programme.name
        assert row.customer  # noqa: S101
        return EmailMessage(
            _("One question from %(name)s") % {"name": name},
            text % {"link": link},
            None,
            [row.customer.email],
        )


def _ended(row: Invitation, why: str) -> bool:
    if row.sheet:
        withdraw_unused(wave=row.sheet.wave, user=None, numbers=[row.sheet.number])
    row.failed, row.next_at = why, None
    row.save(update_fields=["failed", "next_at", "tries"])
    return False
