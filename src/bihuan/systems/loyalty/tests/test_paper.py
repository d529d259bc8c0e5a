"""The paper of the quarter: due on its day, each number with its rows, frozen, published without people."""

import json
from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.kernel.act import reports
from bihuan.kernel.models import Report, ReportVersion
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.read.reports import content, debtors
from bihuan.kernel.registry import report_specs
from bihuan.kernel.rules.calendar import SHANGHAI
from bihuan.kernel.rules.periods import Period
from bihuan.kernel.tests.once import once
from bihuan.systems.loyalty import act
from bihuan.systems.loyalty.models import GrowthYear, Huddle, JourneyStage, Programme, Touchpoint
from bihuan.web.tests.report_contract import broken_links

from .bank import Bank, answered, build_bank, customer, scores

pytestmark = pytest.mark.django_db
PERIOD = Period.read("2026-Q3")


@pytest.fixture
def bank() -> Bank:
    return build_bank()


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@once
def lived(bank: Bank) -> None:
    """A quarter with answers of three units, one asked elsewhere, a touchpoint, a detractor and a huddle."""
    stage = JourneyStage.objects.create(code="J1", name="使用", place=1)
    point = Touchpoint.objects.create(code="T1", name="利息", stage=stage, unit=bank.loans[2])
    at = local("2026-08-10 10:00")
    answered(bank, scores(12, 5, 3), at=at, touchpoint=point, segment="学生")
    answered(bank, scores(30, 4, 2), unit=bank.cards[1], at=at, segment="家庭", more={"loyalty-age": "35-49"})
    answered(bank, scores(2, 2, 1), unit=bank.cards[2], at=at, more={"loyalty-age": "18-24"})
    answered(bank, [2], at=at, customer=customer(bank), text="电话13812345678一直占线")
    answered(bank, scores(40, 20, 10), unit=bank.cards[1], at=local("2026-05-10 10:00"))
    answered(bank, [0], at=at, channel="social")
    told = [
        act.AskedElsewhere(key=f"I{n}", unit=bank.cards[0], invited_at=at, delivered_at=at) for n in range(12)
    ]
    act.asked_elsewhere(programme=bank.programme, told=told)
    answered(bank, [9], at=at + timedelta(hours=1), asked_key="I1")
    Huddle.objects.create(programme=bank.programme, unit=bank.cards[0], held_at=at, led_by=bank.boss)
    GrowthYear.objects.create(
        unit=bank.cards[0], year=2025, base=100, retained=85, earned_new=25, bought_new=20, source="账目"
    )


def paper(bank: Bank) -> dict[str, object]:
    found: dict[str, object] = content(report_specs()["loyalty.quarter"][1], bank.programme.unit, PERIOD)
    return found


def test_every_number_of_the_paper_shows_its_rows(bank: Bank) -> None:
    lived(bank)
    assert broken_links(paper(bank), bank.boss) == []


def test_it_is_owed_by_the_unit_of_a_programme_and_due_on_the_tenth(bank: Bank) -> None:
    spec = report_specs()["loyalty.quarter"][1]
    assert list(debtors(spec)) == [bank.programme.unit]
    row = reports.row_for(spec=spec, unit=bank.programme.unit, period=PERIOD)
    assert working_calendar().local_date(row.due_at) == date(2026, 10, 10)
    Programme.objects.update(stage="ended")
    assert not debtors(spec).exists()


def figure(found: object, section: str, key: str) -> dict[str, object]:
    sections = {each["key"]: each for each in found["sections"]}  # type: ignore[index]
    made: dict[str, object] = next(f for f in sections[section]["figures"] if f["key"] == key)
    return made


def test_the_score_has_its_interval_and_a_change_that_chance_explains_is_called_so(bank: Bank) -> None:
    answered(bank, scores(12, 5, 3), at=local("2026-05-10 10:00"))
    answered(bank, scores(8, 6, 6), at=local("2026-08-10 10:00"))
    found = paper(bank)
    nps, change = figure(found, "score", "nps"), figure(found, "score", "change")
    assert (nps["value"], nps["n"]) == (10, 20)
    assert nps["interval"] == pytest.approx([-24.67, 42.06], abs=0.01)
    assert change["value"] == -35
    section = next(each for each in found["sections"] if each["key"] == "score")  # type: ignore[attr-defined]
    assert section["notes"][0]["en"].startswith("The score moved by −35 points, which chance explains.")
    assert section["charts"][0]["summary"]["en"] == "Quarters with a score: 2026-Q2 45, 2026-Q3 10."
    assert change["note"] == {"en": "not significant, p = 0.188", "zh-hans": "不显著，p = 0.188"}


