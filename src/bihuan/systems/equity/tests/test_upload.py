"""Millions of order lines from the page: sniffed, bounded, brought in by a job, unreadable rows listed."""

import csv
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bihuan.kernel import jobs
from bihuan.kernel.models import Job, JobState, Notice, Standard, User
from bihuan.kernel.tests.world import World, build, seed
from bihuan.systems.equity.act import parquet as bringing
from bihuan.systems.equity.act.orders import judge
from bihuan.systems.equity.act.upload import folder, sniffed
from bihuan.systems.equity.models import Purchase

from .shop import parquet

pytestmark = pytest.mark.django_db
COLUMNS = 'order", customer, date, amount'
GOOD = (("D1", "C001", "2026-09-01", "128.50"), ("D2", "C001", "2026-09-09", "60"))


@pytest.fixture
def world(settings: Any, tmp_path: Path) -> World:
    settings.HOME = tmp_path
    seed()
    return build()


def send(client: Client, user: User, data: bytes, name: str = "orders.parquet") -> Any:
    client.force_login(user)
    file = SimpleUploadedFile(name, data)
    return client.post(reverse("equity:orders-parquet"), {"file": file, "unit": user.unit.pk})


def file_of(path: Path, *rows: tuple[str, ...]) -> bytes:
    return parquet(path / "given.parquet", *rows, columns=f'"{COLUMNS}').read_bytes()


def brought(client: Client, user: User, data: bytes) -> Job:
    assert send(client, user, data).headers["Location"] == reverse("jobs")
    assert jobs.run_next("w")
    return Job.objects.latest("pk")


def faults(job: Job) -> list[list[str]]:
    with (jobs.exports() / job.file).open(encoding="utf-8-sig") as file:
        return list(csv.reader(file))


def test_orders_come_in_by_a_job_that_says_how_many(world: World, client: Client, tmp_path: Path) -> None:
    job = brought(client, world.sun_qian, file_of(tmp_path, *GOOD))
    assert (job.state, job.done, job.total, job.file) == (JobState.DONE, 2, 2, "")
    row = Purchase.objects.get(order="D1")
    assert (row.amount, row.customer, row.problem, row.value) == (12850, world.university, "", 12850)
    notice = Notice.objects.get()
    assert notice.key == "equity.imported", "and no file is said to be ready"
    assert notice.params == {"job": job.pk, "rows": 2}
    assert list(folder().iterdir()) == [], "the upload is not kept"
    shown = client.get(reverse("jobs")).content.decode()
    assert "orders.parquet" in shown


def test_every_row_that_cannot_be_read_is_listed_and_nothing_is_imported(
    world: World, client: Client, tmp_path: Path
) -> None:
    wrong = (
        ("D3", "", "2026-09-01", "5"),
        ("D4", "C001", "yesterday", "1.234"),
        ("D5", "C001", "2026-09-01", "=1+1"),
    )
    job = brought(client, world.sun_qian, file_of(tmp_path, *GOOD, *wrong))
    assert not Purchase.objects.exists()
    assert job.state == JobState.DONE
    assert job.file_name == "未导入 orders.csv"
    rows = faults(job)[1:]
    assert [(row[0], row[1]) for row in rows] == [
        ("3", "customer"),
        ("4", "amount"),
        ("4", "date"),
        ("5", "amount"),
    ]
    assert Notice.objects.get(key="equity.refused").params["rows"] == 3


def test_faults_are_listed_up_to_a_bound(
    world: World, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing, "MOST_FAULTS", 5)
    many = [(f"D{n}", "", "2026-09-01", "5") for n in range(40)]
    job = brought(client, world.sun_qian, file_of(tmp_path, *many))
    assert len(faults(job)) == 1 + 5
    assert Notice.objects.get(key="equity.refused").params["rows"] == 40


def test_what_is_no_parquet_file_is_refused_whatever_it_is_called(world: World, client: Client) -> None:
    for data in (b"order,customer\n1,2\n", b"PAR1", b"PAR1" + bytes(40), b"PK\x03\x04" + bytes(80)):
        answer = send(client, world.sun_qian, data)
        assert answer.status_code == 422
        assert "不是 Parquet" in answer.content.decode()
    assert not Job.objects.exists()
    assert list(folder().iterdir()) == []


def test_a_file_that_only_looks_like_one_fails_in_words(world: World, client: Client) -> None:
    job = brought_or_failed(client, world.sun_qian, b"PAR1" + bytes(60) + b"PAR1")
    assert job.state == JobState.FAILED
    assert job.error
    assert list(folder().iterdir()) == []


def brought_or_failed(client: Client, user: User, data: bytes) -> Job:
    assert send(client, user, data).status_code == 302
    jobs.run_next("w")
    return Job.objects.latest("pk")


def test_a_file_that_is_too_large_is_refused(world: World, client: Client, tmp_path: Path) -> None:
    Standard.objects.filter(key="equity.upload.mb").update(value=0)
    answer = send(client, world.sun_qian, file_of(tmp_path, *GOOD))
    assert answer.status_code == 422
    assert "请拆分" in answer.content.decode()
    assert list(folder().iterdir()) == []


def test_a_job_that_is_carried_out_twice_leaves_each_line_once(
    world: World, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after its pieces were committed and before it was done: no line counts until it was judged."""

    def killed(**_given: Any) -> None:
        raise OSError("gone")

    real = judge
    monkeypatch.setattr(jobs, "AGAIN_AFTER", timedelta(0))
    monkeypatch.setattr(bringing, "judge", killed)
    send(client, world.sun_qian, file_of(tmp_path, *GOOD))
    assert jobs.run_next("w")
    assert set(Purchase.objects.values_list("problem", flat=True)) == {"customer"}
    monkeypatch.setattr(bringing, "judge", real)
    assert jobs.run_next("w")
    assert Purchase.objects.filter(problem="", customer=world.university).count() == 2


def test_lines_of_other_units_are_nobody_elses_to_overwrite(
    world: World, client: Client, tmp_path: Path
) -> None:
    Purchase.objects.create(
        order="D2", number="B1", unit=world.beishan, on="2026-09-09", amount=1, problem="customer"
    )
    job = brought(client, world.sun_qian, file_of(tmp_path, *GOOD))
    assert [row[1:3] for row in faults(job)[1:]] == [["order", "D2 / 1"]]
    assert Purchase.objects.count() == 1


def test_who_may_not_import_does_not_get_that_far(world: World, client: Client, tmp_path: Path) -> None:
    assert send(client, world.wu_min, file_of(tmp_path, *GOOD)).status_code == 403
    client.force_login(world.sun_qian)
    assert "导入 Parquet 文件" in client.get(reverse("equity:orders")).content.decode()


def test_a_unit_outside_ones_own_is_no_choice(world: World, client: Client, tmp_path: Path) -> None:
    client.force_login(world.sun_qian)
    file = SimpleUploadedFile("o.parquet", file_of(tmp_path, *GOOD))
    answer = client.post(reverse("equity:orders-parquet"), {"file": file, "unit": world.beishan.pk})
    assert answer.status_code == 422


def test_both_magic_words_make_a_parquet_file(tmp_path: Path) -> None:
    path = tmp_path / "x"
    for data, is_one in ((b"PAR1xxxxPAR1", True), (b"PAR1xxxxxxxx", False), (b"", False)):
        path.write_bytes(data)
        assert sniffed(path) is is_one
