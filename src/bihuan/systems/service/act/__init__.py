"""Everything that changes the records of the service evaluation."""

from .calls import end_stage, finish, ring
from .complaints import take
from .evaluation import Share, revise_scheme
from .halls import keep_hall
from .plans import attend, finish_item
from .spotchecks import hear
from .supervision import take_tip, tell_supervisor

__all__ = [
    "Share",
    "attend",
    "end_stage",
    "finish",
    "finish_item",
    "hear",
    "keep_hall",
    "revise_scheme",
    "ring",
    "take",
    "take_tip",
    "tell_supervisor",
]
