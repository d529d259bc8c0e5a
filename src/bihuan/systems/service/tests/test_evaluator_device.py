"""Evaluators tell their ratings over HTTP, once, also after days without network; months by hall."""

import csv
import io
import json
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Event
from bihuan.kernel.tests.world import World, build, seed
from bihuan.systems.service import act
from bihuan.systems.service.act.evaluator import Press
from bihuan.systems.service.lists.evaluator import (
    DevicesListing,
    EvaluatorListing,
    RatingsListing,
    RatingsTransfer,
)
from bihuan.systems.service.models import EvaluatorDevice, EvaluatorRating, Hall
from bihuan.systems.service.read.evaluator import month, past_months
from bihuan.systems.service.tests.test_lists import hall
from bihuan.web.listing import Listing
from bihuan.web.tests.listing_contract import ListingContract
from bihuan.web.tests.sheets import xlsx
from bihuan.web.tests.test_transfer_people import bring, counts

AT = "/api/v1/service/evaluator/ratings"
MORNING = timezone.make_aware(datetime(2026, 11, 20, 9, 0))


@pytest.fixture
def world(db: None) -> World:
    seed()
    return build()


@pytest.fixture
def device(world: World) -> tuple[EvaluatorDevice, dict[str, str]]:
    row, token = act.register_device(name="EV-01", hall=hall(world, "H1-01", 1), user=world.sun_qian)
    return row, {"Authorization": f"Bearer {token}"}


def tell(client: Client, headers: dict[str, str], *ratings: dict[str, Any]) -> Any:
    body = json.dumps({"ratings": ratings})
    return client.post(AT, body, content_type="application/json", headers=headers)


def press(key: str, score: int = 5, at: datetime | None = None, **more: str) -> dict[str, Any]:
    return {"id": key, "score": score, "at": (at or timezone.now()).isoformat(), **more}


class TestMonth(ListingContract):
    listing: ClassVar[type[Listing]] = EvaluatorListing

    def make(self, world: World, n: int) -> None:
        start = Hall.objects.count()
        for number in range(start, start + n):
            hall(world, f"H2-{number:02d}", 2)


class TestDevices(ListingContract):
    listing: ClassVar[type[Listing]] = DevicesListing

    def make(self, world: World, n: int) -> None:
        start = EvaluatorDevice.objects.count()
        for number in range(start, start + n):
            place = hall(world, f"H2-{number:02d}", 2)
            act.register_device(name=f"EV-{number}", hall=place, user=world.sun_qian)

    def test_another_unit_sees_nothing_and_finds_no_row_by_url(self) -> None:
        """A row leads to the presses of the device, cut to the reader's units."""
        stranger = self.world.gao_yuan
        assert not self.rows(self.everything(), stranger)
        self.client.force_login(stranger)
        url = DevicesListing(self.user).row_url(EvaluatorDevice.objects.earliest("pk"))
        assert self.client.get(url).context["listing"].count == 0


class TestPresses(ListingContract):
    listing: ClassVar[type[Listing]] = RatingsListing
    rows_have_pages = False

    def make(self, world: World, n: int) -> None:
        row = EvaluatorDevice.objects.first()
        if row is None:
            row = act.register_device(name="EV", hall=hall(world, "H2-01", 2), user=world.sun_qian)[0]
        start = EvaluatorRating.objects.count()
        presses = [Press(f"江{number}", timezone.now(), 5) for number in range(start, start + n)]
        act.receive(device=row, presses=presses)


def test_what_was_kept_while_offline_is_told_once(
    client: Client, device: tuple[EvaluatorDevice, dict[str, str]]
) -> None:
    row, headers = device
    ratings = [press(f"p{n}", at=timezone.now() - timedelta(days=2, minutes=n)) for n in range(500)]
    first, again = tell(client, headers, *ratings), tell(client, headers, *ratings, press("fresh"))
    assert first.json() == {"new": 500, "known": 0, "refused": []}
    assert again.json() == {"new": 1, "known": 500, "refused": []}
    row.refresh_from_db()
    assert row.heard_at is not None
    assert Event.objects.filter(verb="evaluator.ratings").count() == 2


def test_a_press_that_cannot_be_used_is_named_and_stops_no_other(
    client: Client, device: tuple[EvaluatorDevice, dict[str, str]]
) -> None:
    _row, headers = device
    now = timezone.now()
    answer = tell(
        client,
        headers,
        press("a", 6),
        press("b", at=now + timedelta(hours=1)),
        press("c", at=now - timedelta(days=500)),
        {"id": "d", "score": 5, "at": "2026-11-20T09:00:00"},
        press("e"),
    )
    told = {each["id"]: each["why"] for each in answer.json()["refused"]}
    assert told == {"a": "score", "b": "ahead", "c": "old", "d": "naive"}
    assert list(EvaluatorRating.objects.values_list("key", flat=True)) == ["e"]
    assert tell(client, headers, *[press(str(n)) for n in range(1001)]).status_code == 422


