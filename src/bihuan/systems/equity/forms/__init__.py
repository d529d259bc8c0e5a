"""What people fill in."""

from .measures import MeasureForm, RunForm

__all__ = ["MeasureForm", "RunForm"]
