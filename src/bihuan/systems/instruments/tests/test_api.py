"""The routes of contract §4."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bihuan.kernel.act.access import create_token
from bihuan.kernel.models import User
from bihuan.kernel.tests.world import a_case
from bihuan.systems.instruments.models import Instrument

from .lab import ZHANG, Lab, alarm, build, heard, local, photo, use

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> Lab:
    heard(monkeypatch, DNA01=10, PCR02=200)
    return build()


def ask(client: Client, user: User, path: str, status: int = 200) -> Any:
    token = create_token(name=f"t{timezone.now().timestamp()}", user=user, scopes=["read"])
    answer = client.get(f"/api/v1/instruments{path}", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == status, answer.content
    return answer.json()


def test_every_instrument_says_what_it_is_doing(lab: Lab, client: Client) -> None:
    began = timezone.now() - timedelta(minutes=5)
    use(lab.dna, lab.world.zhang_san, began)
    found = ask(client, lab.world.wu_min, "")
    assert (found["count"], found["next"]) == (2, None)
    row = next(item for item in found["items"] if item["id"] == "DNA01")
    assert {key: row[key] for key in ("state", "link", "card", "user", "place", "rest_until")} == {
        "state": "in_use",
        "link": "online",
        "card": ZHANG,
        "user": "张三",
        "place": "SKL-301",
        "rest_until": None,
    }
    assert row["since"] is not None


def test_an_idle_instrument_says_when_it_was_used_and_how_long_it_rests(lab: Lab, client: Client) -> None:
    off = timezone.now() - timedelta(minutes=10)
    Instrument.objects.filter(pk=lab.dna.pk).update(logged_off_at=off, idle_since=off)
    row = ask(client, lab.world.wu_min, "/dna01")
    assert (row["card"], row["user"], row["since"]) == (None, None, None)
    assert row["last_used_at"] is not None
    assert row["rest_until"] > timezone.now().isoformat()


def test_sessions_have_flags_source_and_trust(lab: Lab, client: Client) -> None:
    use(lab.dna, None, local("2026-11-20 09:00"), local("2026-11-20 10:00"), flags=["unknown_card"])
    use(lab.dna, lab.world.li_si, local("2026-11-21 09:00"), source="journal")
    first, second = ask(client, lab.world.wu_min, "/DNA01/sessions")["items"]
    assert (first["user"], first["ended_at"], first["source"], first["trust"]) == (
        "李四",
        None,
        "journal",
        "low",
    )
    assert (second["card"], second["user"], second["flags"]) == ("9999999999", None, ["unknown_card"])
    assert ask(client, lab.world.wu_min, "/DNA01/sessions?from=2026-11-20&to=2026-11-20")["count"] == 1


def test_alarms_have_their_photos_and_case(lab: Lab, client: Client) -> None:
    case = a_case(lab.world, "unswiped_use")
    of = alarm(lab.dna, local("2026-11-20 09:00"), local("2026-11-20 09:10"), case)
    kept = photo(lab.dna, local("2026-11-20 09:01"), of)
    (row,) = ask(client, lab.world.wu_min, "/DNA01/alarms")["items"]
    assert (row["reason"], row["card"], row["case"]) == ("shutdown", None, case.number)
    assert row["photos"][0]["sha256"] == kept.sha256
    assert "data" not in row["photos"][0]


@pytest.mark.parametrize(("by", "items"), [("day", 61), ("month", 2)])
def test_usage_by_day_and_by_month_has_one_sum(lab: Lab, client: Client, by: str, items: int) -> None:
    use(lab.dna, lab.world.zhang_san, local("2026-09-30 23:00"), local("2026-10-01 02:00"))
    found = ask(client, lab.world.wu_min, f"/DNA01/usage?from=2026-09-01&to=2026-10-31&by={by}")
    assert (len(found["items"]), found["hours"], found["sessions"]) == (items, 3.0, 1)
    assert sum(item["hours"] for item in found["items"]) == 3.0
    assert sum(item["sessions"] for item in found["items"]) == 1


def test_lists_come_in_pages(lab: Lab, client: Client) -> None:
    found = ask(client, lab.world.wu_min, "?limit=1")
    assert (len(found["items"]), found["count"]) == (1, 2)
    assert "offset=1" in found["next"]


@pytest.mark.parametrize("path", ["/NMR13", "/NMR13/sessions", "/NMR13/alarms", "/NMR13/usage", "/GONE1"])
def test_another_unit_s_instrument_is_not_there(lab: Lab, client: Client, path: str) -> None:
    assert ask(client, lab.world.wu_min, path, 404)["status"] == 404


def test_without_a_token_nothing_is_said(lab: Lab, client: Client) -> None:
    assert client.get("/api/v1/instruments").status_code == 401


@pytest.mark.parametrize("query", ["from=never", "by=year", "to=2026-13-01"])
def test_a_wrong_question_is_a_problem_document(lab: Lab, client: Client, query: str) -> None:
    assert ask(client, lab.world.wu_min, f"/DNA01/usage?{query}", 422)["errors"]
