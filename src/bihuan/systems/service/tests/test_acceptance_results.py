"""Scenarios 22 and 28 of the specification, on the pages."""

from pathlib import Path

import pytest
from django.urls import reverse

from bihuan.kernel.act import reports
from bihuan.kernel.models import Report
from bihuan.kernel.tests.desk_world import local
from bihuan.web.tests.test_report_pages import sheets

from .hotline import build_hotline, calls, card, commit, opened
from .public import now, of, words, worker
from .test_papers import lived
from .yingkou import build

pytestmark = pytest.mark.django_db


def test_scenario_22_the_quarterly_report_has_its_day_and_each_number_its_query(tmp_path: Path) -> None:
    branch = build()
    worker("2025-08-20 09:00")
    lived(branch)
    worker("2025-10-09 06:10", "2026-01-04 06:10")
    due = {f"{row.first_on:%Y-%m}": row for row in Report.objects.filter(key="service.quarter")}
    with now("2025-10-09 07:00"):
        client = of(branch.director)
        listed = words(client.get(reverse("reports"), {"view": "all", "report": "service.quarter"}))
        assert "2025-10-09 23:59" in listed
        reports.assemble(row=due["2025-07"])
        found = sheets(client.get(reverse("report-excel", args=[due["2025-07"].pk])), tmp_path / "r.xlsx")
    assert local(due["2025-10"].due_at) == "2026-01-05 23:59"
    numbers = [line for rows in found.values() for line in rows if len(line) > 1 and is_number(line[1])]
    assert len(numbers) > 20
    without = [line for line in numbers if not any(str(cell).startswith("/") for cell in line)]
    assert without == [], "each number shows the query that leads to its rows"


def is_number(cell: object) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def test_scenario_28_an_agent_without_a_call_that_could_be_drawn_is_listed_and_never_scored_nought() -> None:
    world = build_hotline()
    card(world)
    calls(world, "8011", n=6, seconds=10)
    calls(world, "8012", n=6)
    draw = opened(world, commit(world))
    page = words(of(world.boss).get(reverse("service:review", args=[draw.review.pk])))
    assert "兰座席 未评价" in page or "未评价：兰座席" in page, page
