"""A message by e-mail."""

import smtplib
from collections.abc import Mapping
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import BadHeaderError, EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from bihuan.kernel.models import Channel
from bihuan.kernel.notice.letter import Message
from bihuan.kernel.rules.chats import scrubbed
from bihuan.kernel.rules.letters import cut
from bihuan.kernel.rules.replies import Answer, Verdict, answer

LONGEST_SUBJECT = 200


def send(channel: Channel, message: Message) -> Answer:
    """What the mail server said. Every try of one message has one Message-ID: programs show it once."""
    if channel.user is None or not channel.user.email:
        return Answer(Verdict.REFUSED, "recipient")
    return post(channel.user.email, message)


def post(
    to: str,
    message: Message,
    headers: Mapping[str, str] | None = None,
    connection: BaseEmailBackend | None = None,
) -> Answer:
    """One message to an address of no account; `connection`: another way out than the house's."""
    connection = connection or get_connection()
    try:
        connection.open()
    except OSError as error:
        return _unopened(error)
    try:
        _mail(to, message, headers or {}, connection).send()
    except OSError as error:
        return _unsent(error)
    except (BadHeaderError, ValueError):
        return Answer(Verdict.REFUSED, "recipient")
    finally:
        connection.close()
    return answer("sent")


def _mail(
    to: str, message: Message, headers: Mapping[str, str], connection: BaseEmailBackend
) -> EmailMessage:
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].partition("@")[2] or "localhost"
    subject = cut(" ".join(message.title.split()), LONGEST_SUBJECT)
    headers = {"Message-ID": f"<notice-{message.key}@{host}>", **headers}
    return EmailMessage(subject, message.text, None, [to], connection=connection, headers=headers)


def _unopened(error: OSError) -> Answer:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return answer("login", _said(error))
    return answer("unreachable", scrubbed(str(error), (settings.EMAIL_HOST_PASSWORD,)))


def _unsent(error: OSError) -> Answer:
    """A refusal of the address is final only when it begins with 5; greylisting says 4."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        said = scrubbed(f"{code} {text.decode('utf-8', 'replace')}", ())
        return Answer(Verdict.REFUSED, "recipient", said) if code >= 500 else answer("busy", said)
    if isinstance(error, smtplib.SMTPResponseException):
        return answer("busy" if error.smtp_code < 500 else "other", _said(error))
    return answer("timeout", scrubbed(str(error), ()), certain=False)


def _said(error: smtplib.SMTPResponseException) -> str:
    text = error.smtp_error
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    return scrubbed(f"{error.smtp_code} {words}", (settings.EMAIL_HOST_PASSWORD,))
