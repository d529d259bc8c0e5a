"""Random passwords with their hashes; to hash one takes a tenth of a second, on purpose."""

import secrets
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from django.contrib.auth.hashers import make_password

Password = tuple[str, str]
"""What is told once, and what is stored."""

_ahead: deque[Future[Password]] = deque()


def fresh() -> Password:
    return _ahead.popleft().result() if _ahead else _make()


@contextmanager
def ahead(count: int) -> Iterator[None]:
    """Inside, so many are made on another core, meanwhile the caller does what has to come first."""
    with ThreadPoolExecutor(2) as pool:
        _ahead.extend(pool.submit(_make) for _ in range(count))
        try:
            yield
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
            _ahead.clear()


def _make() -> Password:
    word = secrets.token_urlsafe(12)
    return word, make_password(word)
