"""The demo organisation of customer equity: a bank with card customers."""

from .load import clear, load

__all__ = ["clear", "load"]
