"""What the loyalty system adds to a customer's page, and the score as the director reads it."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from bihuan.systems.loyalty.panel import SHOWN, customer_panel
from bihuan.systems.loyalty.read.indicators import called_in_time, nps

from .bank import NOW, Bank, answered, build_bank, customer, scores


@pytest.fixture
def bank(db: None) -> Bank:
    return build_bank()


def test_scores_and_words_stand_there_without_numbers_of_people(bank: Bank, client: Client) -> None:
    who = customer(bank)
    answered(bank, [3], customer=who, text="利息太高，打我电话13812345678")
    client.force_login(bank.boss)
    shown = client.get(reverse("customer", args=[who.pk])).content.decode()
    assert "利息太高" in shown
    assert "13812345678" not in shown
    assert "贬损者" in shown


def test_answers_of_other_units_and_customers_are_not_there(bank: Bank) -> None:
    who = customer(bank)
    answered(bank, [9], customer=who, unit=bank.loans[0])
    answered(bank, [3], customer=customer(bank, "K2"))
    assert customer_panel(who, bank.caller) is None, "he sees the first card centre"
    found = customer_panel(who, bank.boss)
    assert found
    assert found.all_url == ""


def test_of_many_answers_a_few_are_shown_and_the_rest_lies_behind_a_link(bank: Bank) -> None:
    who = customer(bank)
    answered(bank, scores(SHOWN, 2, 0), customer=who)
    found = customer_panel(who, bank.boss)
    assert found
    assert str(found.body).count("loyalty/answers/") == SHOWN
    assert "customer=K1" in found.all_url


def test_the_score_of_the_quarter_has_interval_size_and_change(bank: Bank) -> None:
    answered(bank, scores(20, 20, 20), at=NOW - timedelta(days=80))
    answered(bank, scores(40, 10, 10))
    with time_machine.travel(NOW, tick=False):
        found = nps(bank.world.jiangzhou)
    assert found.value == 50
    assert found.n == 60
    assert found.interval
    assert found.interval[0] < 50 < found.interval[1]
    assert "+50" in str(found.note)
    assert "区间" in str(found.note)


def test_below_the_smallest_sample_there_is_no_score(bank: Bank) -> None:
    answered(bank, scores(9, 0, 0))
    with time_machine.travel(NOW, tick=False):
        found = nps(bank.world.jiangzhou)
        assert (found.value, found.n, found.interval) == (None, 9, None)
        assert "9" in str(found.withheld)
        assert called_in_time(bank.world.jiangzhou).value is None


def test_without_a_quarter_before_no_change_is_claimed(bank: Bank) -> None:
    answered(bank, scores(40, 10, 10))
    with time_machine.travel(NOW, tick=False):
        assert "上季度" in str(nps(bank.world.jiangzhou).note)
        assert "+" not in str(nps(bank.world.jiangzhou).note)
