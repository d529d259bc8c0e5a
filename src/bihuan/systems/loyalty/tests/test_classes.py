"""The score by age band and segment: n, interval, the Dirichlet view, and nothing where it is too few."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.kernel.rules.calendar import SHANGHAI
from bihuan.kernel.rules.measures.nps import Answers
from bihuan.kernel.rules.periods import Period
from bihuan.systems.loyalty.lists.answers import AnswersListing
from bihuan.systems.loyalty.models import Answer
from bihuan.systems.loyalty.read.classes import MOST, by_age, by_segment, young
from bihuan.web.tests.report_contract import rows_behind

from .bank import Bank, answered, build_bank, scores

pytestmark = pytest.mark.django_db
QUARTER = Period.read("2026-Q4")
AGE = "loyalty-age"


@pytest.fixture
def bank() -> Bank:
    return build_bank()


def test_every_age_band_stands_in_its_order_and_small_ones_name_no_score(bank: Bank) -> None:
    answered(bank, scores(12, 5, 3), more={AGE: "18-24"})
    answered(bank, scores(3, 3, 3), more={AGE: "50+"})
    found = by_age(bank.programme, bank.programme.unit, QUARTER)
    assert [row.key for row in found.rows] == ["under18", "18-24", "25-34", "35-49", "50+"]
    rows = {row.key: row for row in found.rows}
    assert rows["18-24"].reading.score == 45
    interval = rows["18-24"].reading.interval
    assert interval is not None
    assert tuple(interval) == pytest.approx((8.43, 69.83), abs=0.01)
    assert rows["50+"].reading.score is None
    assert rows["50+"].bayes is None


def test_the_dirichlet_view_of_twelve_five_three(bank: Bank) -> None:
    """Mean 42.857, sd 15.988, central 95 % from 9 to 71."""
    answered(bank, scores(12, 5, 3), segment="学生")
    [row] = by_segment(bank.programme, bank.programme.unit, QUARTER).rows
    assert row.bayes is not None
    assert row.bayes.value == pytest.approx(42.857, abs=0.001)
    assert row.bayes.se == pytest.approx(15.988, abs=0.001)
    assert tuple(row.bayes.interval) == pytest.approx((9, 71), abs=1)


def test_who_does_not_say_is_a_class_of_its_own_and_compared_with_none(bank: Bank) -> None:
    answered(bank, scores(40, 0, 0), segment="学生")
    answered(bank, scores(0, 0, 40))
    found = by_segment(bank.programme, bank.programme.unit, QUARTER)
    assert [row.key for row in found.rows] == ["学生", ""]
    assert found.known == 40
    assert [row.p for row in found.rows] == [None, None]


def test_a_class_is_called_different_only_beyond_chance_among_all(bank: Bank) -> None:
    for segment in ("甲", "乙", "丙"):
        answered(bank, scores(20, 10, 10), segment=segment)
    answered(bank, scores(4, 6, 30), segment="丁")
    rows = {row.key: row for row in by_segment(bank.programme, bank.programme.unit, QUARTER).rows}
    assert [key for key, row in rows.items() if row.differs] == ["丁"]
    assert rows["丁"].against is not None
    assert rows["丁"].against.points < 0


def test_the_quarter_before_stands_beside(bank: Bank) -> None:
    answered(bank, scores(10, 0, 10), segment="学生", at=datetime(2026, 8, 10, 10, tzinfo=SHANGHAI))
    answered(bank, scores(15, 5, 0), segment="学生")
    [row] = by_segment(bank.programme, bank.programme.unit, QUARTER).rows
    assert row.before == Answers(10, 0, 10)


def test_more_segments_than_fit_are_counted_and_the_largest_shown(bank: Bank) -> None:
    for n in range(MOST + 3):
        answered(bank, [9] * (2 if n == MOST + 2 else 1), segment=f"S{n:03d}")
    found = by_segment(bank.programme, bank.programme.unit, QUARTER)
    assert (len(found.rows), found.more) == (MOST, 3)
    assert found.rows[0].key == f"S{MOST + 2:03d}"


def test_the_young_are_those_under_25_whose_age_is_known(bank: Bank) -> None:
    answered(bank, [9, 9], more={AGE: "under18"})
    answered(bank, [2], more={AGE: "18-24"})
    answered(bank, [8], more={AGE: "25-34"})
    answered(bank, [9])
    below, others = young(bank.programme, bank.programme.unit, QUARTER)
    assert (below, others) == (Answers(2, 0, 1), Answers(0, 1, 0))


def test_what_was_said_unasked_is_in_no_class(bank: Bank) -> None:
    answered(bank, [0] * 12, channel="social", segment="学生")
    assert by_segment(bank.programme, bank.programme.unit, QUARTER).rows == []


def test_every_row_of_the_page_leads_to_its_answers(bank: Bank, client: Client) -> None:
    answered(bank, scores(12, 5, 3), segment="学生", more={AGE: "18-24"})
    answered(bank, scores(2, 1, 1))
    answered(bank, [1], channel="social", segment="学生")
    client.force_login(bank.boss)
    query: dict[str, str | int] = {"period": "2026-Q4", "programme": bank.programme.pk}
    page = client.get(reverse("loyalty:by-class"), query)
    rows = [row for _title, _name, rows, *_more in page.context["tables"] for row in rows]
    assert {row["n"] for row in rows} >= {20, 4}
    for row in rows:
        assert rows_behind(row["link"], bank.boss) == row["n"]


@pytest.mark.parametrize(
    ("language", "words"), [("zh-hans", ["18–24 岁", "按客群", "未知"]), ("en", ["18 to 24", "By segment"])]
)
def test_the_page_speaks_both_languages(bank: Bank, client: Client, language: str, words: list[str]) -> None:
    answered(bank, scores(12, 5, 3), segment="学生", more={AGE: "18-24"})
    answered(bank, scores(12, 5, 3))
    bank.boss.language = language
    bank.boss.save()
    client.force_login(bank.boss)
    text = client.get(reverse("loyalty:by-class"), {"period": "2026-Q4"}).content.decode()
    for word in words:
        assert word in text


def test_a_branch_sees_its_own_customers_alone(bank: Bank, client: Client) -> None:
    answered(bank, scores(12, 0, 0), segment="学生")
    answered(bank, scores(0, 0, 30), unit=bank.loans[0], segment="学生")
    client.force_login(bank.caller)
    asked: dict[str, str | int] = {"unit": bank.loans[0].pk, "period": "2026-Q4"}
    page = client.get(reverse("loyalty:by-class"), asked)
    [row] = page.context["tables"][1][2]
    assert (row["n"], row["score"]) == (12, "100")


def test_the_table_of_answers_can_be_narrowed_to_a_class_that_nobody_knows(bank: Bank) -> None:
    answered(bank, [9], segment="学生")
    answered(bank, [9, 8])
    base = f"{reverse('loyalty:answers')}?view=counting"
    assert rows_behind(f"{base}&segment=-", bank.boss) == 2
    assert rows_behind(f"{base}&segment=学生", bank.boss) == 1
    assert rows_behind(f"{base}&group=1", bank.boss) == 2
    assert Answer.objects.count() == AnswersListing(bank.boss).base().count()
