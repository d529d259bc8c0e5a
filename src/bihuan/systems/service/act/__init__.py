"""Everything that changes the records of the service evaluation."""

from .halls import keep_hall

__all__ = ["keep_hall"]
