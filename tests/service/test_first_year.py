"""From an empty house to the published ranking: every step on a page, every list from Excel."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.kernel.act import reports
from bihuan.kernel.models import Obligation, Report, Unit, User
from bihuan.site.prepare import first_administrator, prepare
from bihuan.systems.service.models import CardSubject, Scorecard
from bihuan.systems.service.tests.public import bring, now, of, words, worker
from bihuan.web.tests.sheets import xlsx

DAY = "2026-09-28 09:00"
UNITS = (
    ("DSQ", "大石桥供电分公司", ""),
    ("DSQ-YX", "营销管理室", "DSQ"),
    ("DSQ-YY", "营业班", "DSQ"),
    ("DSQ-CB", "抄表班", "DSQ"),
    ("DSQ-KF", "客服中心", "DSQ"),
    ("QX-1", "抢修一班", "DSQ"),
    ("QX-2", "抢修二班", "DSQ"),
)
ACCOUNTS = (
    ("gao_jl", "高经理", "director", "DSQ"),
    ("liu_zr", "刘主任", "manager", "DSQ"),
    ("wang_fz", "王副经理", "manager", "DSQ"),
    ("feng_sp", "冯视频", "manager", "DSQ"),
    ("sun_kf", "孙客服", "manager", "DSQ"),
    ("he_bz", "何班长", "owner", "DSQ-YY"),
    ("wu_bz", "吴班长", "owner", "QX-1"),
)
POSTS = (
    ("营销管理室主任", "liu_zr"),
    ("营销副经理", "wang_fz"),
    ("主管经理", "wang_fz"),
    ("考核组", "liu_zr"),
    ("视频监管专人", "feng_sp"),
    ("服务管理人员", "liu_zr"),
    ("营销管理室客户服务专工", "liu_zr"),
    ("客服中心", "sun_kf"),
    ("业扩回访专人", "sun_kf"),
)


@pytest.fixture
def admin(db: None) -> User:
    with now("2026-09-25 17:00"):
        prepare()
        first = first_administrator()
    assert first is not None
    return first[0]


def sheet(folder: Path, name: str, head: list[str], rows: Any) -> Path:
    return xlsx(folder / f"{name}.xlsx", head, *[list(row) for row in rows])


def loaded(user: User, page: str, file: Path, moment: str = DAY) -> None:
    preview = bring(user, moment, page, file)
    assert not preview["wrong"], preview["errors"]


def organised(admin: User, folder: Path) -> User:
    """Units, accounts and posts; returns the director, who goes on alone."""
    loaded(admin, "units", sheet(folder, "units", ["编号", "名称", "上级单位"], UNITS))
    with now(DAY):
        for username, name, role, unit in ACCOUNTS:
            fields = {
                "username": username,
                "name": name,
                "role": role,
                "unit": Unit.objects.get(code=unit).pk,
                "email": "",
            }
            answer = of(admin).post(reverse("account-new"), fields)
            assert answer.status_code == 200, words(answer)
    posts = [(title, "DSQ", username) for title, username in POSTS]
    loaded(admin, "posts", sheet(folder, "posts", ["岗位", "单位", "任职人"], posts))
    return User.objects.get(username="gao_jl")


def staffed(director: User, folder: Path) -> None:
    """People, halls, staff and areas."""
    people = [(f"G{n:02d}", f"员工{n}", "DSQ") for n in range(1, 9)]
    loaded(director, "people", sheet(folder, "people", ["工号", "姓名", "单位"], people))
    halls = [
        ("H1", "中心营业厅", "DSQ-YY", 1, "是", "每天 8:30-17:00", 9000),
        ("H2", "南楼营业厅", "DSQ-YY", 2, "否", "8:30-11:30 13:30-17:00", 5000),
        ("H3", "旗口营业厅", "DSQ-YY", 3, "否", "", 900),
    ]
    head = ["营业厅编号", "名称", "单位", "等级", "市区", "营业时间", "季度客流"]
    loaded(director, "service:halls", sheet(folder, "halls", head, halls))
    jobs = ("营业员", "营业员", "抄表", "座席", "抢修", "抢修", "业扩", "抄表员")
    teams = ("DSQ-YY", "DSQ-YY", "DSQ-CB", "DSQ-KF", "QX-1", "QX-2", "DSQ-YX", "DSQ-CB")
    staff = [(f"G{n:02d}", team, job) for n, (team, job) in enumerate(zip(teams, jobs, strict=True), 1)]
    loaded(director, "service:staff", sheet(folder, "staff", ["工号", "班组", "岗位"], staff))
    areas = [("M1", "北关", "DSQ-CB", "G03", 800), ("M2", "东街", "DSQ-CB", "G08", 950)]
    head = ["编号", "名称", "单位", "抄表员", "户数"]
    loaded(director, "service:areas", sheet(folder, "areas", head, areas))


def carded(director: User) -> None:
    """Each of our proposals is drafted and put in force as it is."""
    with now(DAY):
        client = of(director)
        for subject in CardSubject.values:
            client.post(reverse("service:scorecard-new"), {"subject": subject})
            card = Scorecard.objects.get(subject=subject)
            client.post(reverse("service:scorecard-in-force", args=[card.pk]), {"on": "2026-09-28"})


def called(director: User, folder: Path) -> None:
    """Forty repairs of two teams in August, each called back the next day by 95598."""
    orders = [(f"GZ-{n}", "fault_1", "2026-08-10 10:00", f"QX-{1 + n % 2}") for n in range(80)]
    stages = sheet(folder, "stages", ["工单号", "环节", "结束时间", "班组"], orders)
    loaded(director, "service:calls", stages)
    made = [
        (
            number,
            "fault_1",
            "2026-08-11 09:00",
            "sun_kf",
            "满意" if n % 2 or n % 5 else "不满意",
            "客户的话",
        )
        for n, (number, *_rest) in enumerate(orders)
    ]
    head = ["工单号", "环节", "回访时间", "回访人", "回访结果", "客户意见"]
    loaded(director, "service:calls-made", sheet(folder, "calls", head, made))


def step(director: User) -> str:
    with now(DAY):
        return words(of(director).get(reverse("service:first-steps")))


def test_from_an_empty_house_to_the_published_ranking(admin: User, tmp_path: Path) -> None:
    with now(DAY):
        assert "启用步骤" in words(of(admin).get(reverse("home"))), "the cockpit says where to begin"
        assert "从 Excel 导入" in words(of(admin).get(reverse("service:halls")))
    assert "下一步：单位与班组" in step(admin)
    director = organised(admin, tmp_path)
    assert "下一步：人员" in step(director)
    staffed(director, tmp_path)
    assert "下一步：已启用的评分表" in step(director)
    carded(director)
    assert "下一步：本季度抽样" in step(director)
    called(director, tmp_path)

    worker("2026-09-28 10:00", "2026-09-29 00:20")
    owed = Obligation.objects.filter(begins_on=date(2026, 9, 29), key="service.video")
    assert set(owed.values_list("subject", flat=True)) == {"H1", "H2", "H3"}, "from the next day on"
    with now("2026-09-29 09:00"):
        page = words(of(User.objects.get(username="feng_sp")).get(reverse("service:due")))
    assert "南楼营业厅" in page
    assert "今天 08:30-11:30 13:30-17:00 营业" in page

    worker("2026-10-08 06:00", "2026-10-08 06:10")
    due = {row.key: row for row in Report.objects.filter(first_on="2026-07-01")}
    assert {key: f"{row.due_at:%m-%d}" for key, row in due.items() if key.startswith("service")} == {
        "service.quarter": "10-08",
        "service.ranking": "10-08",
    }
    for key in ("service.quarter", "service.ranking"):
        published(director, due[key])
    with now("2026-10-08 11:00"):
        shown = of(director).get(
            reverse("service:ranking"), {"group": "teams", "item": "fault", "quarter": "2026-Q3"}
        )
        assert "1 1 抢修二班 100.00 91.2–100.0 99.1 40 2 2 抢修一班 80.00" in words(shown).replace(
            "\u2060", ""
        )


def published(director: User, row: Report) -> None:
    """Assembled, published by hand, and read by somebody without an account."""
    with now("2026-10-08 09:00"):
        reports.assemble(row=row)
        client = of(director)
        version = row.versions.get()
        client.post(reverse("report-step", args=[row.pk]), {"step": "publish", "number": version.number})
        page = client.get(reverse("report", args=[row.pk])).content.decode()
        link = page.partition("/public/reports/")[2].partition("/")[0]
        assert link, "the page shows its public link"
        outside = Client().get(reverse("report-public", args=[link]))
        assert outside.status_code == 200
        assert "抢修二班" in words(outside) or row.key == "service.quarter"
        book: Any = client.get(reverse("report-excel", args=[row.pk]))
        assert b"".join(book.streaming_content)[:2] == b"PK"


def test_a_report_of_a_quarter_before_the_house_is_made_on_the_page(admin: User, tmp_path: Path) -> None:
    director = organised(admin, tmp_path)
    with now(DAY):
        client, url = of(director), reverse("report-new")
        fields = {"report": "service.quarter", "unit": director.unit_id, "period": "2026-Q2"}
        answer = client.post(url, fields)
        row = Report.objects.get(key="service.quarter", first_on="2026-04-01")
        assert answer["Location"] == reverse("report", args=[row.pk])
        assert "正在编制" in words(client.get(answer["Location"]))
        assert not row.owed, "nobody is late with it"
        assert client.post(url, {**fields, "report": "service.month"}).status_code == 422
        team = Unit.objects.get(code="QX-1")
        wrong = client.post(url, {**fields, "unit": team.pk})
        assert "不报送" in words(wrong)
        assert client.post(url, fields).status_code == 302
    assert Report.objects.filter(key="service.quarter", first_on="2026-04-01").count() == 1
