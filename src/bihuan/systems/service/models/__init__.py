"""Records of the service evaluation. Reads go through `read`, writes through `act`."""

from .complaints import Complaint
from .halls import Area, Hall, Job, Staff
from .orders import Call, Order, Ring, Stage

__all__ = ["Area", "Call", "Complaint", "Hall", "Job", "Order", "Ring", "Staff", "Stage"]
