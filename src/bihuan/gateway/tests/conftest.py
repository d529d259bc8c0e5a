from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from bihuan.gateway import server
from bihuan.gateway.tests.running import Running


@pytest.fixture(autouse=True)
def fast_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "PACE_S", 0.04)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Start a gateway in this test's data folder; all of them stop with the test."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(Running(tmp_path, **options))


@pytest.fixture
def gateway(run: Callable[..., Running]) -> Any:
    return run()
