"""A long export becomes a job: the same file, for its owner alone; and the table of my jobs."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from bihuan.kernel import jobs
from bihuan.kernel.models import Job, Person
from bihuan.kernel.tests.world import World
from bihuan.web.listing import background
from bihuan.web.lists.jobs import JobsListing
from bihuan.web.tests.listing_contract import ListingContract


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    monkeypatch.setattr(background, "LONG", 2)
    settings.HOME = tmp_path


@pytest.fixture
def manager(client: Client, world: World) -> Client:
    client.force_login(world.sun_qian)
    return client


def ask(client: Client, query: str = "") -> Job:
    assert client.post(reverse("people-export") + query).headers["Location"] == reverse("jobs")
    return Job.objects.latest("pk")


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_a_short_export_is_a_file_at_once(manager: Client) -> None:
    answer = manager.get(reverse("people-export") + "?q=S001")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert body(answer)
    assert not Job.objects.exists()


def test_a_long_one_is_asked_for_made_by_the_worker_and_told(
    manager: Client, world: World, tmp_path: Path
) -> None:
    shown = manager.get(reverse("people-export"))
    assert "后台生成" in shown.content.decode()
    assert not Job.objects.exists(), "looking asks for nothing"
    row = ask(manager, "?q=S00&sort=-number")
    assert jobs.run_next("w")
    told = manager.get(reverse("notices")).content.decode()
    assert f"任务 {row.pk}" in told
    assert reverse("jobs") in told
    path = tmp_path / "out.xlsx"
    path.write_bytes(body(manager.get(reverse("job-file", args=[row.pk]))))
    book = CalamineWorkbook.from_path(str(path))
    numbers = [line[0] for line in book.get_sheet_by_index(0).to_python()]
    assert numbers[1:] == ["S003", "S002", "S001"]
    row.refresh_from_db()
    assert (row.done, row.total) == (3, 3)


def test_a_job_writes_the_rows_that_its_owner_may_see(manager: Client, world: World) -> None:
    Person.objects.create(number="S900", name="外人", unit=world.beishan)
    row = ask(manager, "?format=csv")
    jobs.run_next("w")
    text = body(manager.get(reverse("job-file", args=[row.pk]))).decode("utf-8-sig")
    assert "张三" in text
    assert "外人" not in text


def test_the_same_export_twice_is_one_job(manager: Client) -> None:
    assert ask(manager) == ask(manager)
    ask(manager, "?format=csv")
    ask(manager)
    assert Job.objects.count() == 2


def test_nobody_else_gets_the_file(manager: Client, world: World) -> None:
    row = ask(manager)
    jobs.run_next("w")
    for other in (world.admin, world.gao_yuan, world.chen_jing):
        stranger = Client()
        stranger.force_login(other)
        assert stranger.get(reverse("job-file", args=[row.pk])).status_code == 404
    assert Client().get(reverse("job-file", args=[row.pk])).status_code == 302


def test_who_was_moved_to_another_unit_does_not_get_the_old_rows(manager: Client, world: World) -> None:
    row = ask(manager)
    jobs.run_next("w")
    world.sun_qian.unit = world.beishan
    world.sun_qian.save()
    assert manager.get(reverse("job-file", args=[row.pk])).status_code == 404


def test_a_file_that_is_gone_says_so(manager: Client, tmp_path: Path) -> None:
    row = ask(manager)
    jobs.run_next("w")
    row.refresh_from_db()
    (tmp_path / "exports" / row.file).unlink()
    answer = manager.get(reverse("job-file", args=[row.pk]))
    assert answer.status_code == 410
    assert "只保存几天" in answer.content.decode()


def test_the_sixth_is_refused_with_a_reason(manager: Client) -> None:
    for n in range(jobs.MOST_A_USER):
        ask(manager, f"?sort=number&hide={n}")
    answer = manager.post(reverse("people-export"), follow=True)
    assert "未完成" in " ".join(str(message) for message in answer.context["messages"])
    assert Job.objects.count() == jobs.MOST_A_USER


def test_no_job_can_name_code_that_is_no_table(manager: Client, world: World) -> None:
    row = jobs.enqueue(
        name="export",
        params={"listing": "os:system", "query": "?", "format": "xlsx", "full": False},
        user=world.sun_qian,
    )
    jobs.run_next("w")
    row.refresh_from_db()
    assert (row.state, row.error) == ("failed", "该表已不存在。")


class TestJobs(ListingContract):
    listing = JobsListing
    rows_have_pages = False

    def make(self, world: World, n: int) -> None:
        for number in range(n):
            params = {"listing": "people", "query": f"?q={number}", "format": "xlsx", "full": False}
            Job.objects.create(
                name="export",
                params=params,
                user=world.sun_qian,
                unit=world.jiangzhou,
                made_at="2026-01-31T09:00+08:00",
                state="failed" if number % 2 else "done",
                error="no paper" if number % 2 else "",
                file="" if number % 2 else f"{number}-1.xlsx",
                file_name="people.xlsx",
                size=number * 1_000_000,
            )

    @pytest.fixture(autouse=True)
    def _all_short(self, few_are_many: None, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(background, "LONG", 5000)

    def test_the_page_names_the_table_and_why_it_failed(self) -> None:
        shown = self.client.get(self.url()).content.decode()
        assert "导出: 人员（已筛选）" in shown
        assert "no paper" in shown
