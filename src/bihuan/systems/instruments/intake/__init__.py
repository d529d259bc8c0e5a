"""From the intake log to the control records: load what the rules need, fold, write what they say."""

from .handler import Handler

__all__ = ["Handler"]
