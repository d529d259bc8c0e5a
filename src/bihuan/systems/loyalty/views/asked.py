"""What the pages of scores are about, read from the address; nonsense is the usual."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bihuan.kernel.models import Unit, User
from bihuan.kernel.rules.periods import Period
from bihuan.kernel.scope import visible

from ..models import Programme
from ..read.programmes import programme_for

SHOWN = 9


def sent(request: HttpRequest) -> tuple[Any, Any]:
    """What a form was sent with, empty or not; nothing where the page is only looked at."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


@dataclass(frozen=True, slots=True)
class Asked:
    programme: Programme | None
    unit: Unit
    period: Period
    user: User

    @property
    def query(self) -> str:
        told: dict[str, Any] = {"unit": self.unit.pk, "period": str(self.period)}
        if self.programme:
            told["programme"] = self.programme.pk
        return f"?{urlencode(told)}"

    def context(self, title: str, sheet: str = "") -> dict[str, Any]:
        """`sheet` is the key of the page among those that leave as an Excel file."""
        home = {"title": _("Net Promoter System"), "url": reverse("loyalty:score")}
        return {
            "asked": self,
            "period_words": period_words(self.period),
            "before_words": period_words(self.period.previous),
            "units": unit_choices(self.user, self.unit),
            "periods": period_choices(self.period),
            "programmes": [
                {"key": row.pk, "words": row.name, "chosen": self.programme == row}
                for row in programmes_of(self.user)[:50]
            ],
            "sheet_url": f"{reverse('loyalty:sheet', args=[sheet])}{self.query}" if sheet else "",
            "title": title,
            "crumbs": [home, {"title": title}],
        }


def programmes_of(user: User) -> Any:
    """Those of the user's units and the ones that they belong to."""
    near = visible(user, Programme.objects.all()) | Programme.objects.filter(unit__in=user.unit.ancestors)
    return near.select_related("unit").distinct().order_by("code")


def read_asked(request: HttpRequest, user: User) -> Asked:
    """The running quarter, the account's unit and its programme, unless the address names others."""
    given = request.GET
    rows = programmes_of(user)
    programme = rows.filter(pk=_key(given.get("programme", ""))).first()
    units = visible(user, Unit.objects.all())
    unit = units.filter(pk=_key(given.get("unit", ""))).first()
    programme = programme or programme_for(unit or user.unit) or rows.first()
    if unit is None:
        inside = programme and programme.unit.path.startswith(user.unit.path)
        unit = programme.unit if programme and inside else user.unit
    return Asked(programme, unit, _period(given.get("period", "")), user)


def _key(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 15 else 0


def _period(text: str) -> Period:
    try:
        return Period.read(text)
    except ValueError:
        return Period.around(timezone.localdate(), "quarter")


def period_words(period: Period) -> str:
    if period.kind == "month":
        return f"{period.first:%Y-%m}"
    told = {"year": period.first.year, "n": period.last.month // 3}
    return pgettext("quarter", "%(year)d, quarter %(n)d") % told


def period_choices(chosen: Period) -> list[dict[str, Any]]:
    found, at = [], Period.around(timezone.localdate(), "quarter")
    for _step in range(SHOWN):
        found.append(at)
        at = at.previous
    if chosen not in found:
        found.append(chosen)
    return [{"key": str(each), "words": period_words(each), "chosen": each == chosen} for each in found]


def unit_choices(user: User, chosen: Unit) -> list[dict[str, Any]]:
    rows = list(visible(user, Unit.objects.order_by("path"))[:500])
    if chosen not in rows:
        rows.append(chosen)
    top = user.unit.path.count("/")
    return [
        {
            "key": unit.pk,
            "words": "\u3000" * (unit.path.count("/") - top) + unit.name,
            "chosen": unit == chosen,
        }
        for unit in rows
    ]
