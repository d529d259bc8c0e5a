"""Everything that changes the records of customer equity."""

from .consents import give, withdraw, withdraw_all
from .coupons import redeem
from .offers import plan, send, send_round, stop
from .orders import judge
from .runs import run_model

__all__ = [
    "give",
    "judge",
    "plan",
    "redeem",
    "run_model",
    "send",
    "send_round",
    "stop",
    "withdraw",
    "withdraw_all",
]
