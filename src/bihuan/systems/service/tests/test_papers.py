"""The papers of the branch: on the right day, each number with the rows behind it."""

from datetime import date

import pytest

from bihuan.kernel.act import reports
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.read.reports import content
from bihuan.kernel.registry import report_specs
from bihuan.kernel.rules.periods import Period
from bihuan.kernel.tests.desk_world import at
from bihuan.systems.service import act
from bihuan.systems.service.models import Order
from bihuan.systems.service.read.papers import branches, first_calls
from bihuan.web.tests.report_contract import broken_links

from .yingkou import Branch, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def branch() -> Branch:
    return build()


def lived(branch: Branch) -> None:
    """September 2025: thirteen repairs called back once, some twice, two stages, a complaint."""
    user = branch.posts["service_centre"]
    for n in range(13):
        row = Order.objects.create(
            kind="fault",
            number=f"GZ-{n}",
            unit=branch.repair,
            customer=branch.customer,
            opened_at=at("2025-09-01 08:00"),
        )
        call = act.end_stage(order=row, stage="fault_1", at=at("2025-09-02 15:00"), worker=branch.repairer)
        assert call is not None
        answer = ("satisfied", "dissatisfied", "declined")[0 if n < 10 else n - 10]
        act.finish(
            call=call, user=user, answer=answer, said="客户的话", at=at(f"2025-09-0{3 + (n == 5) * 5} 09:00")
        )
    row = Order.objects.create(
        kind="expansion", number="YK-1", unit=branch.repair, opened_at=at("2025-09-01 08:00")
    )
    for stage in ("acceptance", "survey"):
        act.end_stage(order=row, stage=stage, at=at("2025-09-05 15:00"))
    act.take(
        user=branch.owner,
        unit=branch.repair,
        number="TS-1",
        text="停电两天无人处理",
        complained_at=at("2025-09-06 10:00"),
        serious=True,
    )


@pytest.mark.parametrize("key", ["service.fault_month", "service.month", "service.quarter"])
def test_every_number_of_a_paper_shows_its_rows(branch: Branch, key: str) -> None:
    lived(branch)
    spec = report_specs()[key][1]
    period = Period.read("2025-Q3" if spec.kind == "quarter" else "2025-09", working_calendar().zone)
    assert broken_links(content(spec, branch.branch, period), branch.director) == []


@pytest.mark.parametrize(
    ("key", "period", "day"),
    [
        ("service.quarter", "2025-Q3", date(2025, 10, 9)),
        ("service.quarter", "2025-Q4", date(2026, 1, 5)),
        ("service.fault_month", "2025-01", date(2025, 2, 5)),
        ("service.fault_month", "2025-09", date(2025, 10, 9)),
        ("service.fault_month", "2025-07", date(2025, 8, 1)),
    ],
)
def test_papers_are_due_on_the_days_of_the_original_never_within_their_period(
    branch: Branch, key: str, period: str, day: date
) -> None:
    spec = report_specs()[key][1]
    row = reports.row_for(spec=spec, unit=branch.branch, period=Period.read(period, working_calendar().zone))
    assert working_calendar().local_date(row.due_at) == day


def test_the_summary_counts_who_was_reached_and_names_who_was_late(branch: Branch) -> None:
    lived(branch)
    period = Period.read("2025-09", working_calendar().zone)
    first = {figure.key: figure for figure in first_calls(branch.branch, period).figures}
    assert (first["wanted"].value, first["declined"].value, first["content"].n) == (13, 1, 12)
    assert first["content"].value == pytest.approx(11 / 12)
    assert "GZ-5" in str(first_calls(branch.branch, period).notes[0])
    assert list(branches()) == [branch.branch]
