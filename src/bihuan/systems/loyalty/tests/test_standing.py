"""What the first screen says of the score: with n, interval and change, or why it cannot."""

from datetime import date, datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from bihuan.kernel.rules.calendar import SHANGHAI
from bihuan.systems.loyalty import tiles as tiles_of
from bihuan.systems.loyalty.read.standing import standing
from bihuan.systems.loyalty.tiles import signed, tiles

from .bank import Bank, answered, build_bank, scores

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> Bank:
    monkeypatch.setattr(tiles_of, "standing", lambda user: standing(user, TODAY))
    return build_bank()


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


BEFORE, NOW = local("2026-08-10 10:00"), local("2026-11-10 10:00")


def test_a_drop_that_chance_explains_has_its_interval_and_is_called_so(bank: Bank) -> None:
    """Adjusted −30.43 ± 1.96·23.13."""
    answered(bank, scores(12, 5, 3), at=BEFORE)
    answered(bank, scores(8, 6, 6), at=NOW)
    found = standing(bank.boss, TODAY)
    assert (found.n, found.nps, found.n_before, found.nps_before) == (20, 10, 20, 45)
    assert found.change == -35
    assert found.change_interval is not None
    assert tuple(found.change_interval) == pytest.approx((-75.77, 14.90), abs=0.01)
    assert found.p == pytest.approx(0.188, abs=0.001)
    assert not found.significant
    assert found.standing == "tentative"


def test_without_a_quarter_before_the_change_is_not_known(bank: Bank) -> None:
    answered(bank, scores(30, 5, 5), at=NOW)
    found = standing(bank.boss, TODAY)
    assert (found.nps, found.change, found.change_interval, found.p) == (62.5, None, None, None)
    assert found.nps_before is None


def test_few_answers_name_no_score(bank: Bank) -> None:
    answered(bank, scores(4, 2, 2), at=NOW)
    found = standing(bank.boss, TODAY)
    assert (found.n, found.nps, found.interval, found.standing) == (8, None, None, "withheld")


def test_while_the_running_quarter_is_young_the_last_one_stands(bank: Bank) -> None:
    answered(bank, scores(40, 5, 5), at=BEFORE)
    answered(bank, scores(3, 0, 0), at=NOW)
    found = standing(bank.boss, TODAY)
    assert (str(found.period), found.n) == ("2026-Q3", 50)


def test_each_account_sees_the_score_of_its_own_units(bank: Bank) -> None:
    answered(bank, scores(30, 0, 0), at=NOW)
    answered(bank, scores(0, 0, 30), unit=bank.loans[0], at=NOW)
    assert standing(bank.boss, TODAY).nps == 0
    assert standing(bank.caller, TODAY).nps == 100
    assert standing(bank.world.gao_yuan, TODAY).n == 0


def test_a_change_beyond_chance_is_coloured_and_others_are_not(bank: Bank) -> None:
    answered(bank, scores(20, 40, 40), at=BEFORE)
    answered(bank, scores(70, 20, 10), at=NOW)
    change = tiles(bank.boss)[1]
    assert (change.value, change.tone) == ("+80", "green")
    answered(bank, scores(10, 15, 75), unit=bank.cards[1], at=NOW)
    change = tiles(bank.boss)[1]
    assert change.tone == ""


@pytest.mark.parametrize(
    ("language", "words"), [("en", "not significant, p = .19"), ("zh-hans", "不显著，p = .19")]
)
def test_the_tile_of_the_change_says_what_chance_explains(bank: Bank, language: str, words: str) -> None:
    answered(bank, scores(12, 5, 3), at=BEFORE)
    answered(bank, scores(8, 6, 6), at=NOW)
    with translation.override(language):
        change = tiles(bank.boss)[1]
    assert change.value == "−35"
    assert words in str(change.base)


def test_too_few_answers_make_a_tile_that_says_so(bank: Bank) -> None:
    answered(bank, scores(5, 1, 1), at=NOW)
    score, change = tiles(bank.boss)[:2]
    assert (score.face, change.face) == ("withheld", "withheld")
    assert "n = 7" in str(score.base)


def test_before_anybody_answers_the_tile_leads_to_the_programmes(bank: Bank) -> None:
    [tile] = tiles(bank.boss)
    assert tile.face == "empty"
    assert tile.links[0].url == reverse("loyalty:programmes")


def test_signs_are_written_once() -> None:
    assert [signed(points) for points in (12.4, 0.2, -3.6)] == ["+12", "0", "−4"]


def test_the_first_screen_shows_them(bank: Bank, client: Client) -> None:
    answered(bank, scores(30, 5, 5), at=NOW)
    client.force_login(bank.world.chen_jing)
    text = client.get("/").content.decode()
    assert text.count(reverse("loyalty:score")) >= 2
    assert "净推荐值的变化" in text
