"""Bad days: two people at once, a hall that closes, no calendar, half the staff unknown, a worker away."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from bihuan.kernel import clock
from bihuan.kernel.act import reports
from bihuan.kernel.attendance import Attendance
from bihuan.kernel.beat import beat
from bihuan.kernel.models import Case, Event, Notice, Obligation, Report, Role
from bihuan.kernel.read import processes
from bihuan.kernel.tests.desk_world import at
from bihuan.kernel.tests.world import account
from bihuan.systems.service.act import end_stage
from bihuan.systems.service.models import Order, Staff
from bihuan.web.tests.sheets import xlsx

from .field_world import NOW, build_field, draw_of
from .inspecting import checked, nights
from .public import bring, complain, now, of, seen, step, words, worker
from .yingkou import Branch, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def branch() -> Branch:
    return build()


def test_two_people_on_one_case_the_second_is_told_and_nothing_is_overwritten(branch: Branch) -> None:
    number = complain(branch, "2025-01-24 10:00")
    with now("2025-01-24 11:00"):
        page = of(branch.owner).get(f"/cases/{number}/").content.decode()
    mark = page.partition('name="seen" value="')[2].partition('"')[0]
    step(branch.director, number, "2025-01-24 11:01", "reject", text="与客户核对过，无此事")
    late = step(branch.owner, number, "2025-01-24 11:02", "accept", seen=mark)
    assert late.status_code == 409
    assert "客户关系总监" in words(late), "the page names who was first"
    assert Case.objects.get(number=number).state == "rejected"


def test_the_notice_of_next_year_is_missing_on_25_december(branch: Branch) -> None:
    boss = account("root", "管理员", Role.ADMINISTRATOR, branch.branch)
    worker("2026-12-24 08:00", "2026-12-25 08:00")
    number = complain(branch, "2026-12-25 10:00")
    with now("2026-12-25 10:00"):
        assert "2027 年工作日历仍为暂定" in words(of(boss).get(reverse("notices")))
        calendar = words(of(boss).get(reverse("calendar")))
    assert "暂定" in calendar
    assert "2027" in calendar
    assert "暂定" in seen(branch.posts["marketing_head"], number, "2026-12-25 10:00")


def test_half_of_the_staff_is_unknown_every_row_is_named_and_none_is_written(
    branch: Branch, tmp_path: Path
) -> None:
    people = [[f"S{n:02d}", f"员工{n}", "DSQ"] for n in range(10)]
    file = xlsx(tmp_path / "people.xlsx", ["工号", "姓名", "单位"], *people)
    assert not bring(branch.director, "2026-03-02 09:00", "people", file)["wrong"]
    before = Staff.objects.count()
    rows = [[f"S{n:02d}", "DSQ-R", "抢修"] for n in range(20)]
    preview = bring(
        branch.director,
        "2026-03-02 09:10",
        "service:staff",
        xlsx(tmp_path / "staff.xlsx", ["工号", "班组", "岗位"], *rows),
    )
    assert preview["wrong"] == 10
    faults = {row["number"] for row in preview["rows"] if any(cell["error"] for cell in row["cells"])}
    assert faults == set(range(12, 22)), "rows as the sheet numbers them"
    assert Staff.objects.count() == before
    more = [[f"S{n:02d}", f"员工{n}", "DSQ"] for n in range(10, 20)]
    bring(
        branch.director,
        "2026-03-02 09:20",
        "people",
        xlsx(tmp_path / "more.xlsx", ["工号", "姓名", "单位"], *more),
    )
    again = bring(branch.director, "2026-03-02 09:30", "service:staff", tmp_path / "staff.xlsx")
    assert (again["created"], Staff.objects.count()) == (20, before + 20)


def test_a_hall_that_closes_after_the_draw_gives_its_place_to_the_next_ticket_signed() -> None:
    world = build_field()
    with time_machine.travel(NOW, tick=False):
        draw = draw_of(world)
        gone = draw.fieldwork.exclude(drawn="H2-01").order_by("pk")[0]
        client = of(world.branch.director)
        place = {"name": str(gone.hall), "unit": world.team.pk, "level": 3, "footfall": 6000}
        closed = client.post(reverse("service:hall", args=[gone.drawn]), {**place, "closed_on": "2026-11-01"})
        assert closed.status_code == 302
        assert "由该抽样的下一个签号顶替" in words(
            of(world.boss).get(reverse("service:fieldwork-one", args=[gone.pk]))
        )
        answer = of(world.boss).post(
            reverse("service:draw-step", args=[draw.pk]),
            {"action": "substitute", "gone": gone.drawn, "reason": "营业厅已关闭"},
        )
        assert answer.status_code == 302
        page = words(of(world.boss).get(reverse("service:draw", args=[draw.pk])))
    assert "营业厅已关闭" in page
    assert world.boss.name in page.partition("营业厅已关闭")[2], "the replacement is signed"
    now_asked = set(draw.fieldwork.filter(gone_at=None).values_list("drawn", flat=True))
    assert gone.drawn not in now_asked
    assert len(now_asked) == 3


def test_a_report_made_again_after_late_data_names_what_changed(branch: Branch) -> None:
    worker("2025-08-20 09:00", "2025-10-09 06:10")
    row = Report.objects.get(key="service.fault_month", first_on="2025-09-01")
    with now("2025-10-09 07:00"):
        reports.assemble(row=row)
        order = Order.objects.create(
            kind="fault", number="GZ-9", unit=branch.repair, opened_at=at("2025-09-10 08:00")
        )
        end_stage(order=order, stage="fault_1", at=at("2025-09-10 15:00"), worker=branch.repairer)
    with now("2025-10-10 09:00"):
        client = of(branch.director)
        client.post(reverse("report-step", args=[row.pk]), {"step": "again"})
        reports.assemble(row=row)
        page = words(client.get(reverse("report", args=[row.pk])))
    assert "第 2 版" in page
    assert "第 2 版更正的数字 数字 之前 现为 应回访 0 1" in page
    assert "版本 1" in page
    assert row.versions.count() == 2


def test_a_worker_dead_for_two_days_makes_up_for_everything_once_and_the_pages_say_so() -> None:
    """Weekly visit, daily checks, a call-back and the month's papers fall due while nobody works."""
    world = checked()
    branch = world.branch
    boss = account("root", "管理员", Role.ADMINISTRATOR, branch.branch)
    attendance = Attendance("worker")

    def turn(moment: str) -> None:
        instant = at(moment)
        with time_machine.travel(instant, tick=False):
            attendance.present(instant)
            rows, more = clock.run_due(instant)
            attendance.handled(rows, more=more, now=instant)
            beat("worker", instant, **attendance.detail)

    nights("2026-02-27 06:00", "2026-03-02 06:00")
    number = complain(branch, "2026-03-02 10:00")
    turn("2026-03-02 17:00")
    attendance = Attendance("worker")
    for minute in (0, 1, 2, 5):
        turn(f"2026-03-04 17:{minute:02d}")

    days = Obligation.objects.filter(key="service.video", subject="H2-01", begins_on__gte="2026-03-02")
    assert [(f"{row.begins_on:%m-%d}", row.state) for row in days.order_by("begins_on")] == [
        ("03-02", "missed"),
        ("03-03", "missed"),
        ("03-04", "due"),
    ]
    missed = sorted(Case.objects.filter(kind="duty_missed").values_list("episode", flat=True))
    assert missed == [f"service.video:2026-{day}" for day in ("02-28", "03-02", "03-03")], "one case each"
    told = Event.objects.filter(case__number=number, verb="task.escalated", payload__duty="contact")
    steps = list(told.values_list("payload__step", flat=True))
    assert len(steps) == len(set(steps)) > 0, "no step was climbed twice"
    with now("2026-03-04 17:30"):
        processes.forget()
        page = words(of(boss).get(reverse("home")))
        admin = words(of(boss).get(reverse("processes")))
        notices = words(of(boss).get(reverse("notices")))
    for shown in (page, admin):
        assert "后台进程" in shown
        assert "03-02 周一 17:00" in shown
    assert "后台进程自 2026-03-02 17:00" in notices
    assert Notice.objects.filter(key="process.back").count() == 1
    with now("2026-03-07 09:00"):
        processes.forget()
        assert "后台进程" not in words(of(boss).get(reverse("home"))), "not for ever"


def test_a_short_stop_is_no_absence(branch: Branch, client: Client) -> None:
    account("root", "管理员", Role.ADMINISTRATOR, branch.branch)
    attendance, start = Attendance("worker"), at("2026-03-02 17:00")
    for minutes in (0, 9, 18):
        moment = start + timedelta(minutes=minutes)
        attendance.present(moment)
        attendance.handled(3, more=False, now=moment)
    assert not attendance.detail
    assert not Event.objects.filter(verb="process.back").exists()
