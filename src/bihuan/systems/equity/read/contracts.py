"""One cohort with what its model says. The discount is of one period, in the words of the page."""

from dataclasses import dataclass

from bihuan.kernel.read.standards import value

from ..models import Cohort
from ..rules.cohorts import Chanced, Renewed, Row, chanced, renewed
from ..rules.purchases import Unfit

AHEAD = 12
MOST_ROWS = 2000
"""Histories of a cohort that a page fits."""


@dataclass(frozen=True, slots=True)
class Contract:
    """`message` says why there is no fit. `worth` of the customers left, minor units, with its interval."""

    cohort: Cohort
    discount: float
    counts: list[tuple[int, int]]
    renewed: Renewed | None = None
    chanced: Chanced | None = None
    message: str = ""
    payment: int | None = None

    @property
    def left(self) -> int:
        return self.counts[-1][1] if self.counts else 0

    @property
    def worth(self) -> tuple[float, float, float] | None:
        """left × payments still to come just before the next renewal × payment."""
        if self.renewed is None or self.payment is None:
            return None
        each = (self.renewed.still, self.renewed.still_low, self.renewed.still_high)
        found = [self.left * one * self.payment for one in each]
        return found[0], found[1], found[2]


def contract(cohort: Cohort, discount: float | None = None, payment: int | None = None) -> Contract:
    """Two queries; the fit is kept by its data, so that a page that is looked at again costs none."""
    rate = float(value("equity.contract.discount")) if discount is None else discount
    if cohort.kind == Cohort.Kind.RENEWALS:
        counts = list(cohort.renewals.order_by("period").values_list("period", "retained"))
        try:
            return Contract(cohort, rate, counts, renewed=_renewed(cohort, rate), payment=payment)
        except Unfit as error:
            return Contract(cohort, rate, counts, message=str(error))
    try:
        return Contract(cohort, rate, [], chanced=chanced(histories(cohort), AHEAD), payment=payment)
    except Unfit as error:
        return Contract(cohort, rate, [], message=str(error))


def standing(cohort: Cohort) -> tuple[int, ...]:
    """How many were left at the start and after each renewal. Raises Unfit where one is missing."""
    counts = list(cohort.renewals.order_by("period").values_list("period", "retained"))
    if [period for period, _left in counts] != list(range(len(counts))):
        raise Unfit("a renewal is missing between the first and the last")
    return tuple(left for _period, left in counts)


def histories(cohort: Cohort) -> tuple[Row, ...]:
    """Of a cohort with chances to buy. Raises Unfit for none, and for more than a fit takes."""
    rows = cohort.occasions.order_by("-x", "-last", "chances")
    told = tuple(rows.values_list("x", "last", "chances", "customers")[: MOST_ROWS + 1])
    if len(told) > MOST_ROWS:
        raise Unfit("the cohort has too many different histories for a page")
    if not told:
        raise Unfit("nobody bought at any chance")
    return told


def _renewed(cohort: Cohort, rate: float) -> Renewed:
    if rate <= 0:
        raise Unfit("the discount must be above 0: without it the value has no end")
    return renewed(standing(cohort), rate, AHEAD)
