"""Records of the service evaluation. Reads go through `read`, writes through `act`."""

from .complaints import Complaint
from .evaluation import ExternalIndex, Item, Reading, Scheme, Weight
from .halls import Area, Hall, Job, Staff
from .orders import Call, Order, Ring, Stage
from .plans import Attendance, CauseAlarm, PlanItem, Training
from .spotchecks import SpotCheck, SpotItem, SpotState
from .supervision import Supervisor, Tip

__all__ = [
    "Area",
    "Attendance",
    "Call",
    "CauseAlarm",
    "Complaint",
    "ExternalIndex",
    "Hall",
    "Item",
    "Job",
    "Order",
    "PlanItem",
    "Reading",
    "Ring",
    "Scheme",
    "SpotCheck",
    "SpotItem",
    "SpotState",
    "Staff",
    "Stage",
    "Supervisor",
    "Tip",
    "Training",
    "Weight",
]
