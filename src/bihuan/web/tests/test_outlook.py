"""The director's first screen and the pages of the strategy record."""

import time
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bihuan.kernel.act import strategy
from bihuan.kernel.models import Aim, AimReview
from bihuan.kernel.tests.world import World

pytestmark = pytest.mark.django_db


def home(client: Client, user: Any) -> str:
    client.force_login(user)
    answer = client.get(reverse("home"))
    assert answer.status_code == 200
    return answer.content.decode()


def an_aim(world: World, title: str = "提升客户资产", days: int = 20) -> Aim:
    today = timezone.localdate()
    return strategy.state_aim(
        user=world.chen_jing,
        unit=world.jiangzhou,
        title=title,
        review_on=today + timedelta(days=days),
        on=today - timedelta(days=100),
    )


def test_who_works_has_a_desk_without_it(world: World, client: Client) -> None:
    assert "新旧数字" not in home(client, world.wu_min)


def test_the_next_reviews_stand_there_the_late_one_first(world: World, client: Client) -> None:
    an_aim(world, "以后再看", 40)
    late = an_aim(world, "已经晚了", 1)
    Aim.objects.filter(pk=late.pk).update(review_on=timezone.localdate() - timedelta(days=3))
    shown = home(client, world.chen_jing)
    assert shown.index("已经晚了") < shown.index("以后再看")
    assert "逾期" in shown


def test_where_no_system_has_pairs_the_loop_comes_first(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bihuan.web.outlook.shown._pairs", lambda user: [])
    an_aim(world)
    shown = home(client, world.chen_jing).partition("<main")[2]
    assert "新旧数字" not in shown
    assert shown.index("判定超标") < shown.index("提升客户资产")
    assert shown.count("近期回顾") == 1


def test_the_first_screen_takes_little(
    world: World, client: Client, django_assert_max_num_queries: Any
) -> None:
    for n in range(9):
        an_aim(world, f"目标{n}")
    home(client, world.chen_jing)
    with django_assert_max_num_queries(60):
        home(client, world.chen_jing)
    begin = time.process_time()
    for _ in range(3):
        client.get(reverse("home"))
    assert (time.process_time() - begin) / 3 < 0.2, "0.05 s where nothing else runs"


def test_an_aim_goes_from_the_form_to_a_review_that_is_kept(world: World, client: Client) -> None:
    client.force_login(world.chen_jing)
    day = (timezone.localdate() + timedelta(days=30)).isoformat()
    form = {
        "unit": world.jiangzhou.pk,
        "title": "不再逾期",
        "reason": "",
        "review_on": day,
        "every_months": 6,
    }
    answer = client.post(reverse("aim-new"), form)
    aim = Aim.objects.get()
    assert answer.headers["Location"] == reverse("aim", args=[aim.pk])
    step = reverse("aim-step", args=[aim.pk])
    for given in (
        {"action": "bind", "key": "kernel.overdue", "target": "0"},
        {"action": "measure", "text": "每日晨会", "owner": world.wu_min.pk, "due_on": day},
        {"action": "review", "verdict": "on_track", "text": "继续推进"},
    ):
        assert client.post(step, given).status_code == 302, given
    shown = client.get(reverse("aim", args=[aim.pk])).content.decode()
    assert "每日晨会" in shown
    assert "继续推进" in shown
    assert AimReview.objects.get().readings[0]["value"] == 0
    paper = client.get(reverse("strategy")).content.decode()
    assert "不再逾期" in paper
    assert "data-print" in paper
    measure = aim.measures.get()
    client.post(reverse("aim-measure-done", args=[aim.pk, measure.pk]))
    measure.refresh_from_db()
    assert measure.done_on == timezone.localdate()


def test_what_is_refused_comes_back_with_what_was_written(world: World, client: Client) -> None:
    aim = an_aim(world)
    client.force_login(world.chen_jing)
    given = {
        "action": "review",
        "verdict": "on_track",
        "text": "照旧",
        "next_on": date(2020, 1, 1).isoformat(),
    }
    answer = client.post(reverse("aim-step", args=[aim.pk]), given)
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "照旧" in shown
    assert "须在今天之后" in shown
    assert client.post(reverse("aim-step", args=[aim.pk]), {"action": "?"}).status_code == 400


def test_a_manager_reads_the_record_and_changes_nothing(world: World, client: Client) -> None:
    aim = an_aim(world)
    client.force_login(world.sun_qian)
    shown = client.get(reverse("aim", args=[aim.pk])).content.decode()
    assert "?do=review" not in shown
    assert client.get(reverse("aim-new")).status_code == 403
    given = {"action": "review", "verdict": "reached", "text": "x"}
    assert client.post(reverse("aim-step", args=[aim.pk]), given).status_code == 422
    assert not AimReview.objects.exists()
    client.force_login(world.gao_yuan)
    assert client.get(reverse("aim", args=[aim.pk])).status_code == 404
