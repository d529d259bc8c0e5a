"""Everything that changes the records of the service evaluation."""

from .calls import end_stage, finish, ring
from .complaints import take
from .evaluation import Share, revise_scheme
from .halls import keep_hall

__all__ = ["Share", "end_stage", "finish", "keep_hall", "revise_scheme", "ring", "take"]
