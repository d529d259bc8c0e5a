"""Control records of the kernel. Reads go through `read`, writes through `act`."""

from bihuan.kernel.models.access import ApiToken, LoginAttempt, Role, User
from bihuan.kernel.models.calendar import CalendarDay
from bihuan.kernel.models.cases import (
    Attempt,
    Case,
    CaseLink,
    CaseState,
    Note,
    Severity,
    Task,
    TaskState,
)
from bihuan.kernel.models.causes import Cause
from bihuan.kernel.models.duty import Post, Rung
from bihuan.kernel.models.events import Block, Event
from bihuan.kernel.models.evidence import Evidence, EvidenceAccess
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
from bihuan.kernel.models.standards import Standard
from bihuan.kernel.models.surveys import (
    Keying,
    Question,
    Questionnaire,
    QuestionnaireItem,
    QuestionnaireVersion,
    Reply,
    Sheet,
    Verbatim,
    Wave,
)

__all__ = [
    "ApiToken",
    "Attempt",
    "Block",
    "CalendarDay",
    "Card",
    "Case",
    "CaseLink",
    "CaseState",
    "Cause",
    "Customer",
    "Event",
    "Evidence",
    "EvidenceAccess",
    "FieldTerminal",
    "IntakePosition",
    "Keying",
    "LiveChange",
    "LoginAttempt",
    "Note",
    "Notice",
    "Person",
    "Place",
    "Post",
    "ProcessBeat",
    "Quarantine",
    "Question",
    "Questionnaire",
    "QuestionnaireItem",
    "QuestionnaireVersion",
    "Region",
    "Reply",
    "Role",
    "Rung",
    "Schedule",
    "Severity",
    "Sheet",
    "Standard",
    "Task",
    "TaskState",
    "Unit",
    "User",
    "Verbatim",
    "Wave",
]
