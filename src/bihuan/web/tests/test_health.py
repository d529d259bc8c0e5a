from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from bihuan.kernel.act.access import create_token
from bihuan.kernel.models import ProcessBeat
from bihuan.kernel.read.processes import Backlog, Health, Process
from bihuan.kernel.tests.world import World, a_case
from bihuan.web.views import health

ELSEWHERE: dict[str, Any] = {"REMOTE_ADDR": "203.0.113.9"}


def everybody(age_s: float = 0) -> Health:
    now = timezone.now()
    names = ("gateway:one", "live", "worker")
    return Health(
        tuple(Process(name, now - timedelta(seconds=age_s), now, {}, age_s < 30) for name in names),
        (Backlog("one", 3, 1.5),),
    )


def test_alive_needs_no_database(client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"


def test_ready_when_database_migrations_and_processes_are_there(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "health", everybody)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "problems": []})


def test_not_ready_names_the_process_that_is_silent(client: Client, db: None) -> None:
    now = timezone.now()
    ProcessBeat.objects.create(name="live", at=now, started_at=now)
    ProcessBeat.objects.create(name="worker", at=now - timedelta(seconds=40), started_at=now)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["problems"] == [
        "process: gateway is not running",
        "process: worker is not running",
    ]


def test_not_ready_without_a_database_and_says_nothing_of_it(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> Health:
        raise DatabaseError("password of postgres")

    monkeypatch.setattr(health, "health", gone)
    answer = client.get("/readyz")
    assert answer.json()["problems"] == ["database: does not answer"]


def test_not_ready_before_an_upgrade_is_finished(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "health", everybody)
    monkeypatch.setattr(health, "migrated", lambda: False)
    assert client.get("/readyz").json()["problems"] == ["migrations: not applied; run bihuan upgrade"]


def test_metrics_count_open_and_overdue_cases_and_the_intake(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "health", everybody)
    a_case(world, "offline", "DNA01")
    a_case(world, "offline", "DNA02", at=timezone.now() - timedelta(days=30))
    lines = client.get("/metrics").content.decode().splitlines()
    assert 'bihuan_open_cases{system="instruments",state="notified"} 2' in lines
    assert 'bihuan_overdue_cases{system="instruments"} 1' in lines
    assert 'bihuan_intake_waiting_rows{gateway="one"} 3' in lines
    assert 'bihuan_intake_lag_seconds{gateway="one"} 1.5' in lines


def test_metrics_from_elsewhere_need_a_token_that_may_read(client: Client, world: World) -> None:
    assert client.get("/metrics", **ELSEWHERE).status_code == 401
    token = create_token(name="prometheus", user=world.admin, scopes=["read"])
    more: dict[str, Any] = {**ELSEWHERE, "headers": {"Authorization": f"Bearer {token}"}}
    assert client.get("/metrics", **more).status_code == 200


def test_a_label_cannot_break_the_format() -> None:
    assert health._sample("x", 1, name='a"b\\c\n') == 'bihuan_x{name="a\\"b\\\\c\\n"} 1'
