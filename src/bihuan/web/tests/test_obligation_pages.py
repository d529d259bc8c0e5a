"""Recurring duties on the pages: the table, the coverage, the tile."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import ClassVar

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from bihuan.kernel.act.obligations import fulfil
from bihuan.kernel.models import Obligation, Role
from bihuan.kernel.read.standards import version_on
from bihuan.kernel.rules.recurrence import period_of
from bihuan.kernel.tests.world import World, account, build, seed
from bihuan.web.duties import words
from bihuan.web.listing import Listing
from bihuan.web.lists.obligations import ObligationsListing
from bihuan.web.tests.desk_pages import desk
from bihuan.web.tests.listing_contract import ListingContract


@pytest.fixture(name="world")
def _world(db: None) -> Iterator[World]:
    with desk() as found:
        seed()
        yield found


def owed(world: World, subject: str, key: str = "desk.visit", **more: object) -> Obligation:
    today = timezone.localdate()
    period = period_of(today, "week" if key == "desk.visit" else "quarter")
    given: dict[str, object] = {
        "begins_on": period.first,
        "ends_on": period.last,
        "needed": 1,
        "due_at": timezone.make_aware(datetime.combine(today, time(23, 59, 59))),
        **more,
    }
    return Obligation.objects.create(
        key=key,
        subject=subject,
        subject_name=f"{subject}营业厅",
        unit=world.building,
        owner=world.wu_min,
        standard=version_on("desk.visit.times"),
        **given,
    )


class TestObligations(ListingContract):
    listing: ClassVar[type[Listing]] = ObligationsListing
    rows_have_pages = False

    @pytest.fixture(name="world")
    def _world(self, db: None) -> Iterator[World]:
        with desk() as found:
            yield found

    def make(self, world: World, n: int) -> None:
        start = Obligation.objects.count()
        for number in range(start, start + n):
            owed(world, f"江{number:02d}")


def test_the_table_begins_with_what_is_due_today(world: World, client: Client) -> None:
    owed(world, "A")
    owed(world, "B", due_at=timezone.now() + timedelta(days=3))
    client.force_login(world.sun_qian)
    page = client.get("/obligations/")
    assert page.context["listing"].count == 1
    assert "A营业厅" in page.content.decode()
    assert client.get("/obligations/?view=open").context["listing"].count == 2
    client.force_login(world.he_jia)
    assert client.get("/obligations/?view=mine").context["listing"].count == 0


def test_coverage_names_what_was_waived_apart_and_each_number_leads_to_its_rows(
    world: World, client: Client
) -> None:
    owed(world, "A", state="done", done=1, late=True)
    owed(world, "B", state="missed")
    owed(world, "C", state="waived", needed=0, reason="calendar")
    client.force_login(world.sun_qian)
    page = client.get("/obligations/coverage/")
    card = next(card for card in page.context["cards"] if card.title == "Visit")
    (line,) = card.lines
    assert (line.row.done, line.row.needed, line.row.late, line.row.missed, line.row.waived) == (
        1,
        2,
        1,
        1,
        1,
    )
    for state, count in (("missed", 1), ("waived", 1), ("all", 3)):
        assert client.get(line.urls[state]).context["listing"].count == count


def test_another_unit_is_asked_for_nothing(world: World, client: Client) -> None:
    owed(world, "A")
    client.force_login(world.gao_yuan)
    cards = client.get("/obligations/coverage/").context["cards"]
    assert [card.lines for card in cards] == [[], [], []]


@pytest.mark.parametrize("role", [Role.OWNER, Role.DIRECTOR])
def test_desk_and_cockpit_say_how_many_are_due_today(world: World, client: Client, role: Role) -> None:
    owed(world, "A")
    client.force_login(account("zhao", "赵", role, world.jiangzhou))
    tiles = client.get("/").context["rate_tiles"]
    assert [tile.value for tile in tiles if tile.url == "/obligations/"] == [1]


def test_a_house_without_recurring_duties_shows_neither_menu_nor_tile(
    db: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for room in ("context", "duties.tiles", "views.obligations"):
        monkeypatch.setattr(f"bihuan.web.{room}.obligation_specs", dict)
    client.force_login(build().sun_qian)
    page = client.get("/")
    assert 'href="/obligations/"' not in page.content.decode()
    assert client.get("/obligations/coverage/").status_code == 200


@pytest.mark.parametrize(
    ("key", "called"),
    [
        ("desk.survey", "2025 Q4"),
        ("desk.visit", "2025-10-06 – 2025-10-12"),
        ("gone", "2025-10-06 – 2025-10-12"),
    ],
)
def test_a_period_is_called_by_its_kind(world: World, key: str, called: str) -> None:
    with override("zh-hans"):
        assert words.period_words(key, date(2025, 10, 6), date(2025, 10, 12)) == called


def test_a_fulfilled_duty_is_gone_from_today(world: World, client: Client) -> None:
    row = owed(world, "A")
    fulfil(key=row.key, subject="A", at=timezone.now(), source="visit:1", by=world.wu_min)
    client.force_login(world.sun_qian)
    assert client.get("/obligations/").context["listing"].count == 0
