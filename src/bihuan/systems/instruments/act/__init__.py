"""Writes of the instruments that people make; what terminals report is written by `intake`."""

from .forget import erase
from .registry import (
    adopt,
    archive,
    authorise,
    create,
    edit,
    revoke,
    set_maintenance,
    unarchive,
)
from .roster import arm, people_changed, publish, roster_of
from .service import open_due, record_service
from .tray import attach_photo, settle_orphan

__all__ = [
    "adopt",
    "archive",
    "arm",
    "attach_photo",
    "authorise",
    "create",
    "edit",
    "erase",
    "open_due",
    "people_changed",
    "publish",
    "record_service",
    "revoke",
    "roster_of",
    "set_maintenance",
    "settle_orphan",
    "unarchive",
]
