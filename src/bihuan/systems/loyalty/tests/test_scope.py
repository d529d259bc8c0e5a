"""Who sees and does what: every page and every step, for each role and for another unit."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import escape

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Case, Role, User
from bihuan.kernel.tests.once import once
from bihuan.kernel.tests.world import account
from bihuan.systems.loyalty import act
from bihuan.systems.loyalty.models import Answer, Huddle, JourneyStage, Programme, Touchpoint
from bihuan.systems.loyalty.urls import TABLES

from .bank import Bank, answered, build_bank, customer, scores

pytestmark = pytest.mark.django_db
OVERVIEWS = ("score", "branches", "by-class", "drivers", "response", "playback", "journey", "adoption")


@pytest.fixture
@once
def bank() -> Bank:
    bank = build_bank()
    answered(bank, scores(12, 5, 3), text="等了三周，电话13812345678")
    return bank


def role_of(bank: Bank, role: str) -> User:
    """An account of the first card centre."""
    return account(f"one_{role}", role, Role(role), bank.cards[0])


@pytest.mark.parametrize("name", OVERVIEWS)
def test_a_unit_that_is_not_the_accounts_is_answered_with_its_own(
    bank: Bank, client: Client, name: str
) -> None:
    """Asked for loan centre 1, the caller of card centre 1 sees card centre 1."""
    client.force_login(bank.caller)
    page = client.get(reverse(f"loyalty:{name}"), {"unit": bank.loans[0].pk})
    assert page.context["asked"].unit == bank.cards[0]
    units = {one["key"] for one in page.context["units"]}
    assert units == {bank.cards[0].pk}


@pytest.mark.parametrize("name", OVERVIEWS)
def test_another_house_sees_no_programme_and_no_answer(bank: Bank, client: Client, name: str) -> None:
    client.force_login(bank.world.gao_yuan)
    page = client.get(reverse(f"loyalty:{name}"))
    assert page.status_code == 200
    assert page.context["asked"].programme is None
    assert "等了三周" not in page.content.decode()


@pytest.mark.parametrize("name", OVERVIEWS)
def test_who_is_not_signed_in_is_sent_to_sign_in(bank: Bank, name: str) -> None:
    answer = Client().get(reverse(f"loyalty:{name}"))
    assert answer.status_code == 302
    assert reverse("login") in answer.headers["Location"]


def single(bank: Bank) -> dict[str, int]:
    """A row of each kind that has a page of its own."""
    stage = JourneyStage.objects.create(code="J1", name="使用", place=1)
    point = Touchpoint.objects.create(code="T1", name="账单", stage=stage, unit=bank.cards[0])
    huddle = Huddle.objects.create(
        programme=bank.programme, unit=bank.cards[0], held_at=timezone.now(), led_by=bank.boss
    )
    row = Answer.objects.order_by("pk")[0]
    return {"answer": row.pk, "huddle": huddle.pk, "programme": bank.programme.pk, "touchpoint": point.pk}


@pytest.mark.parametrize("name", ["answer", "huddle", "programme", "touchpoint"])
def test_a_row_of_another_house_is_not_there(bank: Bank, client: Client, name: str) -> None:
    url = reverse(f"loyalty:{name}", args=[single(bank)[name]])
    client.force_login(bank.boss)
    assert client.get(url).status_code == 200
    client.force_login(bank.world.gao_yuan)
    assert client.get(url).status_code == 404


WRITES = {
    "viewer": {"invite": 403, "huddle-new": 403, "programme-new": 403, "not-asked-new": 403, "bounces": 403},
    "owner": {"invite": 422, "huddle-new": 422, "programme-new": 403, "not-asked-new": 422, "bounces": 422},
    "manager": {"invite": 422, "huddle-new": 422, "programme-new": 422, "not-asked-new": 422, "bounces": 422},
}
"""422: allowed, and told that the form is empty."""


@pytest.mark.parametrize("role", WRITES)
def test_each_role_writes_what_its_permissions_say(bank: Bank, client: Client, role: str) -> None:
    client.force_login(role_of(bank, role))
    found = {name: client.post(reverse(f"loyalty:{name}"), {}).status_code for name in WRITES[role]}
    assert found == WRITES[role]


@pytest.mark.parametrize("step", ["pilot", "roll_out", "pause", "resume"])
def test_steps_of_a_programme_belong_to_its_house(bank: Bank, client: Client, step: str) -> None:
    url = reverse("loyalty:programme-step", args=[bank.programme.pk])
    for user, code in ((bank.world.he_jia, 403), (bank.caller, 403), (bank.world.gao_yuan, 404)):
        client.force_login(user)
        assert client.post(url, {"to": step}).status_code == code
    bank.programme.refresh_from_db()
    assert (bank.programme.stage, bank.programme.paused_at) == ("pilot", None)


def test_a_manager_below_sees_the_programme_above_and_does_not_edit_it(bank: Bank, client: Client) -> None:
    manager = role_of(bank, "manager")
    client.force_login(manager)
    page = client.get(reverse("loyalty:programme", args=[bank.programme.pk]))
    assert page.context["editable"] is False
    assert client.get(reverse("loyalty:programme-edit", args=[bank.programme.pk])).status_code == 404
    assert client.get(reverse("loyalty:draw-new", args=[bank.programme.pk])).status_code == 404
    with pytest.raises(Refused):
        act.keep_programme(row=bank.programme, user=manager, fields=[])


@pytest.mark.parametrize("route", sorted(TABLES))
def test_every_table_is_empty_for_another_house(bank: Bank, client: Client, route: str) -> None:
    single(bank)
    listing = TABLES[route]
    stranger = listing(bank.world.gao_yuan)
    rows = stranger.scope(stranger.base())
    assert rows.count() == (1 if route == "journey/stages/" else 0)


@pytest.mark.parametrize("route", sorted(TABLES))
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_table_stands_in_both_languages(bank: Bank, client: Client, route: str, language: str) -> None:
    single(bank)
    bank.boss.language = language
    bank.boss.save()
    client.force_login(bank.boss)
    text = client.get(reverse(TABLES[route].url_name)).content.decode()
    with translation.override(language):
        words = [str(TABLES[route].title), *(str(view.label) for view in TABLES[route].views)]
    assert [word for word in words if escape(word) not in text] == []


def test_words_of_customers_leave_without_their_numbers(bank: Bank, client: Client) -> None:
    client.force_login(bank.boss)
    for name in ("playback", "answers"):
        text = client.get(f"{reverse(f'loyalty:{name}')}?view=all").content.decode()
        assert "等了三周" in text
        assert "13812345678" not in text
    export = client.get(reverse("loyalty:answers-export"), {"view": "all", "format": "csv"})
    text = b"".join(export).decode("utf-8-sig")
    assert "等了三周" in text
    assert "13812345678" not in text


def test_a_caller_of_another_centre_does_not_call_here(bank: Bank) -> None:
    row = answered(bank, [1], unit=bank.cards[1], customer=customer(bank))[0]
    with pytest.raises(Refused):
        act.treat(row=answered(bank, [9], unit=bank.cards[1])[0], user=bank.caller, treatment="thanked")
    assert row.case is not None
    assert row.case.owner != bank.caller


def test_a_huddle_of_another_unit_is_not_begun(bank: Bank) -> None:
    with pytest.raises(Refused):
        act.begin(programme=bank.programme, unit=bank.cards[1], user=bank.caller)


def test_the_other_answers_of_a_customer_are_shown_as_far_as_the_account_sees(
    bank: Bank, client: Client
) -> None:
    who = customer(bank)
    near = answered(bank, [2], customer=who)[0]
    far = answered(bank, [9], unit=bank.loans[0], customer=who)[0]
    url = reverse("loyalty:answer", args=[near.pk])
    seen: dict[Any, list[int]] = {}
    for user in (bank.boss, bank.caller):
        client.force_login(user)
        seen[user] = [row.pk for row in client.get(url).context["others"]]
    assert seen == {bank.boss: [far.pk], bank.caller: []}
    assert Case.objects.filter(customer=who).count() == 1


def test_two_programmes_keep_their_answers_apart(bank: Bank, client: Client) -> None:
    other = Programme.objects.create(
        code="P2", name="贷款推广", unit=bank.world.jiangzhou, starts_on="2026-07-01"
    )
    told = act.Told(key="X1", score=9, unit=bank.loans[0], answered_at=timezone.now())
    act.receive(programme=other, told=[told])
    client.force_login(bank.boss)
    counts = {
        pk: client.get(reverse("loyalty:score"), {"programme": pk}).context["now"]["n"]
        for pk in (bank.programme.pk, other.pk)
    }
    assert counts[other.pk] == 1
    assert counts[bank.programme.pk] != counts[other.pk]
