"""Sample data."""

from .load import clear, load

__all__ = ["clear", "load"]
