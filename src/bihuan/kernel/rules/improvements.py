"""The life of an improvement: proposed → planned → running → done → tested, or dropped on the way."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType

from bihuan.kernel.rules.calendar import Calendar
from bihuan.kernel.rules.reporting import month_later

LIVE = frozenset({"proposed", "planned", "running"})
"""Further cases of the cause still join it; a done one leaves what comes later to be counted."""

TRANSITIONS: MappingProxyType[str, tuple[frozenset[str], str]] = MappingProxyType(
    {
        "plan": (frozenset({"proposed", "planned"}), "planned"),
        "start": (frozenset({"planned"}), "running"),
        "finish": (frozenset({"running"}), "done"),
        "conclude": (frozenset({"done"}), "tested"),
        "go_on": (frozenset({"done", "tested"}), "running"),
        "drop": (LIVE, "dropped"),
    }
)
"""action → (states it starts from, state it leads to)."""
WARNING_DAYS = 3
"""Working days before something is due on which its owner is reminded."""
MORNING = time(8, 30)


def after(action: str, state: str) -> str:
    """The state that an action leads to. Raises ValueError when the state does not allow it."""
    sources, target = TRANSITIONS.get(action, (frozenset(), ""))
    if state not in sources:
        raise ValueError(f"an improvement that is {state} cannot {action}")
    return target


def allowed(state: str) -> tuple[str, ...]:
    """The actions that a state allows, in the order of the life cycle."""
    return tuple(action for action, (sources, _) in TRANSITIONS.items() if state in sources)


@dataclass(frozen=True, slots=True)
class Spans:
    """The days that are compared, each end included; what happened during the remedies is in neither."""

    before_from: date
    before_to: date
    after_from: date
    after_to: date

    def days_before(self, observed_from: date) -> int:
        """Exposure before; days of which this house has no records do not count."""
        return max((self.before_to - max(self.before_from, observed_from)).days + 1, 0)

    @property
    def days_after(self) -> int:
        return (self.after_to - self.after_from).days + 1


def spans(started_on: date, ended_on: date, months: int) -> Spans:
    """So many months before the first day of the remedies, and after their last."""
    day = timedelta(days=1)
    return Spans(
        month_later(started_on, -months, started_on.day),
        started_on - day,
        ended_on + day,
        month_later(ended_on, months, ended_on.day),
    )


def warn_at(calendar: Calendar, due_at: datetime) -> datetime:
    """The morning of the third working day before the day on which something is due."""
    day = calendar.local_date(due_at)
    for _ in range(WARNING_DAYS):
        day = calendar.previous_workday(day)
    return datetime.combine(day, MORNING, tzinfo=calendar.zone)
