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
from bihuan.kernel.models.channels import AllowedAddress, Channel, ChannelKind, Delivery
from bihuan.kernel.models.duty import Post, Rung
from bihuan.kernel.models.events import Block, Event
from bihuan.kernel.models.evidence import Evidence, EvidenceAccess
from bihuan.kernel.models.improvements import (
    EffectTest,
    Improvement,
    ImprovementCase,
    ImprovementState,
    Outcome,
    Remark,
    Remedy,
    RemedyState,
)
from bihuan.kernel.models.jobs import Job, JobState
from bihuan.kernel.models.looks import CustomerListLook, CustomerLook
from bihuan.kernel.models.machinery import (
    FieldTerminal,
    IntakePosition,
    LiveChange,
    ProcessBeat,
    Quarantine,
    Schedule,
)
from bihuan.kernel.models.notices import Notice
from bihuan.kernel.models.obligations import (
    Fulfilment,
    Obligation,
    ObligationRun,
    ObligationState,
)
from bihuan.kernel.models.organisation import Place, Region, Unit
from bihuan.kernel.models.people import Card, Customer, Person
from bihuan.kernel.models.reports import Publication, Report, ReportState, ReportVersion
from bihuan.kernel.models.standards import Standard
from bihuan.kernel.models.strategy import Aim, AimIndicator, AimMeasure, AimReview, Verdict
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
    "Aim",
    "AimIndicator",
    "AimMeasure",
    "AimReview",
    "AllowedAddress",
    "ApiToken",
    "Attempt",
    "Block",
    "CalendarDay",
    "Card",
    "Case",
    "CaseLink",
    "CaseState",
    "Cause",
    "Channel",
    "ChannelKind",
    "Customer",
    "CustomerListLook",
    "CustomerLook",
    "Delivery",
    "EffectTest",
    "Event",
    "Evidence",
    "EvidenceAccess",
    "FieldTerminal",
    "Fulfilment",
    "Improvement",
    "ImprovementCase",
    "ImprovementState",
    "IntakePosition",
    "Job",
    "JobState",
    "Keying",
    "LiveChange",
    "LoginAttempt",
    "Note",
    "Notice",
    "Obligation",
    "ObligationRun",
    "ObligationState",
    "Outcome",
    "Person",
    "Place",
    "Post",
    "ProcessBeat",
    "Publication",
    "Quarantine",
    "Question",
    "Questionnaire",
    "QuestionnaireItem",
    "QuestionnaireVersion",
    "Region",
    "Remark",
    "Remedy",
    "RemedyState",
    "Reply",
    "Report",
    "ReportState",
    "ReportVersion",
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
    "Verdict",
    "Wave",
]
