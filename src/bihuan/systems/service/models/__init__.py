"""Records of the service evaluation. Reads go through `read`, writes through `act`."""

from .complaints import Complaint
from .draws import Draw, DrawKind, Substitution
from .halls import Area, Hall, Job, Staff
from .orders import Call, Order, Ring, Stage
from .scorecards import CardSubject, Scorecard, ScorecardItem
from .voice import CallScore, Recording, Review, ReviewFinding, ReviewMeeting, Source

__all__ = [
    "Area",
    "Call",
    "CallScore",
    "CardSubject",
    "Complaint",
    "Draw",
    "DrawKind",
    "Hall",
    "Job",
    "Order",
    "Recording",
    "Review",
    "ReviewFinding",
    "ReviewMeeting",
    "Ring",
    "Scorecard",
    "ScorecardItem",
    "Source",
    "Staff",
    "Stage",
    "Substitution",
]
