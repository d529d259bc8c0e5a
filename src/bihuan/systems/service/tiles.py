"""The numbers of this system on cockpit and desk, each with its base."""

from datetime import timedelta
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.models import Case, TaskState, Unit, User
from bihuan.kernel.read.standards import value
from bihuan.kernel.remembered import for_a_minute
from bihuan.kernel.rules.lifecycle import OPEN
from bihuan.kernel.rules.measures.interval import Estimate
from bihuan.kernel.scope import visible
from bihuan.kernel.tiles import Tile, TileLink
from bihuan.web.components.figures import number, percent

from .models import Area, Call, CauseAlarm, Hall, Review, Stage
from .read.calls import Funnel, complaint_calls, order_calls
from .read.inspections import due_now
from .read.rising import last_week
from .read.supervision import coverage
from .read.voice import result

MONTH = timedelta(days=30)
LEAST = 10


def tiles(user: User) -> list[Tile]:
    calls = visible(user, Call.objects.all())
    if not visible(user, Hall.objects.all()).exists() and not calls.exists():
        return [_nothing()]
    complaints, repairs = _month(user.unit)
    return [
        _due(user),
        _findings(user),
        _timely(complaints),
        _content(repairs),
        *_checks(user),
        *_review(user),
        _rising(user),
        _supervised(user),
    ]


@for_a_minute
def _month(unit: Unit) -> tuple[Funnel, Funnel]:
    """Call-backs of complaints and after repairs in the last 30 days."""
    now = timezone.now()
    return (
        complaint_calls(unit, now - MONTH, now),
        order_calls(unit, now - MONTH, now, stage__in=(Stage.FAULT_1, Stage.FAULT_2)),
    )


def _nothing() -> Tile:
    link = TileLink(_("First steps"), reverse("service:first-steps"))
    return Tile(
        label=_("Service"),
        face="empty",
        sentence=_("How halls, meter readers, repairs and the hotline serve, and what was put right"),
        links=(link,),
    )


def _due(user: User) -> Tile:
    rows = visible(user, Call.objects.filter(state=TaskState.OPEN))
    told = rows.aggregate(all=Count("pk"), late=Count("pk", filter=Q(due_at__lt=timezone.now())))
    view = "late" if told["late"] else "open"
    return Tile(
        label=_("Call-backs overdue"),
        value=told["late"],
        base=_("%(n)s are due") % {"n": number(told["all"])},
        url=f"{reverse('service:calls')}?{urlencode({'view': view})}",
        tone="red" if told["late"] else "",
    )


def _findings(user: User) -> Tile:
    rows = visible(user, Case.objects.filter(system="service", state__in=OPEN))
    serious = Count("pk", filter=Q(severity__gte=3))
    told = rows.aggregate(all=Count("pk"), serious=serious)
    return Tile(
        label=_("Open findings and complaints"),
        value=told["all"],
        base=_("%(n)s of them serious") % {"n": number(told["serious"])},
        url=f"{reverse('cases')}?{urlencode({'system': 'service'})}",
        tone="red" if told["serious"] else "",
    )


def _timely(found: Funnel) -> Tile:
    return _share(
        _("First call-backs of complaints in time, 30 days"), found.timely, found.judged, "service:complaints"
    )


def _content(found: Funnel) -> Tile:
    return _share(
        _("Satisfied after repairs, of those reached"), found.content, found.reached, "service:calls"
    )


def _share(label: StrOrPromise, rate: Estimate | None, n: int, url: str) -> Tile:
    """Below the smallest sample the counts, no share."""
    hits = round(rate.value * n) if rate else 0
    base = _("%(hits)s of %(n)s") % {"hits": number(hits), "n": number(n)}
    if rate is None or n < LEAST:
        return Tile(
            label=label, face="withheld", sentence=_("Too few for a share"), base=base, url=reverse(url)
        )
    span = f"{percent(rate.interval.low, 0)}–{percent(rate.interval.high, 0)}"
    return Tile(
        label=label,
        value=percent(rate.value),
        base=_("%(base)s, 95 %%: %(span)s") % {"base": base, "span": span},
        url=reverse(url),
    )


def _review(user: User) -> list[Tile]:
    """The newest quarter's scoring of calls: how far it is, and whether the scorers agree."""
    rows = visible(user, Review.objects.select_related("draw").defer("draw__frame"))
    review = rows.order_by("-begun_at").first()
    if review is None:
        return []
    found = result(review)
    label = _("95598 calls scored, %(period)s") % {"period": review.draw.period}
    url = reverse("service:review", args=[review.pk])
    if found.agreement.state == "apart":
        words = _("The scorers do not agree: no ranking")
        return [Tile(label=label, face="withheld", sentence=words, url=url)]
    base = {
        "unscored": _("agreement follows with the last double score"),
        "unknown": _("agreement not known"),
        "agreed": _("alpha %(a)s over %(n)s calls")
        % {"a": number(found.agreement.alpha, 2), "n": number(found.agreement.calls)},
    }[found.agreement.state]
    unit = pgettext("scores", "of %(n)s") % {"n": number(found.wanted)}
    return [Tile(label=label, value=found.scored, unit=unit, base=base, url=url)]


def _checks(user: User) -> list[Tile]:
    """Halls that are due today: of a house in which no duty runs yet nothing is shown."""
    groups = due_now(user, timezone.localdate(), mine=False)
    if not groups:
        return []
    found = {group.period: group for group in groups}
    today = len(found["day"].owed) if "day" in found else 0
    week = len(found["week"].owed) if "week" in found else 0
    return [
        Tile(
            label=_("Halls due for a video check today"),
            value=today,
            base=_("visits due this week: %(n)s") % {"n": number(week)},
            url=f"{reverse('service:due')}?whose=all",
        )
    ]


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
