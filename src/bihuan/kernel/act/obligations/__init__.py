"""Recurring duties: made from standards, fulfilled by records, missed by the clock."""

from bihuan.kernel.act.obligations.fulfil import fulfil, withdraw
from bihuan.kernel.act.obligations.generate import begin, generate
from bihuan.kernel.act.obligations.miss import fire
from bihuan.kernel.act.obligations.recompute import recompute

__all__ = ["begin", "fire", "fulfil", "generate", "recompute", "withdraw"]
