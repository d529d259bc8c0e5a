"""Card numbers as people and sheets write them."""

import re
import unicodedata
from typing import Any

from django.utils.translation import gettext

from bihuan.web.listing.transfer.fields import Wrong, as_text

DIGITS = 10


def card_number(raw: Any) -> str:
    """Ten decimal digits; a sheet that took the number for a quantity has lost its leading zeros."""
    found = unicodedata.normalize("NFKC", as_text(raw)).strip()
    if not (found.isascii() and found.isdigit()) or len(found) > DIGITS:
        raise Wrong(gettext("a card number has up to ten digits"))
    return found.zfill(DIGITS)


def card_numbers(raw: Any) -> tuple[str, ...]:
    """Several, separated by blanks, commas or semicolons."""
    parts = re.split(r"[\s,;，；、]+", as_text(raw))
    return tuple(dict.fromkeys(card_number(part) for part in parts if part))
