"""A brand survey asked by questionnaire: its valid replies are answers of the survey, with its intervals."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.act.surveys import close_wave, issue_codes, take
from bihuan.kernel.act.surveys.take import Coming
from bihuan.kernel.models import Wave
from bihuan.kernel.read.surveys import find, form_of
from bihuan.kernel.tests.world import World, build, seed
from bihuan.systems.equity.act.brandsurvey import ask
from bihuan.systems.equity.models import Brand, BrandAnswer, BrandRespondent, BrandSurvey
from bihuan.systems.equity.read.market import choices, switched
from bihuan.systems.equity.read.respondents import respondents

from .shop import page

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    seed()
    return build()


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def survey(world: World) -> BrandSurvey:
    row = BrandSurvey.objects.create(
        unit=world.jiangzhou, code="PP", title="信用卡", on=date(2026, 9, 1), market=1000, discount="0.1"
    )
    for name, own in (("本行", True), ("邻行", False)):
        Brand.objects.create(survey=row, name=name, margin=1000, own=own)
    return row


def a_wave(world: World, survey: BrandSurvey, *, drivers: bool = False) -> Wave:
    now = timezone.now()
    window = {"opens_at": now - timedelta(hours=1), "closes_at": now + timedelta(days=7)}
    return ask(survey=survey, wanted=10, drivers=drivers, user=world.sun_qian, **window)


def reply(wave: Wave, **said: Any) -> None:
    """One respondent; codes without the stem of the questionnaire."""
    (issued,) = issue_codes(wave=wave, count=1, user=None)
    found = find(issued.code)
    assert found is not None
    stem = form_of(wave.version).items[0].code.rpartition("-")[0]
    raw = {f"{stem}-{code.replace('_', '-')}": value for code, value in said.items()}
    take(found=found, coming=Coming(raw=raw, key=f"key-{issued.number:05d}", channel="api"))


def keys(survey: BrandSurvey) -> tuple[str, str]:
    own, other = survey.brands.order_by("pk")
    return str(own.pk), str(other.pk)


def test_the_questionnaire_asks_what_the_original_asks(world: World, survey: BrandSurvey) -> None:
    form = form_of(a_wave(world, survey).version)
    asked = [(item.code.split("-", 3)[3], item.kind) for item in form.items]
    assert asked == [
        ("considered", "several_of"),
        ("last", "one_of"),
        ("next", "one_of"),
        ("why", "one_of"),
        ("good", "scale_1_10"),
        ("special", "scale_1_10"),
        ("apart", "scale_1_10"),
        ("income", "one_of"),
    ]
    assert form.items[0].words.zh != form.items[0].words.en
    assert [option.words.zh for option in form.items[1].options] == ["本行", "邻行"]


def test_closing_the_wave_makes_answers_of_the_valid_replies(world: World, survey: BrandSurvey) -> None:
    own, other = keys(survey)
    wave = a_wave(world, survey)
    reply(wave, considered=[own, other], last=own, next=other, why="price", good=8, income="middle")
    reply(wave, considered=[own], last=own, next=own, why="price")
    reply(wave, considered=[own], last=own)
    assert not BrandAnswer.objects.exists()
    close_wave(wave=wave, user=world.sun_qian)
    first, second = BrandRespondent.objects.order_by("respondent")
    assert (first.considered, first.why, first.good, first.income) == (2, "price", 8, "middle")
    assert (second.considered, second.why) == (1, ""), "who stays has no reason to have changed"
    assert BrandAnswer.objects.filter(last=True, brand__name="本行").count() == 2
    assert BrandAnswer.objects.get(next=True, brand__name="邻行").respondent == first.respondent
    assert switched(survey).n == 2


def test_the_answers_feed_the_share_and_its_interval(
    world: World, survey: BrandSurvey, client: Client
) -> None:
    own, other = keys(survey)
    wave = a_wave(world, survey)
    for n in range(100):
        last, following = (own, other)[n % 2], (own, other)[n % 5 == 0]
        reply(wave, considered=[own, other][: 1 + n % 2], last=last, next=following, special=5 + n % 3)
    assert respondents(survey) is None
    close_wave(wave=wave, user=world.sun_qian)
    found = switched(survey)
    assert (found.n, found.enough) == (100, True)
    assert found.own_share is not None
    assert found.own_share[0] < found.rows[0].share < found.own_share[1]
    asked = respondents(survey)
    assert asked is not None
    size = asked.set_size.estimate
    assert size is not None
    assert size.value == pytest.approx(1.5)
    assert size.interval.low == pytest.approx(1.5 - 1.9842 * 0.050252, abs=1e-4)
    assert [(row.label, row.n) for row in asked.considered] == [("本行", 100), ("邻行", 100)]
    assert asked.considered[1].estimate is not None
    assert asked.considered[1].estimate.value == 0.5
    assert asked.feelings[0].estimate is None, "nobody said how good it feels"
    assert asked.why == []
    text = page(client, world.sun_qian, "survey", survey.pk)
    assert "1.5" in text
    assert "1.4 – 1.6" in text


def test_drivers_are_asked_of_the_brands_considered_and_feed_the_return(
    world: World, survey: BrandSurvey
) -> None:
    own, other = keys(survey)
    wave = a_wave(world, survey, drivers=True)
    form = form_of(wave.version)
    drivers = [item for item in form.items if item.code.count("-") == 4]
    assert len(drivers) == 6
    assert all(item.show_if and item.show_if.operator == "includes" for item in drivers)
    assert "本行" in drivers[0].words.en
    rated = {f"{name}_{key}": 7 for name in ("value", "brand", "relation") for key in (own, other)}
    reply(wave, considered=[own, other], last=own, next=own, **rated)
    close_wave(wave=wave, user=world.sun_qian)
    data, _last, _brands = choices(survey)
    assert data.x.shape == (2, 4)


def test_a_second_wave_of_a_survey_adds_its_own_respondents(world: World, survey: BrandSurvey) -> None:
    own, _other = keys(survey)
    for _n in range(2):
        wave = a_wave(world, survey)
        reply(wave, considered=[own], last=own, next=own)
        close_wave(wave=wave, user=world.sun_qian)
    assert BrandRespondent.objects.count() == 2


def test_one_brand_is_no_choice(world: World, survey: BrandSurvey) -> None:
    survey.brands.filter(own=False).delete()
    with pytest.raises(Refused, match="2 to 12 brands"):
        a_wave(world, survey)


def test_a_manager_asks_on_a_page_and_comes_to_the_wave(
    world: World, survey: BrandSurvey, client: Client
) -> None:
    client.force_login(world.sun_qian)
    url = reverse("equity:survey-ask", args=[survey.pk])
    today = timezone.localdate()
    sent = {"opens_on": today.isoformat(), "closes_on": today.isoformat(), "wanted": 30}
    answer = client.post(url, sent)
    wave = Wave.objects.get()
    assert answer.headers["Location"] == reverse("wave", args=[wave.pk])
    assert (
        reverse("equity:survey", args=[survey.pk]) in client.get(answer.headers["Location"]).content.decode()
    )
    wrong = {**sent, "closes_on": (today - timedelta(days=1)).isoformat()}
    assert client.post(url, wrong).status_code == 422
    client.force_login(world.he_jia)
    assert client.get(url).status_code == 403
