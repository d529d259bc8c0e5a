"""Tiles of the cockpit and the desk."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.models import Case, User
from bihuan.kernel.rules.lifecycle import OPEN
from bihuan.kernel.scope import visible
from bihuan.kernel.tiles import Tile, TileLink
from bihuan.web.components.figures import number

from .models import Answer
from .read.adoption import closing
from .read.standing import Standing, standing
from .words import p_words

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
    found = standing(user)
    return [_score(found), _change(found), _detractors(user), _called(user)]


def _score(found: Standing) -> Tile:
    label, url, n = _("Net promoter score"), _page(found), found.n
    if found.nps is None or found.interval is None:
        text = _("%(n)d answers: below %(least)d there is no score.") % {"n": n, "least": LEAST}
        return Tile(label=label, face="withheld", url=url, sentence=text, base=f"n = {n}")
    told = {"n": n, "low": signed(found.interval.low), "high": signed(found.interval.high)}
    base = _("n = %(n)d, 95 %% interval %(low)s to %(high)s") % told
    return Tile(label=label, url=url, value=found.nps, base=f"{found.period}: {base}")


def _change(found: Standing) -> Tile:
    """Against the quarter before; a change that chance explains is shown, and said to be one."""
    label, url = _("Change of the net promoter score"), _page(found)
    if found.change is None or found.change_interval is None or found.p is None:
        text = _("%(n)d and %(before)d answers: below %(least)d in either quarter no change is known.") % {
            "n": found.n,
            "before": found.n_before,
            "least": LEAST,
        }
        return Tile(label=label, face="withheld", url=url, sentence=text, base=str(found.period.previous))
    low, high = found.change_interval
    words = _("significant, p %(p)s") if found.significant else _("not significant, p %(p)s")
    base = _("%(low)s to %(high)s against %(quarter)s; %(words)s") % {
        "low": signed(low),
        "high": signed(high),
        "quarter": found.period.previous,
        "words": words % {"p": p_words(found.p)},
    }
    tone = ("red" if found.change < 0 else "green") if found.significant else ""
    return Tile(label=label, url=url, value=signed(found.change), unit=_("points"), base=base, tone=tone)


def signed(points: float) -> str:
    """Whole points with their sign, zero without."""
    return number(points, 0) if round(points) <= 0 else f"+{number(points, 0)}"


def _page(found: Standing) -> str:
    return f"{reverse('loyalty:score')}?period={found.period}"


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
