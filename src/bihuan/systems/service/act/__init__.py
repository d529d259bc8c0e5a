"""Everything that changes the records of the service evaluation."""

from .evaluator import device_of, receive, register_device, revoke_device
from .halls import keep_hall

__all__ = ["device_of", "keep_hall", "receive", "register_device", "revoke_device"]
