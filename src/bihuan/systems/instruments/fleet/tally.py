"""What was sent, what was acknowledged, how long it took."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

KEPT = 200_000
"""Latencies that are kept: more would only fill the memory."""


@dataclass(slots=True)
class Tally:
    sent: Counter[str] = field(default_factory=Counter)
    """Messages that reached a connection, by kind; each try of a repeated one counts."""
    acknowledged: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    """Not sent, on purpose."""
    dropped: Counter[str] = field(default_factory=Counter)
    """Too old by the time the server could be reached: a swipe is told by the journal."""
    failures: int = 0
    """Connections that failed."""
    rosters: int = 0
    latencies_s: list[float] = field(default_factory=list)

    def took(self, seconds: float) -> None:
        if len(self.latencies_s) < KEPT:
            self.latencies_s.append(seconds)

    def result(self) -> dict[str, Any]:
        return {
            "sent": dict(sorted(self.sent.items())),
            "acknowledged": sum(self.acknowledged.values()),
            "acknowledged_by_kind": dict(sorted(self.acknowledged.items())),
            "lost_on_purpose": sum(self.lost.values()),
            "dropped": sum(self.dropped.values()),
            "failures": self.failures,
            "rosters": self.rosters,
            "latency_ms": {
                "n": len(self.latencies_s),
                "p50": _milliseconds(self.latencies_s, 0.50),
                "p99": _milliseconds(self.latencies_s, 0.99),
            },
        }


def _milliseconds(values: Sequence[float], share: float) -> float | None:
    """Nearest rank; None of nothing."""
    if not values:
        return None
    ranked = sorted(values)
    return round(1000 * ranked[min(int(share * len(ranked)), len(ranked) - 1)], 3)
