"""Everything that changes a case."""

from bihuan.kernel.act.cases.handle import (
    accept,
    assign,
    comment,
    resolve,
    resume,
    start,
    void,
    wait,
)
from bihuan.kernel.act.cases.open import attach, open_case
from bihuan.kernel.act.cases.remind import remind
from bihuan.kernel.act.cases.verify import reopen, send_back, verify

__all__ = [
    "accept",
    "assign",
    "attach",
    "comment",
    "open_case",
    "remind",
    "reopen",
    "resolve",
    "resume",
    "send_back",
    "start",
    "verify",
    "void",
    "wait",
]
