from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from bihuan.kernel.intake.opening import open_store
from bihuan.kernel.models import IntakePosition, ProcessBeat
from bihuan.kernel.read import processes


@pytest.fixture
def gateway(tmp_path: Path, settings: Any, db: None) -> Iterator[Any]:
    settings.HOME = tmp_path
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, database_url="")
    store = open_store(tmp_path, "", "one")
    now_us = int(timezone.now().timestamp() * 1e6)
    store.beat("one", now_us, now_us, '{"messages": 3}')
    rows = [
        ("one", now_us - 2_000_000, n, "127.0.0.1", 1, "DNA01", "", b"DNA01", "", 5, 0) for n in (1, 2, 3)
    ]
    store.append(rows)
    yield store
    store.close()


def test_what_is_not_applied_yet_is_the_backlog(gateway: Any) -> None:
    IntakePosition.objects.create(gateway="one", seq=1)
    found = processes.health()
    assert [(one.gateway, one.rows) for one in found.backlog] == [("one", 2)]
    assert 2 <= found.lag_s < 10


def test_everything_applied_is_no_lag(gateway: Any) -> None:
    IntakePosition.objects.create(gateway="one", seq=3)
    assert processes.health().lag_s == 0


def test_silence_of_half_a_minute_is_down(gateway: Any) -> None:
    now = timezone.now()
    ProcessBeat.objects.create(name="worker", at=now - timedelta(seconds=31), started_at=now)
    ProcessBeat.objects.create(name="live", at=now - timedelta(seconds=9), started_at=now)
    assert processes.health(now).down == ["worker"]


def test_nothing_has_ever_run(db: None, tmp_path: Path, settings: Any) -> None:
    settings.HOME = tmp_path
    found = processes.health()
    assert (found.down, found.backlog) == (["gateway", "worker", "live"], ())


def test_counts_by_kind_are_told_in_words(db: None) -> None:
    detail = {"kinds": {"open": 3, "close": 9}, "refused": {}, "rows": 96}
    found = processes.Process("gateway:one", None, None, detail, True)
    assert found.says == {"kinds": "open 3, close 9", "refused": 0, "rows": 96}
