"""Each fault that the doctor knows is found, named and given a cure."""

import json
import os
import socket
import sqlite3
import time
from argparse import Namespace
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from bihuan.environment import Environment
from bihuan.kernel.beat import beat
from bihuan.kernel.intake.log import IntakeLog
from bihuan.kernel.intake.sqlite import SqliteStore
from bihuan.kernel.models import Channel, IntakePosition, ProcessBeat, Unit
from bihuan.kernel.rules.seed import standard_calendar
from bihuan.site.commands import doctor
from bihuan.site.doctor import machine, processes, records
from bihuan.site.doctor.examine import examine
from bihuan.site.doctor.finding import Finding, examined


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return Environment.read(
        {
            "BIHUAN_HOME": str(tmp_path),
            "BIHUAN_PORT": "28000",
            "BIHUAN_LIVE_PORT": "28001",
            "BIHUAN_GATEWAY_PORT": "28008",
        }
    )


@pytest.fixture
def taken(environment: Environment) -> Iterator[None]:
    with socket.create_server((environment.gateway_host, environment.gateway_port)):
        yield


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(tmp_path / "intake.sqlite3")
    yield store
    store.close()


@pytest.fixture
def log(tmp_path: Path, store: SqliteStore) -> Iterator[IntakeLog]:
    log = IntakeLog(tmp_path)
    yield log
    log.close()


def hear(store: SqliteStore, ago_s: float) -> None:
    at_us = int((time.time() - ago_s) * 1e6)
    store.beat("gateway", at_us, at_us, "{}")
    store.append([("gateway", at_us, 1, "127.0.0.1", 2, "DNA01", "1", b"DNA01,1open", "", 11, 0)])


@pytest.mark.usefixtures("taken")
def test_a_port_that_another_program_holds_is_named(environment: Environment) -> None:
    found = machine.ports_free(environment, ())
    assert not found.ok
    assert "28008" in found.detail
    assert "BIHUAN_GATEWAY_PORT" in found.detail


@pytest.mark.usefixtures("taken")
def test_a_port_that_our_own_gateway_holds_is_fine(environment: Environment) -> None:
    assert machine.ports_free(environment, {"gateway"}) == Finding("ports", True, "ours: 28008")


def test_a_full_disk_is_told_before_it_is_full(tmp_path: Path) -> None:
    assert machine.disk(tmp_path / "not" / "there", least=0).ok
    found = machine.disk(tmp_path, least=1 << 60)
    assert (found.ok, "free space" in found.cure) == (False, True)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    assert machine.folders(tmp_path).ok
    (tmp_path / "evidence").write_text("a file where a folder should be")
    found = machine.folders(tmp_path)
    assert not found.ok
    assert str(tmp_path / "evidence") in found.detail


def test_secrets_that_others_can_read_come_with_the_command_that_helps(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    folder.mkdir(mode=0o700)
    (folder / "django").touch(mode=0o600)
    assert machine.secrets(tmp_path).ok
    (folder / "django").chmod(0o644)
    found = machine.secrets(tmp_path)
    assert not found.ok
    assert found.cure == f"chmod -R go-rwx {folder}"


def test_a_damaged_database_is_found(tmp_path: Path) -> None:
    path = tmp_path / "control.sqlite3"
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("CREATE TABLE swipes (card TEXT)")
        db.executemany("INSERT INTO swipes VALUES (?)", [("0008075634" * 50,)] * 400)
    db.close()
    assert records.sqlite("database", path).ok
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + os.urandom(4096) + whole[12288:])
    found = examined([("database", lambda: records.sqlite("database", path))])[0]
    assert not found.ok


def test_a_database_without_write_ahead_journal_is_found(tmp_path: Path) -> None:
    path = tmp_path / "control.sqlite3"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE swipes (card TEXT)")
    db.close()
    assert "delete" in records.sqlite("database", path).detail


