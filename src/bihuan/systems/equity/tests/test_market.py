"""What a survey of the market allows to say, and what nobody may say without one."""

from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineWorkbook

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Standard
from bihuan.kernel.tests.desk_world import at
from bihuan.kernel.tests.world import World, build, seed
from bihuan.systems.equity.act.runs import run_model
from bihuan.systems.equity.lists.answers import AnswersTransfer
from bihuan.systems.equity.models import Brand, BrandAnswer, BrandSurvey, MarketEstimate
from bihuan.systems.equity.read.board import board
from bihuan.systems.equity.read.market import choices, marketing_return, switched
from bihuan.systems.equity.rules import choice
from bihuan.systems.equity.rules.purchases import Unfit
from bihuan.web.tests.sheets import xlsx
from bihuan.web.tests.test_transfer_people import bring, counts

from .shop import page, shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    seed()
    Standard.objects.filter(key="equity.draws").update(value=8)
    return build()


def survey(world: World, n: int = 300, *, on: date | None = None, rated: bool = True) -> BrandSurvey:
    """Respondents who stay with their brand more often than not, and follow their ratings."""
    found = BrandSurvey.objects.create(
        unit=world.jiangzhou,
        code=f"B{BrandSurvey.objects.count()}",
        title="银行卡品牌",
        on=on or timezone.localdate() - timedelta(days=30),
        market=1000,
        discount="0.1",
    )
    brands = [
        Brand.objects.create(survey=found, name=name, margin=1000, own=name == "甲") for name in ("甲", "乙")
    ]
    rng = np.random.default_rng(3)
    rows = []
    for who in range(n):
        rates = rng.integers(1, 11, (2, 3))
        last = int(rng.random() < 0.4)
        pull = 1.2 * (np.arange(2) == last) + rates @ np.array([0.3, 0.2, 0.1]) + rng.gumbel(size=2)
        following = int(np.argmax(pull))
        for k, brand in enumerate(brands):
            told = dict(zip(("for_value", "for_brand", "for_relation"), rates[k].tolist(), strict=True))
            rows.append(
                BrandAnswer(
                    survey=found,
                    respondent=f"R{who}",
                    brand=brand,
                    last=k == last,
                    next=k == following,
                    **(told if rated else {}),
                )
            )
    BrandAnswer.objects.bulk_create(rows)
    return found


def test_v15_without_a_market_estimate_there_is_no_share(world: World, client: Client) -> None:
    shop(world.building, 60)
    run_model(unit=world.jiangzhou, at=at("2026-10-10 09:00"))
    found = board(world.sun_qian)
    assert (found.equity_share.value, found.equity_share.missing) == (None, "market")
    assert (found.market.value, found.market.missing) == (None, "market")
    shown = page(client, world.sun_qian, "board")
    assert shown.count("不可用：没有市场估计") == 2
    assert "100.0%" not in shown
    client.cookies["bh_language"] = "en"
    assert "Not available: no market estimate" in page(client, world.sun_qian, "board")


def test_an_estimate_that_is_too_old_is_none(world: World) -> None:
    shop(world.building, 60)
    run_model(unit=world.jiangzhou, at=at("2026-10-10 09:00"))
    survey(world, on=date(2019, 1, 1))
    assert board(world.sun_qian).equity_share.missing == "market"


def test_a_dated_estimate_of_the_market_gives_both_shares(world: World) -> None:
    shop(world.building, 60)
    run = run_model(unit=world.jiangzhou, at=at("2026-10-10 09:00"))
    assert run.equity is not None
    MarketEstimate.objects.create(
        unit=world.jiangzhou,
        on=timezone.localdate(),
        kind="panel",
        source="样本组",
        n=900,
        sales=run.sales * 4,
        equity=run.equity * 5,
        equity_low=run.equity * 4,
        equity_high=run.equity * 8,
    )
    found = board(world.sun_qian)
    assert found.market.value == pytest.approx(0.25)
    assert found.equity_share.value == pytest.approx(0.2, abs=1e-4)
    assert (found.equity_share.n, found.equity_share.missing) == (900, "")
    assert found.equity_share.low is not None
    assert found.equity_share.high is not None
    assert found.equity_share.low < 0.2 < found.equity_share.high


def test_two_questions_give_switching_equity_and_a_share_with_its_interval(
    world: World, client: Client
) -> None:
    row = survey(world)
    found = switched(row)
    assert found.own is not None
    assert found.own_share is not None
    assert found.n == 300
    assert sum(each.share for each in found.rows) == pytest.approx(1)
    assert found.own_share[0] < found.own.share < found.own_share[1]
    assert all(sum(each.chances) == pytest.approx(1) for each in found.rows)
    shown = page(client, world.sun_qian, "survey", row.pk)
    assert "n = 300" in shown
    assert board(world.sun_qian).equity_share.note == "survey" or board(world.sun_qian).run is None


