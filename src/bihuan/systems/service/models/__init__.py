"""Records of the service evaluation. Reads go through `read`, writes through `act`."""

from .evaluator import EvaluatorDevice, EvaluatorRating
from .halls import Area, Hall, Job, Staff

__all__ = ["Area", "EvaluatorDevice", "EvaluatorRating", "Hall", "Job", "Staff"]