def test_a_missing_database_asks_for_init(tmp_path: Path) -> None:
    assert records.sqlite("database", tmp_path / "control.sqlite3").cure == "run `bihuan init`"


def test_next_years_notice_is_missed_from_november_on() -> None:
    known = standard_calendar()
    last = max(known.settled)
    assert records.calendar_of(known, date(last, 10, 31)).ok
    found = records.calendar_of(known, date(last, 11, 1))
    assert not found.ok
    assert str(last + 1) in found.detail


def test_processes_are_all_there_or_all_stopped() -> None:
    assert processes.running({"gateway", "web", "live", "worker"}).ok
    assert processes.running(set()).ok
    found = processes.running({"gateway", "web", "live"})
    assert (found.ok, "worker" in found.detail) == (False, True)


@pytest.mark.django_db
def test_signs_of_life_are_read_from_beats_and_from_the_gateway(
    environment: Environment, log: IntakeLog, store: SqliteStore
) -> None:
    hear(store, ago_s=1)
    beat("worker", timezone.now())
    beat("live", timezone.now())
    ProcessBeat.objects.filter(name="live").update(at=timezone.now() - timedelta(minutes=2))
    assert processes.alive(environment, log) == {"gateway", "worker"}


@pytest.mark.django_db
def test_messages_that_nobody_applies_are_a_fault(log: IntakeLog, store: SqliteStore) -> None:
    hear(store, ago_s=300)
    found = processes.lag(log)
    assert not found.ok
    assert "worker" in found.cure
    IntakePosition.objects.create(gateway="gateway", seq=1)
    assert processes.lag(log).ok


@pytest.mark.django_db
def test_a_clock_that_was_set_back_shows_by_records_of_the_future(log: IntakeLog, store: SqliteStore) -> None:
    hear(store, ago_s=5)
    assert processes.clock(log).ok
    hear(store, ago_s=-3600)
    found = processes.clock(log)
    assert not found.ok
    assert "set back" in found.detail


@pytest.mark.django_db
def test_notices_that_stand_still_and_channels_that_do_not_work_are_found() -> None:
    assert processes.notices().ok
    unit = Unit.objects.create(name="总部", code="HQ")
    now = timezone.now()
    room = Channel.objects.create(unit=unit, kind="wecom", address="0123456789abcdef", next_at=now)
    assert processes.notices().ok
    Channel.objects.update(next_at=now - timedelta(minutes=10))
    found = processes.notices()
    assert not found.ok
    assert "worker" in found.cure
    room.stopped_at = now
    room.save(update_fields=["stopped_at"])
    found = processes.notices()
    assert (found.ok, found.detail) == (False, "1 channels do not work")


def test_a_check_that_fails_is_a_finding() -> None:
    def broken() -> Finding:
        raise OSError("the disk is gone")

    assert examined([("disk", broken)])[0].detail == "cannot be examined: the disk is gone"


@pytest.mark.django_db
def test_every_check_is_made_and_none_is_forgotten(environment: Environment) -> None:
    findings = examine(environment)
    assert [finding.check for finding in findings] == [
        *("ports", "disk", "folders", "secrets", "clock", "database", "intake log"),
        *("migrations", "calendar", "processes", "intake lag", "notices"),
    ]
    assert all(finding.ok or finding.cure for finding in findings)


@pytest.mark.django_db
def test_the_command_fails_when_something_is_wrong(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = [Finding("disk", False, "0.1 GiB free", "free space there")]
    monkeypatch.setattr("bihuan.site.doctor.examine.examine", lambda environment: wrong)
    assert doctor.run(Namespace(json=False)) == 1
    assert capsys.readouterr().out.splitlines()[0].startswith("BAD  disk")
    monkeypatch.setattr("bihuan.site.doctor.examine.examine", lambda environment: [])
    assert doctor.run(Namespace(json=True)) == 0
    assert json.loads(capsys.readouterr().out) == {"ok": True, "findings": []}
