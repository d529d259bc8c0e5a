"""Once a day: does a programme fade? Each sign is one case a month, told to the programme's leader."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_noop

from bihuan.kernel.act.cases import open_case
from bihuan.kernel.act.cases.open import Breach
from bihuan.kernel.act.notices import tell
from bihuan.kernel.models import Unit
from bihuan.kernel.read.duty import holder, nearest
from bihuan.kernel.read.standards import value
from bihuan.kernel.rules.periods import Period

from ..models import Programme
from ..read.adoption import pulse
from ..read.ledger import signs_of
from ..read.programmes import RUNNING
from ..rules.vitality import Rate, fall

WHAT = {
    "response": gettext_noop("fewer of those invited answer"),
    "closing": gettext_noop("fewer calls come in time"),
    "gaming": gettext_noop("signs of made-up scores"),
}


def weigh(*, now: datetime) -> None:
    for programme in Programme.objects.filter(stage__in=RUNNING).select_related("unit", "leader"):
        month = f"{timezone.localdate(now):%Y-%m}"
        for what, unit, payload in _found(programme, now):
            case, fresh = open_case(
                breach=Breach(
                    kind="loyalty_alarm",
                    subject=f"{programme.code}:{what}:{unit.code}",
                    subject_name=f"{programme.name} · {unit.name}"[:120],
                    episode=month,
                    at=now,
                    unit=unit,
                    owner=programme.leader or holder("loyalty_leader", unit),
                ),
                what=what,
                **payload,
            )
            leader = programme.leader or holder("loyalty_leader", unit) or nearest("director", unit)
            if fresh and leader:
                tell(
                    user=leader,
                    key="loyalty.alarm",
                    at=now,
                    case=case,
                    programme=programme.name,
                    what=WHAT[what],
                )


Alarm = tuple[str, Unit, dict[str, str | int | float | bool | list[str] | None]]


def _found(programme: Programme, now: datetime) -> Iterator[Alarm]:
    today = timezone.localdate(now)
    least = int(value("loyalty.alarm.least", now))
    days = int(value("loyalty.alarm.days", now))
    beat = pulse(programme, today, days, now)
    for what, (before, after) in (("response", beat.response), ("closing", beat.closing)):
        found = fall(before, after, least)
        if found:
            yield (
                what,
                programme.unit,
                {"before": _said(before), "after": _said(after), "p": round(found.p, 4)},
            )
    period = Period.around(today - timedelta(days=1), "month")
    units: dict[int, list[str]] = {}
    for sign in signs_of(programme, programme.unit, period):
        units.setdefault(sign.unit, []).append(
            f"{sign.rule} {sign.seen:.3g} (limit {sign.limit:.3g}, n {sign.n})"
        )
    for unit in Unit.objects.filter(pk__in=units):
        yield "gaming", unit, {"signs": units[unit.pk]}


def _said(rate: Rate) -> str:
    return f"{rate.hits}/{rate.n}"
