"""Everything that changes the records of the loyalty system."""

from .answers import Told, collect, receive, take_back_treatment, treat
from .huddles import attend, begin, close, decide, finish, hand_on, heard, take_back
from .invite import Asked, invite
from .programmes import join, keep_programme, step
from .send import send_due

__all__ = [
    "Asked",
    "Told",
    "attend",
    "begin",
    "close",
    "collect",
    "decide",
    "finish",
    "hand_on",
    "heard",
    "invite",
    "join",
    "keep_programme",
    "receive",
    "send_due",
    "step",
    "take_back",
    "take_back_treatment",
    "treat",
]
