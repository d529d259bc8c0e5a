"""The first page: the desk, the cockpit, and what stands around both."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bihuan.kernel import registry
from bihuan.kernel.act import cases as act
from bihuan.kernel.act.cases import open_case
from bihuan.kernel.act.cases.open import Breach
from bihuan.kernel.models import Case
from bihuan.kernel.read.processes import Backlog, Health, Process
from bihuan.kernel.tests.world import World, a_case
from bihuan.kernel.tiles import Tile
from bihuan.web.context import Shell, health_words
from bihuan.web.home import tiles


def page(client: Client, query: str = "") -> str:
    answer = client.get(f"/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def late(world: World) -> Case:
    return a_case(world, "unswiped_use", "DNA01", at=timezone.now() - timedelta(days=30))


def test_overdue_stands_first_on_the_owners_desk(client: Client, world: World, late: Case) -> None:
    fresh = a_case(world, "offline", "DNA02")
    client.force_login(world.wu_min)
    shown = page(client)
    assert shown.index(late.number) < shown.index(fresh.number)
    assert "<title>(1) 我的工作台 · 闭环</title>" in shown


def test_nobody_elses_case_is_mine_to_handle(client: Client, world: World, late: Case) -> None:
    client.force_login(world.sun_qian)
    assert "现在没有轮到您的任务" in page(client)


def test_what_waits_for_my_call_back_is_one_click_away(client: Client, world: World, late: Case) -> None:
    act.accept(case=late, user=world.wu_min)
    act.resolve(case=late, user=world.wu_min, verdict="violation", text="已核对登记本")
    client.force_login(world.sun_qian)
    assert late.number in page(client, "?tab=verify")
    client.force_login(world.wu_min)
    assert "没有待您回访的工单" in page(client, "?tab=verify")


def test_what_others_did_with_my_cases_is_told(client: Client, world: World, late: Case) -> None:
    act.comment(case=late, user=world.sun_qian, text="请附登记本照片")
    act.comment(case=late, user=world.wu_min, text="这是我自己写的")
    client.force_login(world.wu_min)
    shown = page(client)
    news = shown[shown.index("最新动态") :]
    assert "<b>孙倩</b> 说明" in news
    assert "<b>吴敏</b>" not in news


def test_the_director_sees_everybodys_worst_first_and_the_chart_as_a_table(
    client: Client, world: World, late: Case
) -> None:
    serious = a_case(world, "offline", "DNA02", at=timezone.now() - timedelta(days=30))
    client.force_login(world.chen_jing)
    shown = page(client)
    assert shown.index(serious.number) < shown.index(late.number) or serious.severity == late.severity
    assert "吴敏" in shown
    assert "近 14 天开单 0 件，闭环 0 件" in shown
    assert shown.count("<tr><td>") == 14


def test_a_rate_of_few_cases_is_withheld_and_says_how_many_it_needs(client: Client, world: World) -> None:
    client.force_login(world.chen_jing)
    assert "已闭环 0 件，至少需 10 件" in page(client)


def test_a_manager_of_another_unit_counts_nothing(client: Client, world: World, late: Case) -> None:
    client.force_login(world.gao_yuan)
    assert late.number not in page(client, "?tab=verify")
    assert Shell("/", world.gao_yuan).overdue == 0


def test_the_menu_marks_where_one_is_and_counts_what_is_wrong(world: World, late: Case) -> None:
    shell = Shell("/cases/C-1/", world.wu_min)
    cases = next(item for item in shell.nav[0].items if item.url == "/cases/")
    assert (cases.current, cases.alert_count) == (True, 1)
    assert [item.current for item in shell.nav[0].items].count(True) == 1


def test_the_menu_leaves_out_what_the_role_does_not_include(world: World) -> None:
    def urls(user: Any) -> set[str]:
        return {item.url for group in Shell("/", user).nav for item in group.items}

    assert "/admin/" in urls(world.admin)
    assert "/admin/" not in urls(world.chen_jing)


def test_a_system_that_cannot_answer_shows_an_error_and_spoils_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = (
        replace(registry.systems()[0], name=name, tiles=f"bihuan.web.tests.test_desk:{name}_tiles")
        for name in ("good", "bad")
    )
    monkeypatch.setattr(tiles, "systems", lambda: (bad, good))
    first, second = tiles.boards(world.chen_jing)
    assert first.tiles[0].face == "error"
    assert "no such table" not in str(first.tiles[0])
    assert second.tiles[0].value == 29


def good_tiles(user: object) -> list[Tile]:
    return [Tile(label="terminals", value=29)]


def bad_tiles(user: object) -> list[Tile]:
    raise RuntimeError("no such table")


def test_the_foot_of_the_menu_names_the_process_that_is_down() -> None:
    now = timezone.now()
    alive = [Process(name, now, now, {}, fresh=True) for name in ("gateway:one", "live")]
    dead = Process("worker", now, now, {}, fresh=False)
    words = health_words(Health((*alive, dead), ()))
    assert (words["state"], words["text"]) == ("abnormal", "未运行：worker")


def test_a_projector_that_lags_is_a_warning() -> None:
    now = timezone.now()
    alive = tuple(Process(name, now, now, {}, fresh=True) for name in ("gateway:one", "worker", "live"))
    words = health_words(Health(alive, (Backlog("one", 900, 42.0),)))
    assert (words["state"], words["detail"]) == ("warning", "入库延迟 42.0 s")


def test_the_desk_needs_few_queries(client: Client, world: World, django_assert_max_num_queries: Any) -> None:
    for n in range(12):
        a_case(world, "offline", f"DNA{n:02d}")
    client.force_login(world.wu_min)
    with django_assert_max_num_queries(28):
        page(client)


def test_the_wall_shows_no_customer_and_nothing_to_click(client: Client, world: World) -> None:
    breach = Breach(
        kind="offline",
        subject="C001",
        subject_name="江州大学",
        episode="1",
        at=timezone.now(),
        unit=world.building,
        customer=world.university,
        owner=world.wu_min,
    )
    case, _fresh = open_case(breach=breach)
    client.force_login(world.chen_jing)
    shown = client.get("/screen/").content.decode()
    assert "江州大学" not in shown
    assert str(case.owner) in shown
    assert 'data-bs-theme="dark"' in shown


def test_a_wall_page_that_no_system_has_is_not_found(client: Client, world: World) -> None:
    client.force_login(world.chen_jing)
    assert client.get("/screen/weather/").status_code == 404


def test_the_wall_does_not_rotate_away_from_a_breach(client: Client, world: World, late: Case) -> None:
    client.force_login(world.chen_jing)
    assert "data-wall-next" not in client.get("/screen/").content.decode()
