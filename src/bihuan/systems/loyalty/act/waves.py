"""The wave in which a programme asks: one a quarter, another for what was said unasked."""

from datetime import datetime, timedelta

from django.utils import timezone

from bihuan.kernel.act.surveys import open_wave
from bihuan.kernel.act.surveys.waves import Subject
from bihuan.kernel.locks import hold
from bihuan.kernel.models import Wave
from bihuan.kernel.rules.periods import Period

from ..models import Programme
from ..words import ASKED, UNASKED
from .questionnaires import questionnaire_for

AFTER = timedelta(days=45)
"""Who is asked on the last day still has the time that a code holds."""
OPEN_FOR = timedelta(days=2)


def quarter_of(at: datetime) -> Period:
    """What is said in the same quarter belongs to the same wave."""
    return Period.around(timezone.localdate(at), "quarter")


def wave_for(
    programme: Programme, at: datetime, *, unasked: bool = False, now: datetime | None = None
) -> Wave:
    """The open wave of the quarter that holds `at`; a further one where that is over, as for old answers from
    a file. In the caller's transaction."""
    now = now or timezone.now()
    quarter = quarter_of(at)
    kind = UNASKED if unasked else ASKED
    hold("loyalty.wave")
    rows = Wave.objects.filter(subject_kind=kind, subject_key=programme.code, period=str(quarter))
    found = rows.filter(closed_at=None, closes_at__gt=now + OPEN_FOR).order_by("-pk").first()
    return found or open_wave(
        version=questionnaire_for(programme.unit),
        subject=Subject(kind, programme.code, programme.name),
        unit=programme.unit,
        opens_at=quarter.begin,
        closes_at=max(quarter.end + AFTER, now + AFTER),
        wanted=400,
        user=None,
        period=str(quarter),
    )
