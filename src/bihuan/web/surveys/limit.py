"""Guessing codes is slowed down. In memory: the pages are one process, and a restart forgives."""

import time
from ipaddress import ip_address, ip_network
from threading import Lock

MISSES = 20
WITHIN_S = 600.0
REMEMBERED = 10_000


class Misses:
    """Wrong codes by network. Right ones are never counted: a whole hall may share one address."""

    def __init__(self, most: int = MISSES) -> None:
        self._most = most
        self._found: dict[str, tuple[float, int]] = {}
        self._lock = Lock()

    def blocked(self, address: str | None, now: float | None = None) -> bool:
        began, count = self._found.get(network(address), (0.0, 0))
        return count >= self._most and (now or time.monotonic()) - began < WITHIN_S

    def note(self, address: str | None, now: float | None = None) -> None:
        at = now or time.monotonic()
        with self._lock:
            if len(self._found) >= REMEMBERED:
                self._found = {key: one for key, one in self._found.items() if at - one[0] < WITHIN_S}
            if len(self._found) >= REMEMBERED:
                self._found.clear()
            began, count = self._found.get(network(address), (at, 0))
            fresh = at - began >= WITHIN_S
            self._found[network(address)] = (at, 1) if fresh else (began, count + 1)

    def forget(self) -> None:
        self._found.clear()


def network(address: str | None) -> str:
    """An IPv4 address, or the /64 that one subscriber has of IPv6."""
    if not address:
        return ""
    found = ip_address(address)
    return str(found) if found.version == 4 else str(ip_network(f"{address}/64", strict=False))


MISSED = Misses()
