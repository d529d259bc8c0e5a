"""Old numbers beside new on the director's first screen."""

from typing import Any

import pytest
from django.test import Client

from bihuan.kernel.tests.world import World, build, seed
from bihuan.web.tests.test_outlook import home

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    seed()
    return build()


def test_the_director_sees_four_pairs_or_what_is_missing_to_show_them(world: World, client: Client) -> None:
    shown = home(client, world.chen_jing).partition("新旧数字")[2]
    at = 0
    for old, new in (
        ("产品利润率", "客户利润贡献率"),
        ("近十二个月销售额", "客户终身价值"),
        ("品牌：最近购买", "客户资产"),
        ("市场份额", "客户资产份额"),
    ):
        at = shown.index(new, shown.index(old, at))
    assert "还没有模型运行" in shown
    assert "没有市场估计" in shown
    assert "100%" not in shown, "a share of the market is never implied by own orders"


def test_a_system_that_fails_shows_that_it_did(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(user: Any) -> Any:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("bihuan.systems.equity.read.pairs.pairs", broken)
    shown = home(client, world.chen_jing)
    assert "secret detail" not in shown
    assert "数据读取失败" in shown
    assert "战略记录" in shown
