"""Everything that changes the records of customer equity."""

from .orders import judge
from .runs import run_model

__all__ = ["judge", "run_model"]
