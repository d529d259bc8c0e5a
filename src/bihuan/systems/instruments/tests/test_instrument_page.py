"""The page of one instrument: figures with their bases, and sums that agree."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bihuan.kernel.tests.world import a_case
from bihuan.systems.instruments.lists.sessions import SessionsListing
from bihuan.systems.instruments.models import Authorisation, Instrument
from bihuan.systems.instruments.read.period import read_period
from bihuan.systems.instruments.read.runs import compliance, precision, usage_of, utilisation
from bihuan.web.listing.state import State

from .lab import Lab, alarm, build, heard, local, use

pytestmark = pytest.mark.django_db
AUTUMN = {"period": "custom", "from": "2026-09-01", "to": "2026-10-31"}
HOUR = timedelta(hours=1)


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> Lab:
    heard(monkeypatch, DNA01=10)
    return build()


def autumn(lab: Lab) -> None:
    """Sessions across both ends of the period and across midnights; one of another instrument."""
    zhang = lab.world.zhang_san
    for began, ended in (
        ("2026-08-31 22:00", "2026-09-01 01:00"),
        ("2026-09-15 23:15", "2026-09-16 00:45"),
        ("2026-09-30 20:00", "2026-10-02 20:00"),
        ("2026-10-31 23:30", "2026-11-01 03:00"),
        ("2026-11-01 09:00", "2026-11-01 10:00"),
    ):
        use(lab.dna, zhang, local(began), local(ended))
    use(lab.pcr, zhang, local("2026-09-10 09:00"), local("2026-09-10 12:00"))


def chart_of(html: str, name: str) -> dict[str, Any]:
    found = re.search(rf'<script id="{name}" type="application/json">(.*?)</script>', html)
    assert found
    spec: dict[str, Any] = json.loads(found[1])
    return spec


def test_chart_table_and_usage_table_have_the_same_sums(lab: Lab) -> None:
    autumn(lab)
    usage = usage_of(lab.dna, read_period(AUTUMN))
    table = SessionsListing(lab.world.wu_min)
    filters = (("instrument", "DNA01"), ("day_from", "2026-09-01"), ("day_to", "2026-10-31"))
    rows = table.matching(State(filters=filters))

    assert usage.ran == timedelta(hours=1 + 1.5 + 48 + 0.5)
    assert sum((day.ran for day in usage.days), timedelta(0)) == usage.ran
    assert sum((row.ran for row in rows), timedelta(0)) == usage.ran
    assert table.total(State(filters=filters)) == usage.ran
    assert usage.runs == len(rows) == 4


def test_the_page_draws_september_and_october_by_day(lab: Lab, client: Client) -> None:
    autumn(lab)
    client.force_login(lab.world.wu_min)
    html = client.get("/instruments/DNA01/", AUTUMN).content.decode()
    hours = chart_of(html, "chart-hours")
    assert len(hours["x"]) == 61
    assert hours["series"][0]["values"][hours["x"].index("2026-10-01")] == 24
    assert "共 51.00 小时，4 次" in html
    assert "所选日期内 51.00 小时" in html
    assert sum(chart_of(html, "chart-runs")["series"][0]["values"]) == 4


def test_a_day_on_the_chart_leads_to_that_day(lab: Lab, client: Client) -> None:
    client.force_login(lab.world.wu_min)
    spec = chart_of(client.get("/instruments/DNA01/", AUTUMN).content.decode(), "chart-hours")
    assert spec["series"][0]["urls"][0] == "?period=custom&from=2026-09-01&to=2026-09-01"


def test_the_usage_table_alone_comes_when_its_links_ask(lab: Lab, client: Client) -> None:
    autumn(lab)
    client.force_login(lab.world.wu_min)
    query = {"instrument": "DNA01", "day_from": "2026-09-01", "day_to": "2026-09-30", "sort": "ran"}
    html = client.get("/instruments/DNA01/", query, headers={"HX-Request": "true"}).content.decode()
    assert html.lstrip().startswith("<section")
    assert html.count("<tr id=") == 3


def test_a_running_session_counts_up_to_now(lab: Lab) -> None:
    now = local("2026-11-23 12:00")
    use(lab.dna, lab.world.zhang_san, local("2026-11-23 10:00"))
    assert usage_of(lab.dna, read_period({"from": "2026-11-23", "to": "2026-11-23"}), now).ran == 2 * HOUR


def test_utilisation_is_the_share_of_working_hours_that_have_passed(lab: Lab) -> None:
    monday = read_period({"from": "2026-11-23", "to": "2026-11-23"})
    use(lab.dna, lab.world.zhang_san, local("2026-11-23 07:00"), local("2026-11-23 09:30"))
    alarm(lab.dna, local("2026-11-23 11:00"), local("2026-11-23 12:00"))
    found = utilisation(lab.dna, monday, local("2026-11-24 08:00"))
    assert (found.base / HOUR, found.ran / HOUR) == (6.5, 1.5)
    assert utilisation(lab.dna, monday, local("2026-11-23 10:30")).base == 2 * HOUR


def test_a_weekend_has_no_working_hours(lab: Lab) -> None:
    sunday = read_period({"from": "2026-11-22", "to": "2026-11-22"})
    assert utilisation(lab.dna, sunday, local("2026-11-24 08:00")).share is None


def test_compliance_counts_late_swipes_and_runs_without_any(lab: Lab) -> None:
    began = timezone.now() - timedelta(days=2)
    for hour in range(8):
        use(lab.dna, lab.world.zhang_san, began + hour * HOUR, began + (hour + 0.5) * HOUR)
    settled = alarm(lab.dna, began + 9 * HOUR, began + 9.1 * HOUR)
    use(
        lab.dna, lab.world.zhang_san, began + 9 * HOUR, began + 10 * HOUR, alarm=settled, flags=["late_swipe"]
    )
    mine, month = Instrument.objects.filter(pk=lab.dna.pk), read_period({})
    assert compliance(mine, month).withheld
    alarm(lab.dna, began + 11 * HOUR, began + 12 * HOUR)
    rate = compliance(mine, month)
    assert (rate.hits, rate.n, rate.withheld) == (8, 10, False)


def test_precision_comes_from_verdicts_and_leaves_void_cases_out(lab: Lab) -> None:
    for number, verdict in enumerate(["violation"] * 6 + ["excused"] * 2 + ["false_alarm"] * 3 + [""]):
        case = a_case(lab.world, "unswiped_use", episode=f"e{number}")
        case.verdict, case.state = verdict, "void" if number == 0 else "verifying"
        case.save()
    rate = precision(Instrument.objects.filter(pk=lab.dna.pk), read_period({}))
    assert (rate.hits, rate.n) == (7, 10)


def test_a_rate_of_few_is_withheld_on_the_page(lab: Lab, client: Client) -> None:
    client.force_login(lab.world.wu_min)
    html = client.get("/instruments/DNA01/").content.decode()
    assert html.count("样本不足，暂不给出比率") == 2


@pytest.mark.parametrize(
    ("query", "days"),
    [
        *(({"period": "7d"}, 7), ({}, 30), ({"period": "nonsense"}, 30), ({"period": "custom"}, 30)),
        *(({"from": "2026-09-01", "to": "2026-09-02"}, 2), ({"from": "2026-09-02", "to": "2026-09-01"}, 2)),
        *(({"from": "2001-01-01", "to": "2026-09-01"}, 732), ({"from": "9999-99-99"}, 30)),
    ],
)
def test_the_time_picker_never_asks_for_the_impossible(query: dict[str, str], days: int) -> None:
    assert read_period(query).days == days


def test_the_quarter_is_the_calendar_s(lab: Lab) -> None:
    from datetime import date

    period = read_period({"period": "quarter"}, date(2026, 11, 23))
    assert (period.first, period.last) == (date(2026, 10, 1), date(2026, 12, 31))
    assert read_period({"period": "month"}, date(2026, 2, 3)).last == date(2026, 2, 28)


def test_the_roster_is_delivered_only_when_proven(lab: Lab, client: Client) -> None:
    client.force_login(lab.world.wu_min)
    Instrument.objects.filter(pk=lab.dna.pk).update(roster_version=7, roster_delivered=6)
    assert "未证实送达；已送达第 6 版" in client.get("/instruments/DNA01/").content.decode()
    Instrument.objects.filter(pk=lab.dna.pk).update(roster_delivered=7)
    assert "第 7 版，已送达" in client.get("/instruments/DNA01/").content.decode()


def test_a_manager_permits_and_revokes_on_the_page(lab: Lab, client: Client) -> None:
    client.force_login(lab.world.sun_qian)
    version = Instrument.objects.get(pk=lab.dna.pk).roster_version
    client.post(
        "/instruments/DNA01/step/", {"action": "permit", "number": "S002", "trained_on": "2026-11-01"}
    )
    permit = Authorisation.objects.get(instrument=lab.dna, person=lab.world.li_si)
    assert str(permit.trained_on) == "2026-11-01"
    client.post("/instruments/DNA01/step/", {"action": "revoke", "permit": permit.pk})
    assert not Authorisation.objects.filter(pk=permit.pk).exists()
    assert Instrument.objects.get(pk=lab.dna.pk).roster_version == version + 2


def test_the_address_may_be_in_any_case(lab: Lab, client: Client) -> None:
    client.force_login(lab.world.wu_min)
    assert client.get("/instruments/dna01/").status_code == 200
    assert client.get("/instruments/GONE1/").status_code == 404


def test_an_archived_instrument_keeps_its_page(lab: Lab, client: Client) -> None:
    client.force_login(lab.world.sun_qian)
    client.post("/instruments/DNA01/step/", {"action": "archive"})
    html = client.get("/instruments/DNA01/").content.decode()
    assert "已归档" in html
    client.post("/instruments/DNA01/step/", {"action": "unarchive"})
    assert Instrument.objects.get(pk=lab.dna.pk).archived_at is None
