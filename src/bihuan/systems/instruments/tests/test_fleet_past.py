import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bihuan.systems.instruments.fleet.journal import Journal, Swipe
from bihuan.systems.instruments.fleet.laboratory import Device, demo, generated
from bihuan.systems.instruments.fleet.memory import Memory, begun
from bihuan.systems.instruments.fleet.past import begin_of_past, history
from bihuan.systems.instruments.rules.lines import parse
from bihuan.systems.instruments.tests.laboratory import SHANGHAI

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=SHANGHAI)
LABORATORY = demo()
MICROSCOPE = next(device for device in LABORATORY.devices if device.code == "CNF07")
CENTRIFUGE = next(device for device in LABORATORY.devices if device.code == "UCF09")


def past(device: Device, until: datetime = NOW, seed: int = 1) -> list[Swipe]:
    return history(seed, device, LABORATORY.unknown_cards, begin_of_past(NOW, SHANGHAI), until, SHANGHAI)


def test_the_past_begins_with_a_month_about_eighty_days_ago() -> None:
    assert begin_of_past(NOW, SHANGHAI).isoformat() == "2026-09-01T00:00:00+08:00"


def test_the_same_seed_tells_the_same_past_on_every_day() -> None:
    today, tomorrow = past(MICROSCOPE), past(MICROSCOPE, NOW + timedelta(days=1))
    assert today == tomorrow[: len(today)]
    assert past(MICROSCOPE, seed=2) != today


def test_the_past_shows_weeks_of_work_and_quiet_holidays() -> None:
    days = [swipe.at.date() for swipe in past(MICROSCOPE) if swipe.verb == "open"]
    october = [day for day in days if day.month == 10]
    holidays = [day for day in october if day.day <= 7]
    assert len(october) > 40
    assert len(holidays) < 8


def test_uses_of_one_instrument_never_overlap_but_where_a_log_off_is_missing() -> None:
    held, missing = "", 0
    for swipe in past(CENTRIFUGE):
        if swipe.verb == "open":
            missing += bool(held)
            held = swipe.card
        else:
            assert swipe.card == held
            held = ""
    assert missing <= 3


def test_rules_are_broken_now_and_then_in_the_whole_laboratory() -> None:
    strange = 0
    for device in LABORATORY.devices:
        known = {device.spelled(card) for card in device.cards}
        strange += sum(swipe.verb == "open" and swipe.card not in known for swipe in past(device))
    assert 2 <= strange <= 20


def test_every_line_is_readable_by_the_server() -> None:
    journal = Journal(SHANGHAI)
    journal.note(past(MICROSCOPE))
    lines = parse(journal.text().encode(), SHANGHAI, NOW.astimezone(UTC))
    assert [(line.at, line.card, line.verb) for line in lines] == [
        (swipe.at.replace(microsecond=0), swipe.card, swipe.verb) for swipe in past(MICROSCOPE)
    ]


def test_newcomers_instruments_have_no_past() -> None:
    beats = [device for device in LABORATORY.devices if device.code in {"DNA01", "PCR02"}]
    memory = Memory(SHANGHAI)
    for device in beats:
        journal = memory.journal(device)
        memory.remember(LABORATORY, device, journal, 1, NOW)
        assert not journal.lines


def switched_on(home: Path, now: datetime) -> Journal:
    memory = Memory.claim(home, SHANGHAI)
    journal = memory.journal(MICROSCOPE)
    memory.remember(LABORATORY, MICROSCOPE, journal, 1, now)
    memory.close()
    return journal


def test_a_second_start_tells_the_same_journal(tmp_path: Path) -> None:
    first = switched_on(tmp_path, NOW)
    again = switched_on(tmp_path, NOW + timedelta(minutes=5))
    assert again.lines == first.lines
    assert len(first.lines) > 100


def test_what_happened_after_the_start_is_never_told_differently(tmp_path: Path) -> None:
    first = switched_on(tmp_path, NOW)
    first.note([Swipe(NOW + timedelta(minutes=3), "0012660381", "open")])
    later = NOW + timedelta(days=3)
    again = switched_on(tmp_path, later)
    assert again.lines[: len(first.lines)] == first.lines
    assert again.lines[len(first.lines)] == "2026-11-23 15:53:00,0012660381,close"
    assert all(line > "2026-11-23 18" for line in again.lines[len(first.lines) + 1 :])
    assert again.last() is not None
    assert again.lines == sorted(again.lines)


def test_a_use_that_lasts_goes_on_after_a_restart(tmp_path: Path) -> None:
    first = switched_on(tmp_path, NOW)
    first.note([Swipe(NOW, "0012660381", "open")])
    again = switched_on(tmp_path, NOW + timedelta(minutes=10))
    assert begun(MICROSCOPE, again, NOW + timedelta(minutes=10)).card == "0012660381"


def test_a_line_cut_by_a_power_failure_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "CNF07.txt"
    path.write_text("2026-11-23 09:00:00,0012660381,open\n2026-11-23 09:1")
    journal = Journal(SHANGHAI, path)
    journal.note([Swipe(NOW, "0012660381", "close")])
    assert path.read_text() == "2026-11-23 09:00:00,0012660381,open\n2026-11-23 15:00:00,0012660381,close\n"


def test_two_fleets_never_share_journals(tmp_path: Path) -> None:
    first, second = Memory.claim(tmp_path, SHANGHAI), Memory.claim(tmp_path, SHANGHAI)
    assert first.folder is not None
    assert second.folder is None
    first.close()


def test_generated_terminals_have_cards_of_their_own() -> None:
    devices = generated(1000).devices
    cards = [card for device in devices for card in device.cards]
    assert len(set(cards)) == 2000
    assert devices[0].code == "SIM00001"


def test_the_fleet_runs_without_django() -> None:
    code = "import sys, bihuan.systems.instruments.fleet.simulate; sys.exit('django' in sys.modules)"
    path = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    assert subprocess.run([sys.executable, "-c", code], env=path, check=False).returncode == 0
