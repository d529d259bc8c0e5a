"""The demo branch: 大石桥供电分公司 of 营口, through the imports and acts that a user has."""

from .load import clear, load

__all__ = ["clear", "load"]
