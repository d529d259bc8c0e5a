"""So many a minute: what comes beyond is only counted."""

WINDOW_S = 60.0
KEYS_MOST = 10_000


class Quota:
    """At most `most` in each minute, on any clock that only goes forward."""

    __slots__ = ("_ends_at", "_left", "most")

    def __init__(self, most: int) -> None:
        self.most = most
        self._left = 0
        self._ends_at = 0.0

    def take(self, now: float) -> bool:
        if now >= self._ends_at:
            self._left, self._ends_at = self.most, now + WINDOW_S
        if self._left <= 0:
            return False
        self._left -= 1
        return True


class Quotas:
    """One quota a key; all start anew together, so that no key is remembered for long."""

    __slots__ = ("_ends_at", "_used", "most")

    def __init__(self, most: int) -> None:
        self.most = most
        self._used: dict[str, int] = {}
        self._ends_at = 0.0

    def take(self, key: str, now: float) -> bool:
        if now >= self._ends_at:
            self._used.clear()
            self._ends_at = now + WINDOW_S
        used = self._used.get(key, 0)
        if used >= self.most or len(self._used) >= KEYS_MOST:
            return False
        self._used[key] = used + 1
        return True
