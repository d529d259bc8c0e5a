"""When a terminal's `request` has news, and what they are (A8, A9)."""

from bihuan_edge.roster import encode

from .facts import Directory, InstrumentFacts


def answer(directory: Directory, facts: InstrumentFacts, delivered: int | None) -> bytes:
    """Return the roster for one instrument, or nothing at all when its terminal has this version."""
    if delivered is not None and delivered >= facts.roster_version:
        return b""
    return encode(directory.roster(facts.code), facts.roster_version, facts.encoding)
