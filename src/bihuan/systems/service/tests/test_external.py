"""Third-party indices: what their samples allow to say."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.systems.service.lists.external import IndicesTransfer
from bihuan.systems.service.models import ExternalIndex
from bihuan.web.tests.sheets import xlsx
from bihuan.web.tests.test_transfer_people import bring, counts

from .yingkou import Branch, build, page


@pytest.fixture
def branch(db: None) -> Branch:
    return build()


PUBLISHED = (("营口供电公司", "79.12", 2), ("大石桥供电分公司", "79.58", None))


def publish(branch: Branch, **more: Any) -> list[ExternalIndex]:
    return [
        ExternalIndex.objects.create(
            provider="第三方",
            subject=subject,
            year=2014,
            unit=branch.branch,
            value=Decimal(value),
            rank=rank,
            note="满意度指数CSI上升至79",
            **more,
        )
        for subject, value, rank in PUBLISHED
    ]


def test_published_figures_without_a_sample_cannot_be_judged(branch: Branch, client: Client) -> None:
    publish(branch)
    shown = page(client, branch.director, "indices-compare")
    assert "大石桥供电分公司 2014 年：来源没有给出样本" in shown
    assert "无法判断" in shown
    assert "29,675" not in shown
    assert "2 个公布值" in page(client, branch.director, "indices").replace("</b> <span>", " ")


@pytest.mark.parametrize(
    ("language", "words"), [("zh-hans", "未检出差别"), ("en", "No detectable difference")]
)
def test_with_four_hundred_and_twenty_there_is_no_detectable_difference(
    branch: Branch, client: Client, language: str, words: str
) -> None:
    publish(branch)
    client.cookies["bh_language"] = language
    shown = page(client, branch.director, "indices-compare", n1=400, sd1=20, n2=400, sd2=20)
    assert words in shown
    assert "z = 0.33" in shown
    assert "29,675" in shown


def test_a_published_interval_is_enough_to_judge(branch: Branch, client: Client) -> None:
    best, _second = publish(branch, low=Decimal("78.6"), high=Decimal("80.6"))
    assert "未检出差别" in page(client, branch.director, "indices-compare")
    ExternalIndex.objects.filter(pk=best.pk).update(value=90, low=89, high=91)
    shown = page(client, branch.director, "indices-compare")
    assert "第一个更高" in shown
    assert "p &lt; 0.01" in shown
    assert "来源没有给出样本" not in shown


def test_a_comparison_needs_two(branch: Branch, client: Client) -> None:
    assert "比较需要两个指数" in page(client, branch.director, "indices-compare")
    client.force_login(branch.director)
    assert client.get(reverse("service:indices-compare"), {"first": "99", "n1": "many"}).status_code == 422


def test_indices_come_from_a_file_and_are_found_again(branch: Branch, tmp_path: Path) -> None:
    head = ["评价机构", "被评价单位", "年度", "登记单位", "满意度指数", "名次", "区间下限", "区间上限"]
    rows = [["第三方", name, 2014, "DSQ", value, rank or "", "", ""] for name, value, rank in PUBLISHED]
    sheet = xlsx(tmp_path / "a.xlsx", head, *rows)
    assert counts(bring(sheet, branch.director, IndicesTransfer)) == (2, 0, 0, 0)
    assert counts(bring(sheet, branch.director, IndicesTransfer)) == (0, 0, 2, 0)
    assert ExternalIndex.objects.get(rank=2).value == Decimal("79.12")
