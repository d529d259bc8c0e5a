"""Tiles of the cockpit and the desk."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.models import Case, User
from bihuan.kernel.rules.lifecycle import OPEN
from bihuan.kernel.rules.measures.standing import Standing
from bihuan.kernel.rules.periods import Period
from bihuan.kernel.scope import visible
from bihuan.kernel.tiles import Tile, TileLink

from .models import Answer
from .read.adoption import closing
from .read.scores import score
from .words import change_words

LEAST = 10


def tiles(user: User) -> list[Tile]:
    if not visible(user, Answer.objects.all()).exists():
        link = TileLink(_("Set up a programme"), reverse("loyalty:programmes"))
        return [
            Tile(
                label=_("Net promoter score"),
                face="empty",
                sentence=_("Nobody has answered yet."),
                links=(link,),
            )
        ]
    return [_score(user), _detractors(user), _called(user)]


def _score(user: User) -> Tile:
    found = score(None, user.unit, Period.around(timezone.localdate(), "quarter"))
    label, url, n = _("Net promoter score"), reverse("loyalty:score"), found.answers.n
    if found.reading.standing is Standing.WITHHELD or found.reading.interval is None:
        text = _("%(n)d answers: below %(least)d there is no score.") % {"n": n, "least": LEAST}
        return Tile(label=label, face="withheld", url=url, sentence=text, base=f"n = {n}")
    low, high = found.reading.interval
    base = _("n = %(n)d, 95 %% interval %(low)d to %(high)d") % {
        "n": n,
        "low": round(low),
        "high": round(high),
    }
    if found.change:
        base = f"{base}; {found.change.points:+.0f}: {change_words(found.change)}"
    return Tile(label=label, url=url, value=found.reading.score, base=base)


def _detractors(user: User) -> Tile:
    rows = visible(user, Case.objects.filter(kind="detractor", state__in=OPEN)).order_by()
    late = (
        rows.filter(tasks__kind="contact", tasks__state="open", tasks__due_at__lt=timezone.now())
        .distinct()
        .count()
    )
    count = rows.count()
    return Tile(
        label=_("Detractors not called in time"),
        url=f"{reverse('cases')}?kind=detractor",
        value=late,
        base=_("of %(n)d open cases") % {"n": count},
        tone="red" if late else "",
    )


def _called(user: User) -> Tile:
    today = timezone.localdate()
    rate = closing(user.unit, today - timedelta(days=29), today, timezone.now())
    label, url = _("Detractors called in time"), reverse("loyalty:adoption")
    base = _("%(hits)d of %(n)d calls due in 30 days") % {"hits": rate.hits, "n": rate.n}
    if rate.n < LEAST:
        return Tile(label=label, face="withheld", url=url, sentence=_("Too few calls for a rate."), base=base)
    return Tile(label=label, url=url, value=100 * rate.hits / rate.n, unit="%", base=base)
