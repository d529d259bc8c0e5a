"""The figures of a unit or hall by item in a quarter, and the index that they make."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from bihuan.kernel.models import Unit
from bihuan.kernel.read.standards import value

from ..models import Hall, Item, Reading, Scheme, Weight
from ..rules.evaluation import Composite, Indicator, Part, composite, pooled
from ..rules.quarters import Quarter
from ..system.items import IMPORTED
from .indicators import FEEDS

LIMIT, SMALLEST = "service.index.missing", "service.rank.smallest"
Subject = Unit | Hall


@dataclass(frozen=True, slots=True)
class Line:
    """One item of the scheme: its weight, what its figure comes from, and what that says of the subject."""

    item: Item
    weight: Decimal
    feed: str
    indicator: Indicator | None

    @property
    def part(self) -> Part:
        return Part(self.item.key, self.weight, bool(self.feed), self.indicator)


@dataclass(frozen=True, slots=True)
class Evaluation:
    quarter: Quarter
    scheme: Scheme
    lines: list[Line]
    index: Composite


def scheme_on(day: date) -> Scheme | None:
    """The newest version that was valid then; the first one holds for earlier days as well."""
    rows = Scheme.objects.order_by("-valid_from", "-version")
    return rows.filter(valid_from__lte=day).first() or rows.last()


def weights_of(scheme: Scheme) -> list[Weight]:
    """Every item that there is: one that the scheme does not name has no weight and no method."""
    named = {row.item_id: row for row in scheme.weights.select_related("item")}
    return [
        named.get(item.pk) or Weight(scheme=scheme, item=item, weight=Decimal(0), feed="")
        for item in Item.objects.all()
    ]


def smallest(quarter: Quarter) -> int:
    return int(value(SMALLEST, quarter.last))


def limit(quarter: Quarter) -> Decimal:
    return value(LIMIT, quarter.last)


def evaluate(subject: Subject, quarter: Quarter) -> Evaluation | None:
    """None before there is a scheme."""
    scheme = scheme_on(quarter.last)
    if scheme is None:
        return None
    lines = lines_of([subject], weights_of(scheme), quarter)[subject.pk]
    return Evaluation(quarter, scheme, lines, composite([line.part for line in lines], limit(quarter)))


def lines_of(
    subjects: Iterable[Subject], weights: Iterable[Weight], quarter: Quarter
) -> dict[int, list[Line]]:
    """Lines of many subjects of one kind, by their key.

    Where a feed found nothing of a subject the entered figure stands, and its line says so: a branch that
    does not work here yet, or did not then, is ranked by what it handed in.
    """
    every, rows = list(subjects), list(weights)
    span = quarter.span(timezone.get_current_timezone())
    found: dict[int, list[Line]] = {subject.pk: [] for subject in every}
    for row in rows:
        known = measured(row.feed, every, *span)
        lacking = [subject for subject in every if row.feed and known[subject.pk] is None]
        figures = entered(lacking, row.item, quarter) if lacking else {}
        for subject in every:
            figure = figures.get(subject.pk)
            feed = row.feed if figure is None else IMPORTED
            found[subject.pk].append(
                Line(row.item, row.weight, feed, known[subject.pk] if figure is None else figure)
            )
    return found


def measured(
    feed: str, subjects: Sequence[Subject], first: datetime, last: datetime
) -> Mapping[int, Indicator | None]:
    """What a feed says of each; a hall has a figure only of what is known by hall."""
    found = FEEDS.get(feed)
    halls = [each for each in subjects if isinstance(each, Hall)]
    units = [each for each in subjects if isinstance(each, Unit)]
    if found is None or (halls and not found.of_hall):
        return {each.pk: None for each in subjects}
    if halls and found.of_hall:
        return {hall.pk: found.of_hall(hall, first, last) for hall in halls}
    return found.many(units, first, last)


def entered(subjects: Iterable[Subject], item: Item, quarter: Quarter) -> dict[int, Indicator]:
    """Entered figures by subject. A unit without one of its own gets that of its halls, by their visitors."""
    every = list(subjects)
    rows = Reading.objects.filter(item=item, quarter=str(quarter))
    if every and isinstance(every[0], Hall):
        own = rows.filter(hall__in=[hall.pk for hall in every])
        return {row.hall_id: as_indicator(row) for row in own if row.hall_id}
    found = {row.unit_id: as_indicator(row) for row in rows.filter(hall=None)}
    halls = [row for row in rows.exclude(hall=None).select_related("hall__place__unit") if row.hall]
    for unit in every:
        if isinstance(unit, Unit) and unit.pk not in found:
            below = [row for row in halls if row.hall and row.hall.place.unit.path.startswith(unit.path)]
            together = pooled([(row.hall.footfall, as_indicator(row)) for row in below if row.hall])
            if together:
                found[unit.pk] = together
    return found


def as_indicator(row: Reading) -> Indicator:
    return Indicator(row.value, row.n, None if row.sd is None else float(row.sd))
