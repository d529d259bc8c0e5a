"""Which identifiers an instrument can have: those that the wire can carry."""

from typing import Final

from bihuan_edge.header import Verdict, read_header
from bihuan_edge.messages import Kind

LONGEST: Final = 32
PAGES: Final = frozenset(
    {
        *("alarms", "density", "export", "import", "journals", "list", "maintenance", "new", "orphans"),
        *("permits", "photos", "save-view", "sessions", "unknown"),
    }
)
"""First parts of addresses that belong to other pages of this system."""


def speakable(code: str) -> bool:
    """Whether a terminal with this ID is understood: the protocol's own reader decides.

    Letters, digits, `_ . -` or Han, at most 32; not a keyword, not beginning with `socketshutdown`.
    """
    found = read_header(f"{code},heartbeat".encode())
    return (found.verdict, found.kind, found.terminal) == (Verdict.MESSAGE, Kind.HEARTBEAT, code)


def takes_a_page(code: str) -> bool:
    """Whether the instrument's page would have the address of another page."""
    return code.casefold() in PAGES
