"""Records of the service evaluation. Reads go through `read`, writes through `act`."""

from .halls import Area, Hall, Job, Staff

__all__ = ["Area", "Hall", "Job", "Staff"]