def test_too_few_respondents_are_withheld(world: World, client: Client) -> None:
    row = survey(world, 99)
    assert switched(row).rows == []
    assert "不予显示" in page(client, world.sun_qian, "survey", row.pk)
    answer = client.get(f"/equity/surveys/{row.pk}/export/")
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert any("不予显示" in str(cell) for line in rows for cell in line)
    assert board(world.sun_qian).brand.missing == "few"


def test_who_goes_to_which_brand_leaves_as_a_file(world: World, client: Client) -> None:
    row = survey(world)
    client.force_login(world.sun_qian)
    answer = client.get(f"/equity/surveys/{row.pk}/export/")
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    own = next(line for line in rows if line and line[0] == "甲")
    found = switched(row)
    assert found.own
    assert own[1:4] == [found.own.last, *(pytest.approx(chance) for chance in found.own.chances)]
    assert found.own_share
    assert {round(float(each), 6) for each in found.own_share} <= {
        round(each, 6) for each in own if isinstance(each, float)
    }


def test_who_answers_one_question_is_counted_as_that(world: World) -> None:
    row = survey(world, 120)
    BrandAnswer.objects.filter(respondent="R7", next=True).update(next=False)
    found = switched(row)
    assert (found.n, found.half) == (119, 1)


def test_drivers_are_found_and_a_measure_has_a_return_with_interval(world: World, client: Client) -> None:
    row = survey(world, 600)
    data, _last, _brands = choices(row)
    found = choice.fit_drivers(data)
    assert np.abs(found.values - [1.2, 0.3, 0.2, 0.1]).max() < 0.45
    assert (np.abs(found.values - [1.2, 0.3, 0.2, 0.1]) < 3.5 * found.se).all()
    back = marketing_return(row, np.array([0.0, 1.0, 0.0, 0.0]), 50_000.0)
    assert 0 < back.low < back.gain < back.high
    assert back.back == pytest.approx((back.gain - 50_000) / 50_000)
    shown = page(client, world.sun_qian, "survey", row.pk, value=1, cost=500)
    assert "营销回报率" in shown
    client.force_login(world.sun_qian)
    assert client.get(f"/equity/surveys/{row.pk}/", {"cost": 5}).status_code == 422


def test_without_ratings_there_are_no_drivers(world: World, client: Client) -> None:
    row = survey(world, 120, rated=False)
    with pytest.raises(Unfit):
        marketing_return(row, np.array([0.0, 1.0, 0.0, 0.0]), 1.0)
    assert "打分的受访者太少" in page(client, world.sun_qian, "survey", row.pk, value=1, cost=500)


def test_a_survey_of_another_unit_is_not_there(world: World, client: Client) -> None:
    row = survey(world, 5)
    client.force_login(world.gao_yuan)
    assert client.get(f"/equity/surveys/{row.pk}/").status_code == 404


def test_answers_come_from_a_file_and_nobody_answers_twice(world: World, tmp_path: Path) -> None:
    row = survey(world, 0)
    head = ["survey", "受访者", "品牌", "上次购买", "下次购买"]
    good = [[row.code, "A", "甲", "是", "否"], [row.code, "A", "乙", "否", "是"]]
    sheet = xlsx(tmp_path / "a.xlsx", head, *good)
    assert counts(bring(sheet, world.sun_qian, AnswersTransfer)) == (2, 0, 0, 0)
    assert counts(bring(sheet, world.sun_qian, AnswersTransfer)) == (0, 0, 2, 0)
    twice = [[row.code, "B", "甲", "是", "否"], [row.code, "B", "乙", "是", "是"]]
    with pytest.raises(Refused):
        bring(xlsx(tmp_path / "b.xlsx", head, *twice), world.sun_qian, AnswersTransfer)


def test_segments_are_average_times_customers(world: World, client: Client) -> None:
    shop(world.building, 60)
    run = run_model(unit=world.jiangzhou, at=at("2026-10-10 09:00"))
    for by in ("category", "unit", "tenth"):
        assert "客户分群" in page(client, world.sun_qian, "segments", by=by)
    from bihuan.systems.equity.read.board import segments

    rows = segments(world.sun_qian, run, "category")
    assert sum(row.customers for row in rows) == 60
    assert abs(sum(row.equity for row in rows) - (run.equity or 0)) < 60
    assert all(row.mean is not None and row.low is not None and row.low < row.mean for row in rows)
