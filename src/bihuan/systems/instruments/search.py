"""Instruments in the search box."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.models import User
from bihuan.kernel.scope import visible
from bihuan.kernel.slots import Hit

from .models import Instrument

MOST = 20


def search(user: User, text: str) -> list[Hit]:
    """By ID, name or place, the exact ID first; the archive comes last."""
    wanted = Q(folded__contains=text.casefold()) | Q(name__icontains=text) | Q(place__code__icontains=text)
    rows = visible(user, Instrument.objects.select_related("place")).filter(wanted)
    found = sorted(
        rows[: 5 * MOST], key=lambda row: (bool(row.archived_at), row.folded != text.casefold(), row.code)
    )
    return [
        Hit(
            f"{row.code} {row.name}",
            reverse("instruments:instrument", args=[row.code]),
            _("archived instrument") if row.archived_at else _("instrument"),
            row.place.code if row.place else "",
        )
        for row in found[:MOST]
    ]
