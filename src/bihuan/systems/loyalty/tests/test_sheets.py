"""The overview pages leave as Excel files: the figures of the screen, with n and both ends."""

import io
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from bihuan.kernel.rules.calendar import SHANGHAI
from bihuan.systems.loyalty.models import JourneyStage, Touchpoint
from bihuan.systems.loyalty.views.sheets import PAGES

from .bank import Bank, answered, build_bank, customer, scores

pytestmark = pytest.mark.django_db
RATED = {"loyalty-age": "35-49"}


@pytest.fixture
def bank() -> Bank:
    return build_bank()


def read(client: Client, url: str, **asked: str | int) -> list[list[list[Any]]]:
    answer = client.get(url, asked)
    assert answer.status_code == 200
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


def line(rows: list[list[Any]], first: str) -> list[Any]:
    return next([cell for cell in row if cell != ""] for row in rows if row and row[0] == first)


def test_the_branches_leave_with_score_interval_and_p(bank: Bank, client: Client) -> None:
    for unit, given in zip(bank.cards, ((40, 5, 5), (20, 10, 20), (2, 1, 1)), strict=True):
        answered(bank, scores(*given), unit=unit)
    client.force_login(bank.boss)
    rows, told = read(client, reverse("loyalty:sheet", args=["branches"]), period="2026-Q4")
    name = bank.cards[0].name
    assert line(rows, name)[1:4] == ["1 (1–1)", 50, 70]
    head = next(row for row in rows if row and row[0] == "单位")
    p = head.index("P（与其他比）")
    found = next(row for row in rows if row and row[0] == name)
    assert 0 < found[p] < 0.001
    assert bank.cards[2].name in {row[0] for row in rows if row}
    assert line(rows, bank.cards[2].name)[1] == "不足 30 份答复"
    assert line(told, "季度") == ["季度", "2026 年第 4 季度"]


def test_a_class_leaves_with_its_dirichlet_view(bank: Bank, client: Client) -> None:
    answered(bank, scores(12, 5, 3), more=RATED)
    client.force_login(bank.boss)
    rows, _told = read(client, reverse("loyalty:sheet", args=["by-class"]), period="2026-Q4")
    head = next(row for row in rows if row and row[0] == "年龄段")
    found = next(row for row in rows if row and row[0] == "35–49 岁")
    at = head.index("狄利克雷视角 (分)")
    assert found[at] == pytest.approx(42.857, abs=0.001)
    assert found[head.index("NPS (分)")] == 45


def test_a_score_of_few_answers_is_withheld_in_the_file_too(bank: Bank, client: Client) -> None:
    answered(bank, scores(6, 1, 1))
    client.force_login(bank.boss)
    rows, _told = read(client, reverse("loyalty:sheet", args=["score"]), period="2026-Q4")
    assert "不足 10 份答复" in line(rows, "净推荐值")
    assert 62.5 not in line(rows, "净推荐值")


def test_the_journey_and_the_pilot_leave_too(bank: Bank, client: Client) -> None:
    stage = JourneyStage.objects.create(code="J1", name="使用", place=1)
    point = Touchpoint.objects.create(code="T1", name="利息", stage=stage, unit=bank.loans[2])
    answered(bank, scores(12, 5, 3), touchpoint=point)
    client.force_login(bank.boss)
    rows, _told = read(client, reverse("loyalty:sheet", args=["journey"]), period="2026-Q4")
    assert line(rows, "使用")[1:5] == ["利息", bank.loans[2].name, 20, 45]
    page = reverse("loyalty:programme", args=[bank.programme.pk])
    assert reverse("loyalty:programme-sheet", args=[bank.programme.pk]) in client.get(page).content.decode()
    rows, _told = read(client, reverse("loyalty:programme-sheet", args=[bank.programme.pk]))
    assert line(rows, bank.cards[0].name)[1] == "试点"


def test_a_pilot_leaves_with_its_difference_and_interval(bank: Bank, client: Client) -> None:
    before, after = (datetime(2026, month, 10, 10, tzinfo=SHANGHAI) for month in (5, 9))
    for units, gained in ((bank.cards, 6), (bank.loans, 0)):
        for unit in units:
            answered(bank, scores(10, 5, 5), unit=unit, at=before)
            answered(bank, scores(10 + gained, 5, 5), unit=unit, at=after)
    client.force_login(bank.boss)
    rows, _told = read(client, reverse("loyalty:programme-sheet", args=[bank.programme.pk]))
    found = next(row for row in rows if row and row[0] == "分（比对照多出）")
    assert found[4] <= found[1] <= found[5]
    assert found[1] > 0


@pytest.mark.parametrize("page", list(PAGES))
@pytest.mark.parametrize("full", [False, True])
def test_each_page_names_its_file_and_the_file_opens(
    bank: Bank, client: Client, page: str, full: bool
) -> None:
    if full:
        answered(bank, scores(30, 10, 10), customer=customer(bank))
    client.force_login(bank.boss)
    url = reverse("loyalty:sheet", args=[page])
    assert f"{url}?unit=" in client.get(reverse(f"loyalty:{page}")).content.decode()
    assert len(read(client, url)) == 2


def test_another_units_figures_do_not_leave(bank: Bank, client: Client) -> None:
    answered(bank, scores(30, 10, 10))
    client.force_login(bank.caller)
    above = bank.programme.unit.pk
    _rows, told = read(client, reverse("loyalty:sheet", args=["score"]), unit=above, period="2026-Q4")
    assert line(told, "单位")[1].endswith(bank.cards[0].name)
    assert client.get(reverse("loyalty:sheet", args=["nonsense"])).status_code == 404
