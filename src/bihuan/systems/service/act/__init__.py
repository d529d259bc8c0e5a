"""Everything that changes the records of the service evaluation."""

from .calls import end_stage, finish, ring
from .complaints import take
from .halls import keep_hall
from .plans import attend, finish_item
from .spotchecks import hear
from .supervision import take_tip, tell_supervisor

__all__ = [
    "attend",
    "end_stage",
    "finish",
    "finish_item",
    "hear",
    "keep_hall",
    "ring",
    "take",
    "take_tip",
    "tell_supervisor",
]
