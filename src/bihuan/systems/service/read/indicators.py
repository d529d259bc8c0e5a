"""What can feed an evaluation item. A room that measures something adds one line to `FEEDS`.

A feed reads what was found in [first, last) in a unit and below as an `Indicator`: a share with its
successes (`of_share`), or a mean with its sd; None where nothing was found.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import pgettext_lazy

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.models import Unit
from bihuan.kernel.rules.measures.means import summed

from ..models import Hall, Order, Stage
from ..rules.evaluation import Indicator, of_share
from ..system.items import IMPORTED
from .calls import Funnel, complaint_calls, complaints_of, order_calls, orders_of
from .fieldwork import hall_index, halls_index, sessions_index
from .inspections import hall_scores, scores_of_hall
from .voice import agreed_scores

Read = Callable[[Unit, datetime, datetime], Indicator | None]
ReadMany = Callable[[Sequence[Unit], datetime, datetime], Mapping[int, Indicator | None]]
ReadHall = Callable[[Hall, datetime, datetime], Indicator | None]


@dataclass(frozen=True, slots=True)
class Feed:
    """`of_hall` reads the same of one hall, where it is known by hall; `of_units` of many at once, by their
    key, where one statement can."""

    title: StrOrPromise
    read: Read
    of_hall: ReadHall | None = None
    of_units: ReadMany | None = None

    def many(self, units: Sequence[Unit], first: datetime, last: datetime) -> Mapping[int, Indicator | None]:
        """Of each unit and below, by its key."""
        if self.of_units and len(units) > 1:
            return self.of_units(units, first, last)
        return {unit.pk: self.read(unit, first, last) for unit in units}


def satisfied(found: Funnel) -> Indicator | None:
    """The satisfied among those who were reached, one call-back each."""
    return of_share(found.satisfied, found.reached)


def stage_calls(unit: Unit, first: datetime, last: datetime) -> Indicator | None:
    """Call-backs after the stages of a connection that ended then."""
    return satisfied(order_calls(unit, first, last, order__kind=Order.Kind.EXPANSION))


def fault_calls(unit: Unit, first: datetime, last: datetime) -> Indicator | None:
    """First calls after repairs: the recorded second asks the same customer again."""
    return satisfied(order_calls(unit, first, last, stage=Stage.FAULT_1))


def complaint_calls_1(unit: Unit, first: datetime, last: datetime) -> Indicator | None:
    """First call-backs of the complaints that were made then."""
    return satisfied(complaint_calls(unit, first, last))


def _many(of: Callable[..., Mapping[int, Funnel]], **narrow: Any) -> ReadMany:
    def read(units: Sequence[Unit], first: datetime, last: datetime) -> Mapping[int, Indicator | None]:
        return {key: satisfied(found) for key, found in of(units, first, last, **narrow).items()}

    return read


def call_scores(unit: Unit, first: datetime, last: datetime) -> Indicator | None:
    """Scores of drawn calls that were taken then, where the scorers agree: others say nothing."""
    marks = agreed_scores(unit, first, last)
    if not marks:
        return None
    found = summed(marks)
    return Indicator(found.mean, found.n, found.sd)


FEEDS: Mapping[str, Feed] = {
    "stage_calls": Feed(
        pgettext_lazy("feed", "Satisfied in call-backs after a stage"),
        stage_calls,
        of_units=_many(orders_of, order__kind=Order.Kind.EXPANSION),
    ),
    "fault_calls": Feed(
        pgettext_lazy("feed", "Satisfied in call-backs after a repair"),
        fault_calls,
        of_units=_many(orders_of, stage=Stage.FAULT_1),
    ),
    "complaint_calls": Feed(
        pgettext_lazy("feed", "Satisfied in call-backs after a complaint"),
        complaint_calls_1,
        of_units=_many(complaints_of),
    ),
    "hall_scores": Feed(pgettext_lazy("feed", "Scores of inspections of halls"), hall_scores, scores_of_hall),
    "hall_survey": Feed(pgettext_lazy("feed", "Questionnaires in the halls drawn"), halls_index, hall_index),
    "meter_survey": Feed(
        pgettext_lazy("feed", "Questionnaires in meter-reading areas drawn by chance"), sessions_index
    ),
    "call_scores": Feed(pgettext_lazy("feed", "Scores of 95598 calls drawn at random"), call_scores),
}
IMPORTED_TITLE = pgettext_lazy("feed", "Entered or imported figures")


def feed_titles() -> dict[str, StrOrPromise]:
    """Everything that an item can be fed by, in order."""
    return {**{key: feed.title for key, feed in FEEDS.items()}, IMPORTED: IMPORTED_TITLE}
