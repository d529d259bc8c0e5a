"""Pages, tables, files and the API, as people and programs use them."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bihuan.kernel.act.access import create_token
from bihuan.kernel.models import Case, Standard
from bihuan.systems.loyalty.lists.answers import AnswersTransfer
from bihuan.systems.loyalty.lists.growth import GrowthTransfer
from bihuan.systems.loyalty.lists.programmes import (
    MembersTransfer,
)
from bihuan.systems.loyalty.models import (
    Answer,
    Decision,
    GrowthYear,
    Huddle,
    Invitation,
    Programme,
)
from bihuan.systems.loyalty.system.standards import STANDARDS
from bihuan.web.listing.transfer.plan import make_plan
from bihuan.web.tests.sheets import xlsx
from bihuan.web.tests.test_transfer_people import bring, counts

from .bank import NOW, Bank, answered, build_bank, customer, scores

PLAIN = (
    "score",
    "branches",
    "drivers",
    "response",
    "playback",
    "journey",
    "adoption",
    "invite",
    "huddle-new",
)


@pytest.fixture
def bank(db: None) -> Bank:
    return build_bank()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("full", [False, True])
def test_every_page_stands_empty_and_full_in_both_languages(
    bank: Bank, client: Client, language: str, full: bool
) -> None:
    if full:
        answered(bank, scores(20, 10, 10), text="利息太高，电话13812345678")
    bank.boss.language = language
    bank.boss.save()
    client.force_login(bank.boss)
    for name in PLAIN:
        assert client.get(reverse(f"loyalty:{name}")).status_code == 200, name
    assert client.get(reverse("loyalty:programme", args=[bank.programme.pk])).status_code == 200
    assert b"13812345678" not in client.get(reverse("loyalty:playback")).content


@pytest.mark.parametrize(("language", "words"), [("en", "QR code"), ("zh-hans", "二维码")])
def test_ways_of_asking_are_in_the_readers_language(
    bank: Bank, client: Client, language: str, words: str
) -> None:
    bank.boss.language = language
    bank.boss.save()
    client.force_login(bank.boss)
    assert words in client.get(reverse("loyalty:invite")).content.decode()


def test_nonsense_in_the_address_is_the_usual_page(bank: Bank, client: Client) -> None:
    client.force_login(bank.boss)
    told = {"unit": "x", "period": "2026-Q9", "programme": "999999999999999999", "from": "-1", "kind": "?"}
    for name in ("score", "branches", "playback", "journey"):
        assert client.get(reverse(f"loyalty:{name}"), told).status_code == 200


def test_a_huddle_from_beginning_to_closed_minutes(bank: Bank, client: Client) -> None:
    client.force_login(bank.boss)
    held = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    made = client.post(reverse("loyalty:huddle-new"), {"unit": bank.cards[0].pk, "held_at": held})
    row = Huddle.objects.get()
    page = reverse("loyalty:huddle", args=[row.pk])
    assert made.headers["Location"] == page
    step = reverse("loyalty:huddle-step", args=[row.pk])
    assert client.post(step, {"action": "attend", "who": bank.caller.pk}).status_code == 302
    lacking = client.post(step, {"action": "decide", "text": "先打电话"})
    assert lacking.status_code == 422
    due = (timezone.localdate() + timedelta(days=3)).isoformat()
    given = {"action": "decide", "text": "先打电话", "owner": bank.caller.pk, "due_on": due}
    client.post(step, given)
    client.post(step, {"action": "close"})
    row.refresh_from_db()
    assert row.closed_at is not None
    assert Decision.objects.get().owner == bank.caller
    assert "先打电话" in client.get(page).content.decode()


def test_codes_are_shown_once_on_the_page_of_inviting(bank: Bank, client: Client) -> None:
    customer(bank)
    client.force_login(bank.boss)
    given = {"programme": bank.programme.pk, "unit": bank.cards[0].pk, "channel": "link"}
    page = client.post(reverse("loyalty:invite"), {**given, "customers": "K1"})
    assert len(re.findall(r'href="/s/', page.content.decode())) == 1
    assert client.post(reverse("loyalty:invite"), {**given, "customers": "K404"}).status_code == 422
    assert client.post(reverse("loyalty:invite"), {**given, "customers": "K1"}).status_code == 422
    assert Invitation.objects.count() == 1


def test_the_programme_is_made_filled_and_stepped_on_its_pages(bank: Bank, client: Client) -> None:
    client.force_login(bank.boss)
    given = {"code": "P2", "name": "贷款推广", "unit": bank.world.jiangzhou.pk, "starts_on": "2026-12-01"}
    made = client.post(reverse("loyalty:programme-new"), given)
    row = Programme.objects.get(code="P2")
    page = reverse("loyalty:programme", args=[row.pk])
    assert made.headers["Location"] == page
    client.post(page, {"unit": bank.cards[0].pk, "arm": "pilot"})
    client.post(page, {"unit": bank.loans[0].pk, "arm": "comparison"})
    client.post(reverse("loyalty:programme-step", args=[row.pk]), {"to": "pilot"})
    row.refresh_from_db()
    assert (row.stage, row.members.count()) == ("pilot", 2)


def test_a_viewer_looks_and_changes_nothing(bank: Bank, client: Client) -> None:
    client.force_login(bank.world.he_jia)
    assert client.get(reverse("loyalty:score")).status_code == 200
    assert client.post(reverse("loyalty:invite"), {}).status_code == 403
    assert client.get(reverse("loyalty:programme-new")).status_code == 403


def test_the_case_shows_the_answer_and_what_the_customer_gave_before(bank: Bank, client: Client) -> None:
    who = customer(bank)
    answered(bank, [9], customer=who, at=NOW - timedelta(days=200))
    row = answered(bank, [2], customer=who, text="等了三周")[0]
    assert row.case is not None
    client.force_login(bank.boss)
    text = client.get(reverse("case", args=[row.case.number])).content.decode()
    assert "等了三周" in text
    assert text.count(f'href="/loyalty/answers/{row.pk}/"') == 1


HEAD = ["编号", "项目", "单位", "评分", "答复时间", "客户编号", "原因"]


def test_answers_come_from_a_file_once_and_wrong_rows_are_named(bank: Bank, tmp_path: Path) -> None:
    customer(bank)
    rows = [
        ["A1", "NPS", "C1", 2, "2026-11-20 10:00", "K1", "太慢"],
        ["A2", "NPS", "C2", 9, "2026-11-20 11:00", "", ""],
    ]
    sheet = xlsx(tmp_path / "a.xlsx", HEAD, *rows)
    assert counts(bring(sheet, bank.boss, AnswersTransfer)) == (2, 0, 0, 0)
    assert Answer.objects.get(key="A1").case is not None
    assert counts(bring(sheet, bank.boss, AnswersTransfer)) == (0, 0, 2, 0)
    wrong = [
        ["B1", "NPS", "C1", 11, "2026-11-20 10:00", "", ""],
        ["B2", "XX", "C1", 1, "2026-11-20 10:00", "", ""],
        ["B3", "NPS", "C9", 1, "2026-11-20 10:00", "", ""],
        ["B4", "NPS", "C1", 1, "2199-11-20 10:00", "", ""],
        ["B5", "NPS", "C1", 1, "2026-11-20 10:00", "K404", ""],
    ]
    plan = make_plan(xlsx(tmp_path / "b.xlsx", HEAD, *wrong), AnswersTransfer(bank.boss))
    assert [error.row for error in plan.errors] == [2, 3, 4, 5, 6]


def test_arms_and_growth_come_from_files_and_are_found_again(bank: Bank, tmp_path: Path) -> None:
    arms = xlsx(
        tmp_path / "a.xlsx",
        ["programme", "unit", "arm"],
        ["NPS", "SKL", "pilot"],
        ["NPS", "L1", "comparison"],
    )
    assert counts(bring(arms, bank.boss, MembersTransfer)) == (1, 0, 1, 0)
    head = ["unit", "year", "base", "retained", "earned_new", "bought_new", "source"]
    sheet = xlsx(tmp_path / "g.xlsx", head, ["C1", 2025, 100, 85, 25, 20, "账目"])
    assert counts(bring(sheet, bank.boss, GrowthTransfer)) == (1, 0, 0, 0)
    assert counts(bring(sheet, bank.boss, GrowthTransfer)) == (0, 0, 1, 0)


def test_earned_growth_stands_on_its_page(bank: Bank, client: Client) -> None:
    GrowthYear.objects.create(
        unit=bank.cards[0], year=2025, base=100, retained=85, earned_new=25, bought_new=20, source="账目"
    )
    client.force_login(bank.boss)
    text = client.get(reverse("loyalty:growth")).content.decode()
    assert re.search(r"10\.0.?%", text)
    assert re.search(r"33\.3.?%", text)


def test_programs_hand_in_answers_and_read_the_score(bank: Bank, client: Client) -> None:
    customer(bank)
    token = create_token(user=bank.boss, name="crm", scopes=["surveys", "read"])
    heads = {"Authorization": f"Bearer {token}"}
    at = "2026-11-10T10:00:00+08:00"
    given: list[dict[str, Any]] = [
        {"key": f"N{n}", "unit": "C1", "score": score, "answered_at": at}
        for n, score in enumerate([2, *scores(12, 5, 2)])
    ]
    given[0]["customer"] = "K1"
    body = json.dumps({"programme": "NPS", "answers": given})
    url = "/api/v1/loyalty/answers"

    def post() -> dict[str, Any]:
        answer = client.post(url, body, content_type="application/json", headers=heads)
        assert answer.status_code == 200, answer.content
        found: dict[str, Any] = answer.json()
        return found

    first = post()
    assert (first["new"], first["known"], first["cases"]) == (
        20,
        0,
        [Case.objects.get(kind="detractor").number],
    )
    assert post() == {"new": 0, "known": 20, "cases": []}
    found = client.get("/api/v1/loyalty/score?programme=NPS&period=2026-Q4", headers=heads).json()
    assert (found["n"], found["nps"], found["standing"]) == (20, 45, "tentative")
    assert found["interval"] == pytest.approx([8.43, 69.83], abs=0.01)
    given[0] |= {"key": "NX", "unit": "BS"}
    wrong = json.dumps({"programme": "NPS", "answers": given[:1]})
    assert client.post(url, wrong, content_type="application/json", headers=heads).status_code == 422
    assert client.get("/api/v1/loyalty/score?programme=NPS&period=soon", headers=heads).status_code == 422


def test_every_number_is_a_dated_standard_with_its_sentence(bank: Bank) -> None:
    rows = Standard.objects.filter(key__startswith="loyalty.")
    assert {row.key for row in rows} == {spec.key for spec in STANDARDS}
    assert all(row.source.startswith("ours:") and row.origin == "ours" for row in rows)
