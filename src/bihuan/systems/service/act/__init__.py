"""Everything that changes the records of the service evaluation."""

from .calls import end_stage, finish, ring
from .complaints import take
from .halls import keep_hall

__all__ = ["end_stage", "finish", "keep_hall", "ring", "take"]
