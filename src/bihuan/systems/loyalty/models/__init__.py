"""What the loyalty system keeps beside the kernel's cases, waves and improvements."""

from .draws import ArmDraw
from .growth import GrowthYear
from .huddles import Attendance, Borrowed, Decision, Hearing, Huddle
from .journey import JourneyStage, Touchpoint
from .programmes import Arm, Frame, Member, Programme, Step
from .survey import UNSOLICITED, Answer, Channel, Declined, Invitation, Reason, Treatment

__all__ = [
    "UNSOLICITED",
    "Answer",
    "Arm",
    "ArmDraw",
    "Attendance",
    "Borrowed",
    "Channel",
    "Decision",
    "Declined",
    "Frame",
    "GrowthYear",
    "Hearing",
    "Huddle",
    "Invitation",
    "JourneyStage",
    "Member",
    "Programme",
    "Reason",
    "Step",
    "Touchpoint",
    "Treatment",
]
