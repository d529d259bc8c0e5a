"""The numbers of this system on cockpit and desk, each with its base."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.models import User
from bihuan.kernel.read.standards import value
from bihuan.kernel.scope import visible
from bihuan.kernel.tiles import Tile, TileLink

from .models import Area, CauseAlarm
from .read.rising import last_week
from .read.supervision import coverage


def tiles(user: User) -> list[Tile]:
    return [_rising(user), _supervised(user)]


def _rising(user: User) -> Tile:
    week = last_week(timezone.now())
    n = visible(user, CauseAlarm.objects.filter(week_on=week.first_on)).count()
    return Tile(
        label=_("Rising causes"),
        url=reverse("service:rising-causes"),
        value=n,
        base=_("week from %(day)s, against the weeks before") % {"day": week.first_on.isoformat()},
        tone="orange" if n else "",
    )


def _supervised(user: User) -> Tile:
    label, url = _("Areas with a supervisor"), reverse("service:supervisors")
    found = coverage(visible(user, Area.objects.all()), timezone.localdate())
    if found.share is None:
        link = TileLink(_("Meter-reading areas"), reverse("service:areas"))
        return Tile(
            label=label,
            face="empty",
            sentence=_("Whether every meter-reading area is watched"),
            links=(link,),
        )
    wanted = value("service.supervisor.share")
    return Tile(
        label=label,
        url=url,
        value=found.share * 100,
        unit="%",
        decimals=1,
        base=_("n = %(n)d · key areas %(key)d of %(all)d")
        % {"n": found.areas, "key": found.key_covered, "all": found.key_areas},
        tone="orange" if found.share < wanted else "",
    )
