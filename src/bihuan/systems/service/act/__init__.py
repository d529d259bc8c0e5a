"""Everything that changes the records of the service evaluation."""

from .calls import end_stage, finish, ring
from .complaints import take
from .draws import Holder, call, publish, substitute, withdraw
from .evaluation import Share, revise_scheme
from .evaluator import device_of, receive, register_device, revoke_device
from .field_control import back_check, decide
from .fieldwork import add_window, move_session, note_refusals
from .findings import drop_finding as drop_survey_finding
from .findings import note_finding
from .halls import keep_hall
from .inspections import correct, inspect, may_inspect, may_sign_off, void
from .meetings import add_finding, drop_finding, keep_meeting, report_meeting
from .plans import attend, finish_item
from .promises import bring, hand_over, promise
from .recordings import listen, match_agent, take_recordings, tell_more
from .scorecards import draft_card, keep_card, put_in_force
from .spotchecks import hear
from .supervision import take_tip, tell_supervisor
from .voice import recalibrate, score

__all__ = [
    "Holder",
    "Share",
    "add_finding",
    "add_window",
    "attend",
    "back_check",
    "bring",
    "call",
    "correct",
    "decide",
    "device_of",
    "draft_card",
    "drop_finding",
    "drop_survey_finding",
    "end_stage",
    "finish",
    "finish_item",
    "hand_over",
    "hear",
    "inspect",
    "keep_card",
    "keep_hall",
    "keep_meeting",
    "listen",
    "match_agent",
    "may_inspect",
    "may_sign_off",
    "move_session",
    "note_finding",
    "note_refusals",
    "promise",
    "publish",
    "put_in_force",
    "recalibrate",
    "receive",
    "register_device",
    "report_meeting",
    "revise_scheme",
    "revoke_device",
    "ring",
    "score",
    "substitute",
    "take",
    "take_recordings",
    "take_tip",
    "tell_more",
    "tell_supervisor",
    "void",
    "withdraw",
]
