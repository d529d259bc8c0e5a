"""What an obligation asks in one period, by the standards and the calendar as they are now."""

from dataclasses import dataclass
from datetime import date

from bihuan.kernel.manifest import ObligationSpec
from bihuan.kernel.models import Obligation, Standard
from bihuan.kernel.read.standards import value, version_on
from bihuan.kernel.rules.calendar import Calendar
from bihuan.kernel.rules.quota import Quota, fair, quota
from bihuan.kernel.rules.recurrence import Span


@dataclass(frozen=True, slots=True)
class Terms:
    """One look for all rows of a period."""

    calendar: Calendar
    period: Span
    standard: Standard
    all_year: bool
    quota: Quota

    def waived(self, begun_on: date) -> str:
        """Why a subject that joins on that day owes nothing in this period; empty: it does."""
        if self.quota.waived:
            return self.quota.waived
        late = not fair(self.calendar, self.period, begun_on, all_year=self.all_year)
        return str(Obligation.Reason.BEGUN) if late else ""


def terms(spec: ObligationSpec, period: Span, calendar: Calendar) -> Terms:
    """A standard that is revised within a period holds from the next one on."""
    standard = version_on(spec.standard, period.first)
    all_year = bool(spec.all_year and value(spec.all_year, period.first))
    asked = quota(calendar, period, int(standard.value), all_year=all_year, prorated=spec.prorated)
    return Terms(calendar, period, standard, all_year, asked)
