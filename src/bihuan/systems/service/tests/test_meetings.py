"""Review meetings: minutes, findings that become cases, and the report to the marketing office."""

from datetime import date

import pytest

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Case, Notice, Severity
from bihuan.kernel.notice.words import sentence
from bihuan.kernel.tests.desk_world import at
from bihuan.systems.service import act
from bihuan.systems.service.models import ReviewMeeting

from .hotline import Hotline, build_hotline, calls

pytestmark = pytest.mark.django_db
NOTED = "听取录音五段，讨论答复口径，明确整改措施。"


@pytest.fixture
def world() -> Hotline:
    return build_hotline()


def meeting(world: Hotline, minutes: str = NOTED) -> ReviewMeeting:
    row = ReviewMeeting(
        unit=world.branch.branch,
        held_on=date(2026, 4, 10),
        chair="刘主任",
        attendees="孙客服\n周专工",
        minutes=minutes,
    )
    return act.keep_meeting(row=row, user=world.boss, heard=calls(world, n=3), fields=["minutes"])


def test_the_report_turns_findings_into_cases_of_their_teams(world: Hotline) -> None:
    row = meeting(world)
    call = row.heard.first()
    act.add_finding(meeting=row, user=world.boss, text="未复述客户诉求", team=world.team, recording=call)
    act.add_finding(meeting=row, user=world.boss, text="泄露客户资料", team=world.team, serious=True)
    assert not Case.objects.exists(), "nothing before the report"
    act.report_meeting(meeting=row, user=world.boss, at=at("2026-04-10 16:00"))
    first, second = Case.objects.filter(kind="voice_finding").order_by("pk")
    assert (first.unit, first.severity, first.subject) == (
        world.team,
        Severity.MINOR,
        call.code if call else "",
    )
    assert second.severity == Severity.SERIOUS
    assert Notice.objects.filter(user=world.branch.posts["marketing_deputy"], key="case.serious").exists()


def test_the_marketing_office_hears_of_the_meeting_once(world: Hotline) -> None:
    row = meeting(world)
    act.report_meeting(meeting=row, user=world.second, at=at("2026-04-10 16:00"))
    notice = Notice.objects.get(user=world.boss, key="service.meeting")
    assert "2026-04-10" in sentence(notice)
    row.refresh_from_db()
    assert row.reported_to == world.boss
    with pytest.raises(Refused, match="已上报"):
        act.report_meeting(meeting=row, user=world.second)


def test_nothing_is_reported_without_minutes(world: Hotline) -> None:
    row = meeting(world, minutes="无")
    with pytest.raises(Refused, match="纪要"):
        act.report_meeting(meeting=row, user=world.boss)


def test_closed_minutes_take_no_finding_and_an_open_one_can_be_dropped(world: Hotline) -> None:
    row = meeting(world)
    found = act.add_finding(meeting=row, user=world.boss, text="语速过快", team=world.team)
    act.drop_finding(finding=found, user=world.boss)
    act.report_meeting(meeting=row, user=world.boss)
    row.refresh_from_db()
    with pytest.raises(Refused):
        act.add_finding(meeting=row, user=world.boss, text="语速过快", team=world.team)
    assert not Case.objects.exists()


def test_a_finding_says_what_and_names_a_team_of_ours(world: Hotline) -> None:
    row = meeting(world)
    with pytest.raises(Refused):
        act.add_finding(meeting=row, user=world.boss, text=" ", team=world.team)
    with pytest.raises(Refused):
        act.add_finding(meeting=row, user=world.branch.owner, text="语速过快", team=world.team)
