"""Scenarios 1, 4 to 6, 8 to 11 and 27 of the specification, on the pages and the API."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bihuan.kernel.act import reports
from bihuan.kernel.models import CalendarDay, Case, Notice, Report
from bihuan.web.tests.sheets import xlsx

from .public import (
    PDF,
    bring,
    call,
    clock_of,
    complain,
    due,
    now,
    of,
    seen,
    settle,
    step,
    told,
    words,
    worker,
)
from .yingkou import Branch, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def branch() -> Branch:
    return build()


def days(branch: Branch, tmp_path: Path, moment: str, *rows: tuple[str, str, str]) -> None:
    """Days of the calendar from a file."""
    file = xlsx(tmp_path / "days.xlsx", ["date", "kind", "layer"], *[list(row) for row in rows])
    assert not bring(branch.director, moment, "calendar", file)["wrong"]


def test_scenario_1_the_first_call_back_skips_the_new_year(branch: Branch) -> None:
    number = complain(branch, "2025-01-24 10:00")
    assert due(branch.director, number, "2025-01-24 10:00") == "2025-02-07 23:59"
    page = seen(branch.posts["marketing_head"], number, "2025-01-24 10:00")
    assert "第一次回访 刘主任 移交：第一次回访 5 个工作日 剩 5 个工作日" in page
    assert "期限 2025-02-07 23:59:59" in page
    assert "01-31" not in page


def test_the_caller_is_reminded_when_three_of_the_five_working_days_are_over(branch: Branch) -> None:
    head, number = branch.posts["marketing_head"], complain(branch, "2025-01-24 10:00")
    soon = Notice.objects.filter(user=head, key="task.soon", case__number=number, params__task="call_1")
    worker("2025-02-05 16:50")
    assert not soon.exists()
    worker("2025-02-05 17:01")
    assert soon.count() == 1, "26 and 27 January and 5 February; the limit is 7 February"


def test_scenario_4_five_stages_bring_five_call_backs_on_the_list(branch: Branch, tmp_path: Path) -> None:
    stages = ("业务受理", "现场勘查", "中间检查", "竣工验收", "装表接电")
    rows = [["YK-1", stage, "2026-02-13 10:00", "DSQ-R", "K001", ""] for stage in stages]
    head = ["申请编号", "环节", "结束时间", "班组", "户号", "经办人"]
    file = xlsx(tmp_path / "stages.xlsx", head, *rows)
    assert bring(branch.director, "2026-02-13 11:00", "service:calls", file)["created"] == 5
    with now("2026-02-13 11:00"):
        page = words(of(branch.director).get(reverse("service:calls"), {"view": "open"}))
    assert page.count("YK-1") >= 5
    assert page.count("2026-02-24 23:59") >= 5


def test_scenario_5_a_deadline_in_a_year_without_notice_follows_the_notice_when_it_comes(
    branch: Branch, tmp_path: Path
) -> None:
    """Complaint of 25 December 2026: five working days end in 2027, of which nothing is official yet."""
    number, head = complain(branch, "2026-12-25 10:00"), branch.posts["marketing_head"]
    before = told(branch.director, number, "2026-12-25 10:00")["duties"]["call_1"]
    assert (before["due_provisional"], due(branch.director, number, "2026-12-25 10:00")) == (
        True,
        "2027-01-04 23:59",
    )
    assert "暂定" in seen(head, number, "2026-12-25 10:00")

    days(
        branch,
        tmp_path,
        "2026-12-26 09:00",
        ("2027-01-01", "rest", "gazetted"),
        ("2027-01-03", "work", "gazetted"),
        ("2027-01-04", "rest", "gazetted"),
    )

    after = told(branch.director, number, "2026-12-26 10:00")["duties"]["call_1"]
    assert (after["due_provisional"], due(branch.director, number, "2026-12-26 10:00")) == (
        False,
        "2027-01-03 23:59",
    )
    story = seen(head, number, "2026-12-26 10:00")
    assert "“第一次回访”：日历变更后，时限由 2027-01-04 周一 23:59 改为 2027-01-03 周日 23:59" in story
    assert Notice.objects.filter(user=head, key="task.moved", case__number=number).count() == 1
    with now("2026-12-26 10:00"):
        assert "“第一次回访”的时限因日历变更而移动" in words(of(head).get(reverse("notices")))


def test_scenario_6_an_own_working_saturday_moves_a_limit_and_its_removal_moves_it_back(
    branch: Branch, tmp_path: Path
) -> None:
    number = complain(branch, "2025-03-07 10:00")
    assert due(branch.director, number, "2025-03-07 10:00", "accept") == "2025-03-10 23:59"
    days(branch, tmp_path, "2025-03-07 11:00", ("2025-03-08", "work", "override"))
    assert due(branch.director, number, "2025-03-07 12:00", "accept") == "2025-03-08 23:59"
    with now("2025-03-07 13:00"):
        key = CalendarDay.objects.get(layer="override").pk
        of(branch.director).post(reverse("calendar"), {"action": "remove", "ids": [key], "go": "1"})
    assert due(branch.director, number, "2025-03-07 14:00", "accept") == "2025-03-10 23:59"


def test_scenario_8_the_rate_of_twenty_complaints_names_the_late_one(branch: Branch) -> None:
    head = branch.posts["marketing_head"]
    for n in range(20):
        number = complain(branch, "2025-01-06 10:00", f"TS-{n:02d}")
        settle(branch, number, "2025-01-07 09:00", "2025-01-07 10:00")
        if n < 2:
            letter = SimpleUploadedFile("免回访.pdf", PDF)
            call(head, branch, number, "2025-01-10 10:00", outcome="declined", file=letter)
        else:
            called = "2025-01-16 10:00" if n == 19 else "2025-01-10 10:00"
            call(head, branch, number, called, outcome="satisfied")

    worker("2025-01-20 09:00", "2025-02-05 06:10")
    with now("2025-02-05 09:00"):
        row = Report.objects.get(key="service.month", first_on="2025-01-01")
        reports.assemble(row=row)
        page = words(of(branch.director).get(reverse("report", args=[row.pk])))
    assert "94.4%" in page

    assert "第一次回访及时率 94.4% n = 18 · 95% 区间 74.2\u2060–\u206099.0%" in page
    assert "第二次回访及时率 0 件中 0 件" in page, "its month has only begun"
    assert "TS-19" in page
    assert "TS-18" not in page


def test_scenario_9_the_handler_does_not_call_back_and_nothing_ends_without_proof(branch: Branch) -> None:
    number = complain(branch, "2025-01-24 10:00")
    step(branch.owner, number, "2025-01-24 11:00", "accept")
    step(branch.owner, number, "2025-01-24 11:00", "start")
    bare = step(
        branch.owner, number, "2025-01-26 10:00", "resolve", verdict="justified", text="已恢复供电", cause=""
    )
    assert bare.status_code == 409
    settle(branch, number, "2025-01-26 10:00", "2025-01-26 11:00")
    assert call(branch.owner, branch, number, "2025-01-27 09:00", outcome="satisfied").status_code == 409
    head = branch.posts["marketing_head"]
    assert call(head, branch, number, "2025-01-27 09:00", outcome="satisfied").status_code == 302
    assert told(branch.director, number, "2025-01-27 10:00")["state"] == "closed"


def test_scenario_10_not_resolved_reopens_the_same_case(branch: Branch) -> None:
    number, head = complain(branch, "2025-01-24 10:00"), branch.posts["marketing_head"]
    settle(branch, number, "2025-01-24 11:00", "2025-01-27 10:00")
    call(head, branch, number, "2025-02-05 09:00", outcome="not_resolved")
    found = told(branch.director, number, "2025-02-05 10:00")
    assert (found["state"], found["reopened"], Case.objects.count()) == ("reopened", 1, 1)


def test_scenario_11_unreachable_is_three_tries_on_three_days(branch: Branch) -> None:
    number, head = complain(branch, "2025-01-24 10:00"), branch.posts["marketing_head"]
    settle(branch, number, "2025-01-24 11:00", "2025-01-27 10:00")
    for hour in ("09:00", "11:00", "15:00"):
        call(head, branch, number, f"2025-02-05 {hour}", action="attempt")
    assert call(head, branch, number, "2025-02-05 16:00", outcome="unreachable").status_code == 409
    for day in ("06", "07"):
        call(head, branch, number, f"2025-02-{day} 09:00", action="attempt")
    assert call(head, branch, number, "2025-02-07 10:00", outcome="unreachable").status_code == 302
    assert told(branch.director, number, "2025-02-07 11:00")["duties"]["call_1"]["outcome"] == "unreachable"


def test_scenario_27_a_pause_gives_back_what_it_took_and_a_call_back_cannot_be_paused(
    branch: Branch,
) -> None:
    number = complain(branch, "2025-01-24 16:00")
    step(
        branch.director,
        number,
        "2025-01-24 16:00",
        "retarget",
        limit="13",
        limit_in="business hours",
        text="约定按工作小时计时",
    )
    step(branch.owner, number, "2025-01-24 16:00", "accept")
    step(branch.owner, number, "2025-01-24 16:00", "start")
    first = due(branch.director, number, "2025-01-25 10:00")
    paused = step(
        branch.owner,
        number,
        "2025-01-26 09:30",
        "wait",
        reason="third_party",
        text="等待设备厂家到货",
        file=SimpleUploadedFile("函.pdf", PDF),
    )
    assert paused.status_code == 302, words(paused)
    step(branch.owner, number, "2025-02-05 10:30", "resume")
    found = told(branch.director, number, "2025-02-05 11:00")
    assert clock_of(found["due_at"]) == "2025-02-06 17:00"
    assert due(branch.director, number, "2025-02-05 11:00") == first, "no pause moves a call-back"
    settle(branch, number, "2025-02-05 12:00", "2025-02-06 09:00")
    step(branch.posts["marketing_head"], number, "2025-02-07 15:00", "reopen", text="客户称问题依旧")
    call(branch.posts["marketing_head"], branch, number, "2025-02-07 15:00", outcome="not_resolved")
    assert clock_of(told(branch.director, number, "2025-02-07 16:00")["due_at"]) == "2025-02-08 14:30"
