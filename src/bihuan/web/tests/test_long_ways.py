"""Whichever way leads to a page of a long table, it is the page that the plain query has, row by row."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bihuan.kernel import texts, ways
from bihuan.kernel.models import Case, Customer, Role, User
from bihuan.kernel.models.cases import CASE_BY_END, CASE_OF_UNIT
from bihuan.kernel.remembered import next_minute
from bihuan.kernel.tests.world import World, account
from bihuan.web.listing import long
from bihuan.web.listing.columns import relation_of
from bihuan.web.listing.state import State
from bihuan.web.lists.cases import CasesListing

ORDERS = [f"{sign}{column.key}" for column in CasesListing.columns if column.sort for sign in ("", "-")]
STATES = ("opened", "notified", "in_progress", "waiting", "verifying", "closed", "rejected", "reopened")


def scatter(world: World, seed: int, count: int = 90) -> None:
    """Cases of which many agree in what they are ordered by, and some lack it."""
    chance, now = Random(seed), timezone.now()
    owners: list[Any] = [world.wu_min, world.sun_qian, world.gao_yuan, None]
    owners += [account(f"same{n}", "同名", Role.OWNER, world.building) for n in range(2)]
    customers: list[Any] = [None, None, world.university]
    customers += [
        Customer.objects.create(number=f"K{n}", name="大学", unit=world.jiangzhou) for n in range(2)
    ]

    def moment(least: int = 0) -> Any:
        return now - timedelta(days=chance.randint(least, 30), hours=chance.choice((0, 0, 6)))

    def perhaps(value: Any) -> Any:
        return chance.choice((None, value, value))

    Case.objects.bulk_create(
        Case(
            number=f"C-{seed}{chance.randrange(10**6):06d}-{n}",
            system=chance.choice(("service", "instruments")),
            kind=chance.choice(("offline", "complaint", "alarm")),
            subject=f"DNA{chance.randrange(6):02d}",
            subject_name=chance.choice(("", "离心机", "冰箱", "营业厅")),
            episode=f"{seed}-{n}",
            unit=chance.choice((world.root, world.jiangzhou, world.building, world.beishan)),
            customer=chance.choice(customers),
            severity=chance.randint(1, 4),
            state=chance.choice(STATES),
            owner=chance.choice(owners),
            limit=2,
            opened_at=moment(5),
            due_at=perhaps(moment()),
            resolved_at=perhaps(moment()),
            closed_at=perhaps(moment()),
            reopened=chance.randint(0, 1),
            signals=chance.randint(1, 3),
        )
        for n in range(count)
    )


WAYS = ("a part", "a large part", "few", "many")


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """How long a table is, is a matter of three numbers."""
    monkeypatch.setattr(long, "PART", 10**6 if request.param == "a part" else -1)
    monkeypatch.setattr(texts, "MOST", 1_000 if request.param == "few" else 5)
    next_minute()
    yield request.param
    next_minute()


def compare(user: User | None, state: State) -> None:
    told = CasesListing(user)
    plain = CasesListing(user)
    expected = list(plain.ordered(plain.matching(state), state))
    for start in (0, 35):
        assert told.page_of(state, start, start + 10) == expected[start : start + 10], (state, start)
    assert min(told.count(state), texts.MOST + 1) == min(len(expected), texts.MOST + 1), state


@pytest.mark.django_db
def test_every_order_shows_the_same_pages(world: World, way: str) -> None:
    scatter(world, WAYS.index(way))
    for user in (world.chen_jing, world.sun_qian):
        for order in ORDERS:
            compare(user, State(view="all", sort=order))
        compare(user, State(view="all"))


@pytest.mark.django_db
def test_every_filter_shows_the_same_pages(world: World, way: str) -> None:
    scatter(world, 3)
    case = Case.objects.filter(unit=world.building, owner__isnull=False).first()
    assert case
    asked = {
        "system": "service",
        "state": "closed",
        "owner": str(case.owner_id),
        "severity": "3",
        "kind": "complaint",
        "unit": world.building.path,
        "overdue": "on",
        "kept": "no",
        "open_on": f"{timezone.localdate() - timedelta(days=12)}",
        "late_on": f"{timezone.localdate() - timedelta(days=12)}",
        "sent_back": "on",
        "subject": case.subject,
        "customer": world.university.number,
        "q": "大学",
        "opened_from": f"{timezone.localdate() - timedelta(days=20)}",
        "closed_to": f"{timezone.localdate() - timedelta(days=9)}",
        "resolved_from": f"{timezone.localdate() - timedelta(days=9)}",
    }
    for user, order in ((world.chen_jing, ""), (world.sun_qian, "-owner"), (None, "")):
        for pair in asked.items():
            compare(user, State((pair,), view="all", sort=order))
        month = (("resolved_from", asked["resolved_from"]), ("resolved_to", f"{timezone.localdate()}"))
        compare(user, State(month, view="all"))
        compare(user, State((*month, ("q", "DNA0")), view="all", sort="owner"))
        compare(user, State((("q", "DNA0"), ("kind", "alarm")), view="all"))
        compare(user, State((("q", "冰箱 DNA"), ("unit", world.building.path)), sort="customer"))
        compare(user, State(sort="unit"))


@pytest.mark.django_db
@pytest.mark.parametrize("days", [2, 15, 29])
def test_open_at_the_end_of_a_day_is_the_same_from_either_side(world: World, way: str, days: int) -> None:
    scatter(world, 4)
    on = timezone.localdate() - timedelta(days=days)
    for user in (world.chen_jing, world.sun_qian):
        compare(user, State((("open_on", on.isoformat()),), view="all"))


@pytest.mark.django_db
def test_who_sees_all_units_is_not_asked_for_them(world: World) -> None:
    scatter(world, 5)

    with CaptureQueriesContext(connection) as asked:
        CasesListing(world.chen_jing).count(State(view="all"))
    assert "unit" not in asked[-1]["sql"].partition("WHERE")[2]

    world.chen_jing.is_active = False
    assert CasesListing(world.chen_jing).count(State(view="all")) == 0, "nor shown anything when he has left"


@pytest.mark.django_db
def test_a_part_of_the_house_is_answered_from_one_index(world: World) -> None:
    scatter(world, 6)
    table = CasesListing(world.sun_qian)

    for filters in ({"kind": "alarm"}, {"kept": "no"}, {"closed_from": "2026-01-01"}):
        rows = table._by_way(table.lean(state := State(tuple(filters.items()), view="all")), state)
        assert list(rows.order_by("pk")) == list(table.matching(state).order_by("pk"))
        if connection.vendor == "sqlite":  # PostgreSQL has statistics and is left to itself
            plan = rows.order_by("due_at").values("pk").explain()
            assert f"COVERING INDEX {CASE_OF_UNIT}" in plan, plan


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["owner__name", "unit__path", "customer__name"])
def test_an_order_by_a_name_goes_along_the_names(world: World, path: str) -> None:
    rows = ways.along(Case.objects.all(), path).order_by(path, "opened_at", "pk").values("pk")

    if connection.vendor == "sqlite":
        plan = rows.explain()
        assert "RIGHT PART OF ORDER BY" in plan or "LAST 2 TERMS" in plan, "only rows of one name are sorted"
        assert plan.count("SEARCH kernel_case USING COVERING INDEX") == 1
    assert list(rows) == []


@pytest.mark.django_db
def test_an_index_by_name_changes_nothing_but_the_way(world: World) -> None:
    scatter(world, 7)
    rows = Case.objects.filter(closed_at=None).order_by("pk")

    assert list(ways.by_index(rows, CASE_BY_END)) == list(rows)
    assert "INDEXED BY" not in str(rows.query), "the query that was given stays as it is"


@pytest.mark.parametrize(
    ("path", "relation"),
    [("owner__name", "owner"), ("number", ""), ("unit__parent__name", ""), ("unit__parent", ""), ("", "")],
)
def test_only_a_path_of_one_step_to_what_every_row_has_is_gone_along(path: str, relation: str) -> None:
    assert relation_of(Case, path) == relation
