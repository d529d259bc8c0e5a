"""What the pages of evaluation and ranking are about, read from the address; nonsense is the usual."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import pgettext

from bihuan.kernel.models import Unit, User
from bihuan.kernel.scope import visible

from ..models import Hall
from ..read.league import GROUPS, OVERALL, UNITS
from ..rules.quarters import Quarter

SHOWN = 9
"""Quarters that can be chosen, the running one first."""


@dataclass(frozen=True, slots=True)
class Asked:
    unit: Unit
    quarter: Quarter
    group: str = UNITS
    item: str = OVERALL
    hall: Hall | None = None

    def query(self, **changes: Any) -> str:
        told = {"unit": self.unit.pk, "quarter": self.quarter, "group": self.group, "item": self.item}
        return f"?{urlencode({key: value for key, value in (told | changes).items() if value != ''})}"


def read_asked(request: HttpRequest, user: User) -> Asked:
    """The quarter is the last that has ended, unless the address names one."""
    given = request.GET
    units = visible(user, Unit.objects.all())
    key = given.get("unit", "")
    unit = (units.filter(pk=int(key)).first() if key.isascii() and key.isdigit() else None) or user.unit
    hall = visible(user, Hall.objects.select_related("place__unit")).filter(place__code=given.get("hall", ""))
    group = given.get("group", UNITS)
    return Asked(
        unit=unit,
        quarter=_quarter(given.get("quarter", "")),
        group=group if group in GROUPS else UNITS,
        item=given.get("item", OVERALL)[:24],
        hall=hall.first() if given.get("hall") else None,
    )


def _quarter(text: str) -> Quarter:
    try:
        return Quarter.read(text)
    except ValueError:
        return Quarter.of(timezone.localdate()).previous


def quarter_choices(chosen: Quarter, today: date | None = None) -> list[dict[str, Any]]:
    at = Quarter.of(today or timezone.localdate())
    found = []
    for _step in range(SHOWN):
        found.append(at)
        at = at.previous
    if chosen not in found:
        found.append(chosen)
    return [
        {"key": str(each), "words": words(each), "chosen": each == chosen} for each in sorted(found)[::-1]
    ]


def words(quarter: Quarter) -> str:
    return pgettext("quarter", "%(year)d, quarter %(n)d") % {"year": quarter.year, "n": quarter.number}


def unit_choices(user: User, chosen: Unit) -> list[dict[str, Any]]:
    rows = visible(user, Unit.objects.order_by("path"))[:500]
    top = user.unit.path.count("/")
    return [
        {
            "key": unit.pk,
            "words": "\u3000" * (unit.path.count("/") - top) + unit.name,
            "chosen": unit.pk == chosen.pk,
        }
        for unit in rows
    ]