def test_below_ten_answers_the_paper_names_no_score_anywhere(bank: Bank) -> None:
    answered(bank, scores(5, 1, 3), at=local("2026-08-10 10:00"), segment="学生")
    found = paper(bank)
    assert figure(found, "score", "nps")["value"] is None
    assert figure(found, "score", "nps")["withheld"] == {
        "en": "fewer than 10 answers",
        "zh-hans": "不足 10 份答复",
    }
    tables = [table for section in found["sections"] for table in section["tables"]]  # type: ignore[attr-defined]
    shown = [row["cells"]["nps"]["value"] for t in tables for row in t["rows"] if "nps" in row["cells"]]
    assert shown
    assert set(shown) == {None}


def test_no_words_and_no_numbers_of_customers_stand_in_it(bank: Bank) -> None:
    lived(bank)
    text = json.dumps(paper(bank), ensure_ascii=False)
    for secret in ("13812345678", "占线", "K1", "王女士", bank.boss.name, bank.caller.name):
        assert secret not in text


def test_the_rate_of_response_knows_what_another_system_asked(bank: Bank) -> None:
    lived(bank)
    found = paper(bank)
    rate = figure(found, "response", "rate")
    assert (rate["n"], rate["value"]) == (12, pytest.approx(1 / 12, abs=1e-5))
    assert figure(found, "response", "answered")["value"] == 1


def test_the_verdict_of_the_pilot_says_that_its_units_were_chosen(bank: Bank) -> None:
    notes = {each["key"]: each for each in paper(bank)["sections"]}["pilot"]["notes"]  # type: ignore[attr-defined]
    assert "chosen, not drawn" in notes[0]["en"]
    assert "too few answers" in notes[0]["en"]


@pytest.fixture
def report(bank: Bank) -> Report:
    lived(bank)
    row = reports.row_for(spec=report_specs()["loyalty.quarter"][1], unit=bank.programme.unit, period=PERIOD)
    reports.assemble(row=row)
    return Report.objects.get(pk=row.pk)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_it_stands_as_page_print_and_workbook_in_both_languages(
    bank: Bank, report: Report, client: Client, language: str
) -> None:
    bank.boss.language = language
    bank.boss.save()
    client.force_login(bank.boss)
    text = client.get(reverse("report", args=[report.pk])).content.decode()
    assert {"zh-hans": "按年龄段", "en": "By age band"}[language] in text
    assert "8.4\u2060–\u206069.8" in text
    assert client.get(reverse("report-print", args=[report.pk])).status_code == 200
    book = client.get(reverse("report-excel", args=[report.pk]))
    assert b"".join(book)[:2] == b"PK"
    book.close()


def test_what_is_frozen_stays_when_an_answer_comes_late(bank: Bank, report: Report) -> None:
    before = ReportVersion.objects.get(report=report)
    answered(bank, [0] * 30, at=local("2026-09-30 10:00"))
    assert ReportVersion.objects.get(pk=before.pk).sha256 == before.sha256
    reports.assemble(row=report, user=bank.boss)
    latest = report.versions.order_by("-number").first()
    assert latest is not None
    assert (latest.number, latest.sha256 != before.sha256) == (2, True)


def test_a_manager_of_another_unit_finds_no_paper(bank: Bank, report: Report, client: Client) -> None:
    client.force_login(bank.world.gao_yuan)
    assert client.get(reverse("report", args=[report.pk])).status_code == 404


def test_the_public_link_shows_the_score_and_nobody(bank: Bank, report: Report, client: Client) -> None:
    given = reports.publish(row=report, user=bank.boss, number=1)
    page = client.get(reverse("report-public", args=[given.token]))
    text = page.content.decode()
    assert page.status_code == 200
    assert "NPS" in text
    assert bank.boss.name not in text
    assert "王女士" not in text