def test_a_device_has_its_own_token_and_it_can_be_revoked(
    client: Client, device: tuple[EvaluatorDevice, dict[str, str]], world: World
) -> None:
    row, headers = device
    assert client.get("/api/v1/cases", headers=headers).status_code == 401
    assert tell(client, {"Authorization": "Bearer ev_no"}, press("a")).status_code == 401
    for user in (world.he_jia, world.gao_yuan):
        with pytest.raises(Refused):
            act.revoke_device(row=row, user=user)
    act.revoke_device(row=row, user=world.sun_qian)
    assert tell(client, headers, press("a")).status_code == 401
    assert not EvaluatorRating.objects.exists()


def test_a_month_counts_a_service_once_and_lists_the_silent(world: World) -> None:
    first, second = hall(world, "H1-01", 1), hall(world, "H2-01", 2)
    row, _token = act.register_device(name="EV-01", hall=first, user=world.sun_qian)
    act.receive(
        device=row,
        presses=[
            Press("1", MORNING, 5, "3", "T1"),
            Press("2", MORNING + timedelta(seconds=4), 1, "3", "T1"),
            Press("3", MORNING + timedelta(seconds=25), 2, "4"),
            Press("4", MORNING + timedelta(seconds=50), 2, "4"),
            Press("5", MORNING + timedelta(days=20), 3, "4"),
        ],
        at=MORNING + timedelta(days=21),
    )
    found = {tally.hall: tally for tally in month([first, second], date(2026, 11, 1)).tallies}
    assert (found["H1-01"].scores, found["H1-01"].repeats, found["H1-01"].contradicted) == (
        {2: 1, 5: 1},
        2,
        1,
    )
    assert found["H2-01"].n == 0
    assert past_months(date(2026, 1, 31), 3) == [date(2026, 1, 1), date(2025, 12, 1), date(2025, 11, 1)]


def test_the_compilation_shows_and_exports_the_month_that_was_asked_for(world: World, client: Client) -> None:
    row, _token = act.register_device(name="EV-01", hall=hall(world, "H1-01", 1), user=world.sun_qian)
    now = timezone.now()
    last = timezone.localtime(now).replace(day=1, hour=12) - timedelta(days=1)
    act.receive(device=row, presses=[Press("1", now, 4), Press("2", last, 5), Press("3", last, 2, "2")])
    client.force_login(world.sun_qian)
    at = reverse("service:evaluator")
    export = client.get(f"{at}export/?format=csv&month={timezone.localtime(last):%Y-%m}")
    lines = list(csv.DictReader(io.StringIO(b"".join(export.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]
    assert (lines[0]["5"], lines[0]["2"], lines[0]["4"]) == ("1", "1", "0")
    assert cells_of(client.get(at)) == ("1", "—", "—"), "one customer is no figure"
    more = [Press(f"more-{n}", now, 4 + n % 2, f"c{n}") for n in range(9)]
    act.receive(device=row, presses=more)
    assert cells_of(client.get(at)) == ("10", "4.4", "4.03–4.77")


def cells_of(page: Any) -> tuple[str, ...]:
    """Services rated, their mean and its interval, of the first hall."""
    shown = page.context["listing"]
    pairs = zip(shown.columns, shown.rows[0].cells, strict=True)
    cells = {column["key"]: re.sub("<[^>]+>", "", cell.html) for column, cell in pairs}
    return cells["n"], cells["mean"], cells["span"]


def test_a_stick_with_ratings_comes_in_and_again_changes_nothing(world: World, tmp_path: Path) -> None:
    act.register_device(name="EV-01", hall=hall(world, "H1-01", 1), user=world.sun_qian)
    head = ["key", "device", "at", "score", "counter"]
    rows = [["p1", "ev-01", "2026-11-20 09:00:00", 5, "3"], ["p2", "EV-01", "2026-11-20 09:05:00", 1, ""]]
    sheet = xlsx(tmp_path / "stick.xlsx", head, *rows)
    assert counts(bring(sheet, world.sun_qian, RatingsTransfer)) == (2, 0, 0, 0)
    bring(sheet, world.sun_qian, RatingsTransfer)
    assert EvaluatorRating.objects.count() == 2


def test_a_device_is_registered_on_its_page_and_its_token_shown_once(world: World, client: Client) -> None:
    place = hall(world, "H1-01", 1)
    client.force_login(world.sun_qian)
    at = reverse("service:device-new")
    page = client.post(at, {"name": "EV-09", "hall": place.pk})
    assert "ev_" in page.content.decode()
    assert client.post(at, {"name": "EV-09", "hall": place.pk}).status_code == 422
    client.force_login(world.he_jia)
    assert client.get(at).status_code == 403
