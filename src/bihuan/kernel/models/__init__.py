"""Control records of the kernel. Reads go through `read`, writes through `act`."""

from bihuan.kernel.models.access import ApiToken, LoginAttempt, Role, User
from bihuan.kernel.models.calendar import CalendarDay
from bihuan.kernel.models.cases import Case, CaseState, Note, Severity, Task, TaskState
from bihuan.kernel.models.events import Block, Event
from bihuan.kernel.models.evidence import Evidence, EvidenceAccess
from bihuan.kernel.models.jobs import Job, JobState
from bihuan.kernel.models.machinery import (
    FieldTerminal,
    IntakePosition,
    LiveChange,
    ProcessBeat,
    Quarantine,
    Schedule,
)
from bihuan.kernel.models.notices import Notice
from bihuan.kernel.models.organisation import Place, Region, Unit
from bihuan.kernel.models.people import Card, Customer, Person
from bihuan.kernel.models.reports import Publication, Report, ReportState, ReportVersion
from bihuan.kernel.models.standards import Standard

__all__ = [
    "ApiToken",
    "Block",
    "CalendarDay",
    "Card",
    "Case",
    "CaseState",
    "Customer",
    "Event",
    "Evidence",
    "EvidenceAccess",
    "FieldTerminal",
    "IntakePosition",
    "Job",
    "JobState",
    "LiveChange",
    "LoginAttempt",
    "Note",
    "Notice",
    "Person",
    "Place",
    "ProcessBeat",
    "Publication",
    "Quarantine",
    "Region",
    "Report",
    "ReportState",
    "ReportVersion",
    "Role",
    "Schedule",
    "Severity",
    "Standard",
    "Task",
    "TaskState",
    "Unit",
    "User",
]
