"""Reports in the browser: the list, the page with its links, paper, workbook, public link."""

import io
import re
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from python_calamine import CalamineWorkbook

from bihuan.kernel import jobs
from bihuan.kernel.act import reports as act
from bihuan.kernel.models import Case, Publication, Report, ReportVersion, Unit
from bihuan.kernel.read import reports as read
from bihuan.kernel.registry import report_specs
from bihuan.kernel.rules.periods import Period
from bihuan.kernel.tests.world import World, a_case
from bihuan.web.lists.reports import ReportsListing
from bihuan.web.reports.show import base
from bihuan.web.tests.listing_contract import ListingContract
from bihuan.web.tests.report_contract import broken_links, linked_numbers

ZONE = ZoneInfo("Asia/Shanghai")
SEPTEMBER = Period.read("2025-09", ZONE)


def instants(*texts: str) -> list[datetime]:
    return [datetime.fromisoformat(text).replace(tzinfo=ZONE) for text in texts]


def busy_month(world: World) -> None:
    """Cases of every fate: closed in time, late, still open, void, of August, of October."""
    opened, fixed, closed, due = instants(
        "2025-09-02T09:00", "2025-09-03T09:00", "2025-09-04T09:00", "2025-09-05T23:59"
    )
    for n in range(10):
        case = a_case(world, "offline", f"DNA{n}", at=opened)
        Case.objects.filter(pk=case.pk).update(
            state="closed", resolved_at=fixed, closed_at=closed, due_at=due, reopened=n % 3
        )
    late, open_, void, august, october = (
        a_case(world, kind, subject, at=at)
        for kind, subject, at in zip(
            ("clock_skew", "offline", "service", "offline", "offline"),
            ("A", "B", "C", "D", "E"),
            instants(
                "2025-09-10T09:00",
                "2025-09-30T23:59",
                "2025-09-11T09:00",
                "2025-08-20T09:00",
                "2025-10-01T00:00",
            ),
            strict=True,
        )
    )
    late_fixed, august_due, void_due = instants("2025-09-25T09:00", "2025-08-25T23:59", "2025-09-12T23:59")
    Case.objects.filter(pk=late.pk).update(state="verifying", resolved_at=late_fixed, due_at=due)
    Case.objects.filter(pk=august.pk).update(due_at=august_due)
    Case.objects.filter(pk=void.pk).update(state="void", due_at=void_due)
    Case.objects.filter(pk=open_.pk).update(due_at=october.due_at)


def made(world: World, unit: Unit | None = None, key: str = "work.month") -> Report:
    row = act.row_for(spec=report_specs()[key][1], unit=unit or world.jiangzhou, period=SEPTEMBER)
    act.assemble(row=row)
    return row


@pytest.fixture
def report(world: World) -> Report:
    busy_month(world)
    return made(world)


@pytest.fixture
def manager(client: Client, world: World) -> Client:
    client.force_login(world.sun_qian)
    return client


def newest(report: Report) -> ReportVersion:
    return ReportVersion.objects.filter(report=report).latest("number")


def url(name: str, report: Report, query: str = "") -> str:
    return reverse(name, args=[report.pk]) + query


def test_every_number_is_the_count_of_the_rows_that_its_link_shows(world: World, report: Report) -> None:
    content = newest(report).content
    assert sum(n for _link, n in linked_numbers(content)) > 50
    assert broken_links(content, world.chen_jing) == []


def test_the_numbers_are_those_of_the_month(world: World, report: Report) -> None:
    flow = newest(report).content["sections"][0]["figures"]
    assert {figure["key"]: figure["value"] for figure in flow} == {
        "opened": 13,
        "closed": 10,
        "in_time": 0.909091,
        "left": 3,
        "late": 1,
        "reopened": 6,
    }


def test_the_page_says_what_when_by_whom_and_links_each_number(manager: Client, report: Report) -> None:
    shown = manager.get(url("report", report)).content.decode()
    for text in (
        "工单闭环月报",
        "2025 年 9 月",
        "江州分公司",
        "第 1 版",
        "n\xa0=\xa011",
        "95%\xa0区间",
        "系统",
    ):
        assert text in shown, text
    assert 'href="/cases/?view=all&amp;unit=' in shown


