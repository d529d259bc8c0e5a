from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    check: str
    ok: bool
    detail: str
    cure: str = ""
    """What to do, in one sentence; empty where nothing is wrong."""


Check = Callable[[], Finding]


def examined(checks: Iterable[tuple[str, Check]]) -> list[Finding]:
    """Every finding; a check that cannot be made is a finding too."""
    return [_look(name, check) for name, check in checks]


def _look(name: str, check: Check) -> Finding:
    try:
        return check()
    except Exception as error:
        text = " ".join(str(error).split()) or type(error).__name__
        return Finding(name, False, f"cannot be examined: {text}", "put the other findings right first")
