"""The words of an offer by e-mail, its links, and what the links mean."""

from datetime import datetime

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from bihuan.kernel.notice.letter import Message
from bihuan.kernel.rules.surveys.codes import spelled
from bihuan.kernel.together import note

from ..models import OfferSend
from .coupons import code

Base = str | None
"""Address of the house where it is not the configured one."""
SALT = "bihuan.equity.offer"


def token(row: OfferSend) -> str:
    """Names one offer to one customer in a link; signed, so that nobody reaches another's."""
    return signing.Signer(salt=SALT).sign(str(row.pk))


def sent_of(text: str) -> OfferSend | None:
    """The offer of a link; None for what we never wrote."""
    try:
        pk = int(signing.Signer(salt=SALT).unsign(text))
    except (signing.BadSignature, ValueError):
        return None
    rows = OfferSend.objects.select_related("customer", "offer", "coupon", "coupon__shop")
    return rows.filter(pk=pk).first()


def opened(row: OfferSend, at: datetime) -> None:
    """The first time that our own link was opened; no event, because nothing was decided."""
    if row.opened_at is None:
        unseen = OfferSend.objects.filter(pk=row.pk, opened_at=None)
        note(lambda: unseen.update(opened_at=at))


def letter(row: OfferSend, base: Base = None) -> tuple[Message, dict[str, str]]:
    """Both languages, the offer first; no picture and no pixel: only our own link says that it was opened."""
    at = base if base is not None else settings.ENVIRONMENT.url
    open_url = f"{at}{reverse('equity:offer-open', args=[token(row)])}"
    stop_url = f"{at}{reverse('equity:stop', args=[token(row)])}"
    parts = [_part(row, language, open_url, stop_url) for language in _languages(row)]
    text = "\n\n—\n\n".join(parts)
    headers = {"List-Unsubscribe": f"<{stop_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    title = row.offer.said("title", settings.LANGUAGE_CODE)
    return Message(f"offer-{row.pk}", title, text, 1), headers


def _languages(row: OfferSend) -> list[str]:
    both = bool(row.offer.text_en)
    first = settings.LANGUAGE_CODE
    return [first, "en" if first != "en" else "zh-hans"] if both else [first]


def _part(row: OfferSend, language: str, open_url: str, stop_url: str) -> str:
    coupon = getattr(row, "coupon", None)
    with override(language):
        lines = [row.offer.said("title", language), row.offer.said("text", language)]
        if coupon:
            told = {"code": spelled(code(coupon)), "day": coupon.valid_to.isoformat()}
            lines.append(_("Your coupon, valid once and until %(day)s: %(code)s") % told)
        lines.append(_("The offer with its QR code: %(url)s") % {"url": open_url})
        if row.offer.partner:
            lines.append(_("Offered together with %(name)s.") % {"name": row.offer.partner})
        lines.append(
            _("You get this because you agreed to personal offers on %(day)s. No more of them: %(url)s")
            % {"day": row.consent.given_at.date().isoformat(), "url": stop_url}
        )
    return "\n\n".join(lines)