def test_in_english_the_same_frozen_report_is_english(manager: Client, world: World, report: Report) -> None:
    world.sun_qian.language = "en"
    world.sun_qian.save()
    shown = manager.get(url("report", report)).content.decode()
    for text in ("Work of the loop, monthly report", "September 2025", "Put right in time", "version 1"):
        assert text in shown, text
    assert "按时整改" not in shown


def test_a_report_before_its_day_says_when_it_comes(manager: Client, world: World) -> None:
    period = read.period_around(timezone.localdate(), "month")
    row = act.row_for(spec=report_specs()["work.month"][1], unit=world.jiangzhou, period=period)
    assert "期间进行中" in manager.get(url("report", row)).content.decode()
    assert manager.get(url("report-print", row)).status_code == 404


def test_a_late_report_says_so(manager: Client, report: Report) -> None:
    assert "未发布，截止时间" in manager.get(url("report", report)).content.decode()
    page = manager.get(reverse("reports") + "?view=late").context["listing"]
    assert (page.count, page.facts.number) == (1, 1)


@pytest.mark.parametrize("part", ["report", "report-print", "report-css", "report-excel"])
def test_no_part_of_it_opens_for_another_unit(
    client: Client, world: World, report: Report, part: str
) -> None:
    client.force_login(world.gao_yuan)
    assert client.get(url(part, report)).status_code == 404
    client.force_login(world.wu_min)
    assert client.get(url(part, report)).status_code == 404, "a unit below does not cover the one above"


def test_the_paper_has_no_shell_and_its_sheet_names_report_and_pages(manager: Client, report: Report) -> None:
    paper = manager.get(url("report-print", report, "?version=1")).content.decode()
    assert "bh-nav" not in paper
    assert url("report-css", report, "?version=1") in paper
    sheet = manager.get(url("report-css", report, "?version=1"))
    assert sheet.headers["Content-Type"].startswith("text/css")
    text = sheet.content.decode()
    assert "size: A4" in text
    assert "counter(page)" in text
    assert "工单闭环月报" in text


def test_a_unit_whose_name_is_code_does_not_break_out_of_the_sheet(
    client: Client, world: World, report: Report
) -> None:
    world.beishan.name = '"; } body { display: none } /* \\'
    world.beishan.save()
    client.force_login(world.chen_jing)
    text = client.get(url("report-css", made(world, world.beishan))).content.decode()
    assert "display: none" not in text
    assert text.count("{") == text.count("}") == 6


def sheets(answer: Any, path: Path) -> dict[str, list[list[Any]]]:
    path.write_bytes(body(answer))
    book = CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_the_workbook_has_a_sheet_a_section_and_each_number_its_query(
    manager: Client, report: Report, tmp_path: Path
) -> None:
    found = sheets(manager.get(url("report-excel", report)), tmp_path / "r.xlsx")
    assert list(found) == ["报告", "闭环总览", "期间走势", "超标类型", "各单位"]
    opened = next(line for line in found["闭环总览"] if line[0] == "开单")
    assert opened[1] == 13
    assert opened[7].startswith("/cases/?view=all&unit=")
    share = next(line for line in found["闭环总览"] if line[0] == "按时整改")
    assert (share[1], share[3]) == (0.909091, 11)
    assert found["各单位"][2][0] == "生科楼"
    assert found["各单位"][2][-1].startswith("/cases/?")


def test_what_looks_like_a_formula_stays_text_in_the_workbook(
    client: Client, world: World, report: Report
) -> None:
    world.building.name = '=HYPERLINK("http://bad","x")'
    world.building.save()
    act.assemble(row=report)
    client.force_login(world.chen_jing)
    data = body(client.get(url("report-excel", report)))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist())


def publish(client: Client, report: Report, **more: str) -> Publication:
    client.post(url("report-step", report), {"step": "publish", "number": "1", **more})
    return Publication.objects.latest("pk")


def test_the_public_link_shows_the_numbers_and_no_way_into_the_house(manager: Client, report: Report) -> None:
    given = publish(manager, report)
    assert len(given.token) >= 43
    answer = Client().get(reverse("report-public", args=[given.token]))
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "工单闭环月报" in shown
    assert ">13<" in shown
    assert "noindex" in shown
    assert answer.headers["X-Robots-Tag"].startswith("noindex")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    links = set(re.findall(r'href="([^"#]*)"', shown))
    assert all(link.startswith(("/static/", "/public/reports/")) for link in links), links
    assert Client().get(reverse("report-public-css", args=[given.token])).status_code == 200


