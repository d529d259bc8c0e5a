"""The one line of the director's first screen: the score, what it rests on, and whether it changed."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from bihuan.kernel.models import User
from bihuan.kernel.rules.measures.interval import Interval
from bihuan.kernel.rules.measures.nps import needed_to_compare
from bihuan.kernel.rules.measures.nps import reading as reading_of
from bihuan.kernel.rules.measures.standing import Standing as How
from bihuan.kernel.rules.periods import Period

from .scores import score


@dataclass(frozen=True, slots=True)
class Standing:
    """`nps` and `interval` None below 10 answers; `change`, its interval and `p` None where either period has
    no score. `standing` is withheld, tentative (10 to 29 answers) or firm."""

    period: Period
    n: int
    standing: str
    nps: float | None
    interval: Interval | None
    n_before: int
    nps_before: float | None
    change: float | None
    """Raw score less the raw score before; its interval and p come from the adjusted counts."""
    change_interval: Interval | None
    p: float | None
    significant: bool
    needed: int
    """Answers in each of two periods that would show a change of 10 points."""


def standing(user: User, today: date | None = None) -> Standing:
    """Of the account's units, all programmes together: the quarter that ended last where the running one has
    no firm score yet, else the running one; against the quarter before it."""
    running = Period.around(today or timezone.localdate(), "quarter")
    found = score(None, user.unit, running)
    if found.reading.standing is not How.FIRM:
        earlier = score(None, user.unit, running.previous)
        if earlier.answers.n > found.answers.n:
            found = earlier
    change = found.change
    return Standing(
        period=found.period,
        n=found.reading.n,
        standing=found.reading.standing.value,
        nps=found.reading.score,
        interval=found.reading.interval,
        n_before=found.before.n,
        nps_before=reading_of(found.before).score,
        change=change.points if change else None,
        change_interval=change.test.interval if change else None,
        p=change.test.p if change else None,
        significant=bool(change and change.detected),
        needed=needed_to_compare(10),
    )
