"""What each role may do. Which rows it may do it to is the unit tree's business."""

from types import MappingProxyType

VERBS = (
    "see",
    "handle",
    "verify",
    "assign",
    "void",
    "report",
    "open_photo",
    "personal",
    "edit",
    "import",
    "standards",
    "calendar",
    "accounts",
    "audit",
    "erase",
)

_VIEWER = frozenset({"see"})
_OWNER = _VIEWER | {"handle", "verify", "open_photo", "personal"}
_MANAGER = _OWNER | {"assign", "void", "report", "edit", "import"}
_DIRECTOR = _MANAGER | {"standards", "calendar", "audit"}
_ADMINISTRATOR = frozenset(VERBS) - {"open_photo", "personal"}

ROLES = MappingProxyType(
    {
        "viewer": _VIEWER,
        "owner": _OWNER,
        "manager": _MANAGER,
        "director": _DIRECTOR,
        "administrator": _ADMINISTRATOR,
    }
)
"""An administrator runs the system and looks neither at alarm photos nor at what customers say of themselves:
least privilege."""


def may(role: str, verb: str) -> bool:
    """True when the role includes the verb. Raises ValueError for a verb that does not exist."""
    if verb not in VERBS:
        raise ValueError(f"no such permission: {verb}")
    return verb in ROLES.get(role, frozenset())
