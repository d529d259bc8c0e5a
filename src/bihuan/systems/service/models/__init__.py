"""Records of the service evaluation. Reads go through `read`, writes through `act`."""

from .complaints import Complaint
from .draws import Draw, DrawKind, Party, Substitution
from .evaluation import ExternalIndex, Item, Reading, Scheme, Weight
from .evaluator import EvaluatorDevice, EvaluatorRating
from .fieldwork import (
    AskingWindow,
    BackCheck,
    Fieldwork,
    Refusal,
    SheetCheck,
    SurveyFinding,
    Verdict,
)
from .halls import Area, Hall, HallDay, Job, Staff
from .inspections import Inspection, InspectionKind, InspectionPhoto, InspectionRemark
from .orders import Call, Order, Ring, Stage
from .plans import Attendance, CauseAlarm, PlanItem, Training
from .scorecards import CardSubject, Scorecard, ScorecardItem
from .spotchecks import SpotCheck, SpotItem, SpotState
from .supervision import Supervisor, Tip
from .voice import CallScore, Recording, Review, ReviewFinding, ReviewMeeting, Source

__all__ = [
    "Area",
    "AskingWindow",
    "Attendance",
    "BackCheck",
    "Call",
    "CallScore",
    "CardSubject",
    "CauseAlarm",
    "Complaint",
    "Draw",
    "DrawKind",
    "EvaluatorDevice",
    "EvaluatorRating",
    "ExternalIndex",
    "Fieldwork",
    "Hall",
    "HallDay",
    "Inspection",
    "InspectionKind",
    "InspectionPhoto",
    "InspectionRemark",
    "Item",
    "Job",
    "Order",
    "Party",
    "PlanItem",
    "Reading",
    "Recording",
    "Refusal",
    "Review",
    "ReviewFinding",
    "ReviewMeeting",
    "Ring",
    "Scheme",
    "Scorecard",
    "ScorecardItem",
    "SheetCheck",
    "Source",
    "SpotCheck",
    "SpotItem",
    "SpotState",
    "Staff",
    "Stage",
    "Substitution",
    "Supervisor",
    "SurveyFinding",
    "Tip",
    "Training",
    "Verdict",
    "Weight",
]
