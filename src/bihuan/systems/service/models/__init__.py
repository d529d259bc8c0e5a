"""Records of the service evaluation. Reads go through `read`, writes through `act`."""

from .complaints import Complaint
from .evaluation import ExternalIndex, Item, Reading, Scheme, Weight
from .halls import Area, Hall, Job, Staff
from .orders import Call, Order, Ring, Stage

__all__ = [
    "Area",
    "Call",
    "Complaint",
    "ExternalIndex",
    "Hall",
    "Item",
    "Job",
    "Order",
    "Reading",
    "Ring",
    "Scheme",
    "Staff",
    "Stage",
    "Weight",
]
