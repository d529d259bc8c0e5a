"""Everything that changes a case."""

from bihuan.kernel.act.cases.calls import attempt, call_back, hand_over
from bihuan.kernel.act.cases.handle import (
    accept,
    appeal,
    assign,
    comment,
    reject,
    resolve,
    resume,
    retarget,
    start,
    void,
    wait,
)
from bihuan.kernel.act.cases.links import caused_by, duplicate, follow_up, merge
from bihuan.kernel.act.cases.open import attach, open_case
from bihuan.kernel.act.cases.remind import remind, remind_task
from bihuan.kernel.act.cases.verify import reopen, send_back, verify

__all__ = [
    "accept",
    "appeal",
    "assign",
    "attach",
    "attempt",
    "call_back",
    "caused_by",
    "comment",
    "duplicate",
    "follow_up",
    "hand_over",
    "merge",
    "open_case",
    "reject",
    "remind",
    "remind_task",
    "reopen",
    "resolve",
    "resume",
    "retarget",
    "send_back",
    "start",
    "verify",
    "void",
    "wait",
]
