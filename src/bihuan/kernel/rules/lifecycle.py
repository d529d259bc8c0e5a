"""The life of a case: which transition is allowed from where, and who may close it.

opened → notified → accepted → in progress ⇄ waiting → resolved → verifying → closed, with
reopened, rejected, duplicate, merged and void as the other ends (design §4).
"""

from collections.abc import Iterable
from types import MappingProxyType

OPEN = frozenset(
    {"opened", "notified", "accepted", "in_progress", "waiting", "resolved", "verifying", "reopened"}
)
UNFIXED = OPEN - {"resolved", "verifying"}
"""Open and not yet put right: the handler's clock runs (or is paused)."""

TRANSITIONS: MappingProxyType[str, tuple[frozenset[str], str]] = MappingProxyType(
    {
        "notify": (frozenset({"opened"}), "notified"),
        "accept": (frozenset({"opened", "notified", "reopened"}), "accepted"),
        "start": (frozenset({"accepted", "reopened"}), "in_progress"),
        "wait": (frozenset({"accepted", "in_progress", "reopened"}), "waiting"),
        "resume": (frozenset({"waiting"}), "in_progress"),
        "resolve": (frozenset({"accepted", "in_progress", "reopened"}), "verifying"),
        "verify": (frozenset({"resolved", "verifying"}), "closed"),
        "send_back": (frozenset({"resolved", "verifying"}), "reopened"),
        "reopen": (frozenset({"closed"}), "reopened"),
        "reject": (UNFIXED - {"waiting"}, "rejected"),
        "appeal": (frozenset({"rejected"}), "notified"),
        "duplicate": (UNFIXED, "duplicate"),
        "merge": (UNFIXED, "merged"),
        "void": (OPEN, "void"),
    }
)
"""action → (states it starts from, state it leads to)."""


def allowed(state: str) -> tuple[str, ...]:
    """The actions that a state allows, in the order of the life cycle."""
    return tuple(action for action, (sources, _) in TRANSITIONS.items() if state in sources)


def after(action: str, state: str) -> str:
    """The state that an action leads to. Raises ValueError when the state does not allow it."""
    sources, target = TRANSITIONS.get(action, (frozenset(), ""))
    if state not in sources:
        raise ValueError(f"a case that is {state} cannot {action}")
    return target


def may_verify(verifier: int, handlers: Iterable[int], superiors_of_verifier: Iterable[int]) -> bool:
    """Four eyes: who verifies did not handle the case and is not subordinate to who did.

    `superiors_of_verifier`: every account above the verifier, at any distance.
    """
    worked = set(handlers)
    return verifier not in worked and worked.isdisjoint(superiors_of_verifier)
