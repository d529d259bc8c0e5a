"""Checks and visits in the branch's papers and in its evaluation."""

import pytest

from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.read.reports import content
from bihuan.kernel.registry import report_specs
from bihuan.kernel.rules.periods import Period
from bihuan.kernel.tests.desk_world import at
from bihuan.systems.service import act
from bihuan.systems.service.read.checks_paper import halls, owed
from bihuan.systems.service.read.indicators import FEEDS
from bihuan.systems.service.rules.inspection import Said
from bihuan.web.tests.report_contract import broken_links

from .inspecting import Checked, checked, hall, looked, nights

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Checked:
    return checked()


def march(kind: str = "month") -> Period:
    return Period.read("2026-03" if kind == "month" else "2026-Q1", working_calendar().zone)


def lived(world: Checked) -> None:
    """Some days of March 2026: a hall that is looked at, one that is not, a record that was void."""
    hall(world, "H3-02", 3)
    nights("2026-02-28 10:00", "2026-03-01 00:20", "2026-03-04 00:20")
    looked(world, "2026-03-02 10:00", world.watcher, kind="video")
    looked(world, "2026-03-03 10:00", marks=(10, 30, 50), said={0: Said("地面有积水", finding=True)})
    wrong = looked(world, "2026-03-04 09:00", marks=(0, 0, 50), number="wrong")
    act.void(row=wrong, by=world.visitor, reason="记录错厅")
    for day, marks in (("05", (20, 30, 50)), ("06", (10, 30, 50)), ("07", (20, 15, 50))):
        looked(world, f"2026-03-{day} 10:00", world.inspector, kind="scored", marks=marks)


@pytest.mark.parametrize("key", ["service.month", "service.quarter"])
def test_every_number_shows_its_rows(world: Checked, key: str) -> None:
    lived(world)
    spec = report_specs()[key][1]
    assert broken_links(content(spec, world.branch.branch, march(spec.kind)), world.branch.director) == []


def test_the_month_says_what_was_owed_and_what_was_seen_hall_by_hall(world: Checked) -> None:
    lived(world)
    duties = {row.key: row.cells for row in owed(world.branch.branch, march()).tables[0].rows}
    assert [duties["service.video"][state].value for state in ("done", "missed", "due")] == [1, 3, 2]
    (seen,) = halls(world.branch.branch, march()).tables[0].rows
    assert (seen.key, seen.cells["n_visit"].value, seen.cells["visit"].value) == ("H2-01", 1, 90)
    assert (seen.cells["found"].value, seen.cells["n_scored"].value) == (1, 3)


def test_scores_of_inspections_feed_the_evaluation_with_n_and_spread(world: Checked) -> None:
    lived(world)
    feed = FEEDS["hall_scores"]
    found = feed.read(world.branch.branch, *march().span)
    assert found is not None
    assert (found.n, round(float(found.value), 4)) == (3, 91.6667)
    assert found.sd == pytest.approx(7.6376, abs=1e-3)
    assert feed.of_hall is not None
    assert feed.of_hall(world.hall, *march().span) == found
    assert feed.read(world.branch.repair, *march().span) is None
    first = at("2026-04-01 00:00")
    assert feed.read(world.branch.branch, first, at("2026-07-01 00:00")) is None
