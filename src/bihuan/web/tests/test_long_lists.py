"""Tables over years of rows: order, counts and filters that an index answers say the same as before."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bihuan.kernel import texts
from bihuan.kernel.models import Case, Customer
from bihuan.kernel.tests.world import World, a_case
from bihuan.web.listing import page
from bihuan.web.listing.columns import may_lack
from bihuan.web.listing.filters import Select
from bihuan.web.listing.state import State
from bihuan.web.lists.cases import CasesListing


def cases(world: World, *states: str) -> list[Case]:
    """One of each stage, each opened a day after the one before."""
    made = []
    for n, state in enumerate(states):
        row = a_case(world, "offline", f"DNA{n:02d}", at=timezone.now() - timedelta(days=20 - n))
        Case.objects.filter(pk=row.pk).update(state=state, severity=1 + n % 3)
        made.append(row)
    return made


def shown(world: World, **asked: str) -> list[Case]:
    table = CasesListing(world.sun_qian)
    query = QueryDict(mutable=True)
    query.update(asked)
    state = State.read(query, table.names())
    return list(table.ordered(table.matching(state), state))


@pytest.mark.django_db
def test_closed_cases_come_newest_first_and_open_ones_worst_first(world: World) -> None:
    made = cases(world, "closed", "in_progress", "closed", "notified")

    assert shown(world, view="all") == made[::-1]
    assert shown(world, state="closed") == [made[2], made[0]]
    assert [row.severity for row in shown(world)] == [2, 1]


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["severity", "state", "resolved_at", "owner"])
def test_equal_rows_turn_round_with_the_order(world: World, key: str) -> None:
    cases(world, *["in_progress"] * 7)
    Case.objects.filter(subject="DNA03").update(resolved_at=timezone.now(), owner=None)

    up, down = shown(world, view="all", sort=key), shown(world, view="all", sort=f"-{key}")

    lacking = {"resolved_at": lambda row: row.resolved_at, "owner": lambda row: row.owner}.get(key)
    has = [row for row in up if lacking is None or lacking(row)]
    assert down[: len(has)] == has[::-1]
    assert set(down[len(has) :]) == set(up[len(has) :]), "rows without a value stand last either way"


def test_only_what_may_be_empty_is_asked_for_last() -> None:
    assert [may_lack(Case, path) for path in ("severity", "unit__path", "due_at", "owner__name", "load")] == [
        False,
        False,
        True,
        True,
        True,
    ]


@pytest.mark.django_db
def test_each_segment_counts_its_own_rows(world: World) -> None:
    made = cases(world, "in_progress", "closed", "reopened", "notified")
    Case.objects.filter(pk=made[2].pk).update(reopened=1)
    Case.objects.filter(pk=made[3].pk).update(due_at=timezone.now() + timedelta(days=1))

    with CaptureQueriesContext(connection) as asked:
        counts = CasesListing(world.sun_qian).view_counts

    assert counts == {"worst": 3, "unit": 0, "overdue": 2, "verify": 0, "reopened": 1}
    assert len(asked) == 1


@pytest.mark.django_db
def test_a_first_page_that_is_not_full_needs_no_count(client: Client, world: World) -> None:
    cases(world, "in_progress", "in_progress")
    client.force_login(world.sun_qian)
    client.get("/cases/")

    with CaptureQueriesContext(connection) as asked:
        answer = client.get("/cases/")

    assert answer.context["listing"].count == 2
    assert not [query for query in asked.captured_queries if "SELECT COUNT(*) FROM (SELECT" in query["sql"]]


@pytest.mark.django_db
def test_a_page_beyond_the_end_is_the_last_one(client: Client, world: World, monkeypatch: Any) -> None:
    made = cases(world, "in_progress", "in_progress", "in_progress")
    monkeypatch.setattr(CasesListing, "per_page", 2)
    client.force_login(world.sun_qian)

    last = client.get("/cases/?sort=number&page=9").context["listing"]

    assert (last.page, last.count, [row.id for row in last.rows]) == (2, 3, [made[2].pk])


@pytest.mark.django_db
@pytest.mark.parametrize(("kept", "found"), [("yes", [0]), ("no", [1]), ("any", [0, 1])])
def test_kept_deadlines_are_told_from_late_ones(world: World, kept: str, found: list[int]) -> None:
    made, now = cases(world, "closed", "closed", "closed", "in_progress"), timezone.now()
    for row, left in zip(made, (1, -1, None), strict=False):
        due = None if left is None else now + timedelta(hours=left)
        Case.objects.filter(pk=row.pk).update(resolved_at=now, due_at=due)

    assert {row.pk for row in shown(world, view="all", kept=kept)} == {made[n].pk for n in found}


def test_a_list_of_choices_is_written_whole_and_escaped() -> None:
    field = Select(choices=[("", "all"), ("a&b", "<b>"), ("2", "two")])

    html = field.render("q", "a&b", {"id": "filter_q"})

    assert html == (
        '<select id="filter_q" name="q"><option value="">all</option>'
        '<option value="a&amp;b" selected>&lt;b&gt;</option><option value="2">two</option></select>'
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    "most", [10_000, 2, 0], ids=["led by the word", "led by the units", "led by the order"]
)
def test_a_word_finds_the_same_cases_whichever_way_leads_to_them(
    world: World, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    made = cases(world, *["closed"] * 3, "in_progress")
    Case.objects.filter(pk=made[1].pk).update(customer=world.university)
    Case.objects.filter(pk=made[2].pk).update(subject_name="江州大学的离心机", unit=world.beishan)
    Customer.objects.create(number="K-9", name="江州大酒店", unit=world.jiangzhou)
    monkeypatch.setattr(texts, "MOST", most)

    assert shown(world, view="all", q="江州大") == [made[1]], "of its customer; another unit's stays unseen"
    assert shown(world, view="all", q="dna0") == [made[3], made[1], made[0]]
    assert shown(world, view="all", q="dna0 江州大") == [made[1]]
    assert shown(world, view="all", q="江州大 没有") == []
    assert shown(world, q="dna0") == [made[3]]


@pytest.mark.django_db
def test_more_than_anybody_counts_is_not_counted_again(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases(world, *["closed"] * 60)
    monkeypatch.setattr(texts, "MOST", 55)
    monkeypatch.setattr(page, "COUNTED_UP_TO", 55)
    client.force_login(world.chen_jing)

    with CaptureQueriesContext(connection) as asked:
        answer = client.get("/cases/?view=all&q=DNA")

    assert "55+" in answer.content.decode()
    assert not [each for each in asked if 'COUNT(*) FROM (SELECT "kernel_case"' in each["sql"]]