def test_a_public_link_taken_back_ended_or_guessed_shows_nothing(manager: Client, report: Report) -> None:
    given = publish(manager, report)
    at = reverse("report-public", args=[given.token])
    manager.post(url("report-step", report), {"step": "withdraw"})
    ended = publish(manager, report, until=f"{timezone.localdate() + timedelta(days=1):%Y-%m-%d}")
    Publication.objects.filter(pk=ended.pk).update(expires_at=timezone.now())
    for link in (at, reverse("report-public", args=[ended.token]), "/public/reports/guessed/"):
        answer = Client().get(link)
        assert answer.status_code == 404
        assert ">13<" not in answer.content.decode()
        assert "这里没有可读的内容" in answer.content.decode()


def test_publishing_without_the_role_is_refused_in_words(client: Client, world: World) -> None:
    row = made(world, world.building)
    client.force_login(world.he_jia)
    answer = client.post(url("report-step", row), {"step": "publish", "number": "1"}, follow=True)
    assert not Publication.objects.exists()
    assert [str(message) for message in answer.context["messages"]] != []
    assert "发布第" not in answer.content.decode()


def test_late_data_give_a_version_whose_page_names_what_changed(
    manager: Client, world: World, report: Report
) -> None:
    (late,) = instants("2025-09-29T09:00")
    a_case(world, "offline", "Z", at=late)
    manager.post(url("report-step", report), {"step": "again"})
    assert "正在编制" in manager.get(url("report", report)).content.decode()
    jobs.run_next("w")
    shown = manager.get(url("report", report)).content.decode()
    assert "第 2 版更正的数字" in shown
    old = manager.get(url("report", report, "?version=1")).content.decode()
    assert "最新为第 2 版" in old
    assert manager.get(url("report", report, "?version=9")).status_code == 404
    assert manager.get(url("report", report, "?version=x")).status_code == 404


def test_a_changed_snapshot_is_shown_as_such(manager: Client, report: Report) -> None:
    version = ReportVersion.objects.get(report=report)
    version.content["sections"][0]["figures"][0]["value"] = 1
    version.save()
    assert "摘要不同" in manager.get(url("report", report)).content.decode()


class TestReports(ListingContract):
    listing = ReportsListing

    def make(self, world: World, n: int) -> None:
        spec = report_specs()["work.month"][1]
        last = Report.objects.filter(unit=world.jiangzhou).order_by("first_on").first()
        period = read.period_of(last) if last else SEPTEMBER.next
        for _number in range(n):
            period = period.previous
            row = act.row_for(spec=spec, unit=world.jiangzhou, period=period)
            content = {
                "title": "work",
                "unit": {"name": "江州分公司", "code": "JZ", "path": world.jiangzhou.path},
                "organisation": ["总部", "江州分公司"],
                "period": {"kind": "month", "first": f"{period}-01", "last": f"{period}-28"},
                "sections": [],
            }
            ReportVersion.objects.create(
                report=row, number=1, content=content, sha256="0" * 64, made_at=timezone.now()
            )


@pytest.mark.parametrize(
    ("interval", "share", "decimals", "said"),
    [
        ([0.941, 0.979], True, 1, "n = 412 · 95 % interval 94.1–97.9 %"),
        ([8.43, 69.83], False, 0, "n = 412 · 95 % interval 8.4–69.8"),
        ([-24.665, 42.056], False, 0, "n = 412 · 95 % interval −24.7 … 42.1"),
        ([78.91, 80.12], False, 2, "n = 412 · 95 % interval 78.91–80.12"),
    ],
    ids=["share", "points", "below zero", "two places"],
)
def test_an_interval_has_the_unit_of_its_estimate(
    interval: list[float], share: bool, decimals: int, said: str
) -> None:
    with translation.override("en"):
        told = base({"n": 412, "interval": interval}, share=share, decimals=decimals)
    assert told.replace("\xa0", " ").replace("\u2060", "") == said
