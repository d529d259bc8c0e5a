"""Everything that changes the records of the loyalty system."""

from .answers import Told, collect, receive, take_back_treatment, treat
from .asked import AskedElsewhere, asked_elsewhere
from .bounces import BouncesTaken, take_bounces
from .decline import allow, decline
from .draws import commit_arms, open_arms, withdraw_arms
from .huddles import attend, begin, close, decide, finish, hand_on, heard, take_back
from .invite import Asked, invite
from .programmes import join, keep_programme, pause, resume, step
from .send import send_due

__all__ = [
    "Asked",
    "AskedElsewhere",
    "BouncesTaken",
    "Told",
    "allow",
    "asked_elsewhere",
    "attend",
    "begin",
    "close",
    "collect",
    "commit_arms",
    "decide",
    "decline",
    "finish",
    "hand_on",
    "heard",
    "invite",
    "join",
    "keep_programme",
    "open_arms",
    "pause",
    "receive",
    "resume",
    "send_due",
    "step",
    "take_back",
    "take_back_treatment",
    "take_bounces",
    "treat",
    "withdraw_arms",
]
