"""Service intervals: hours and days since, due → one case, done → record."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bihuan.kernel.models import Case, Note
from bihuan.systems.instruments.act import open_due, record_service
from bihuan.systems.instruments.models import Instrument, Service
from bihuan.systems.instruments.read.upkeep import upkeep

from .lab import Lab, alarm, build, heard, use

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> Lab:
    heard(monkeypatch, DNA01=10)
    return build()


def interval(row: Instrument, **fields: object) -> Instrument:
    Instrument.objects.filter(pk=row.pk).update(**fields)
    return Instrument.objects.get(pk=row.pk)


def test_hours_run_with_and_without_a_swipe_since_the_last_service(lab: Lab) -> None:
    now = timezone.now()
    row = interval(lab.dna, service_hours=10, serviced_at=now - timedelta(days=5))
    use(row, lab.world.zhang_san, now - timedelta(days=9), now - timedelta(days=8))
    use(row, lab.world.zhang_san, now - 8 * HOUR, now - 3 * HOUR)
    alarm(row, now - 2 * HOUR, now - 1 * HOUR)
    settled = alarm(row, now - 8 * HOUR, now - 7.9 * HOUR)
    use(row, lab.world.li_si, now - HOUR, alarm=settled)
    found = upkeep(row, now)
    assert round(found.running_h, 3) == 7
    assert (found.days, found.due, found.state) == (5, False, "normal")
    assert upkeep(row, now + 3 * HOUR).due


def test_whichever_limit_is_nearer_counts(lab: Lab) -> None:
    now = timezone.now()
    row = interval(
        lab.dna, service_hours=1000, service_days=10, serviced_at=now - timedelta(days=9, hours=12)
    )
    assert upkeep(row, now).state == "warning"
    assert upkeep(row, now + timedelta(days=1)).due


def test_an_instrument_never_serviced_counts_from_its_first_use(lab: Lab) -> None:
    now = timezone.now()
    row = interval(lab.dna, service_days=30)
    assert upkeep(row, now).days == 0
    use(row, lab.world.zhang_san, now - timedelta(days=31), now - timedelta(days=31) + HOUR)
    assert upkeep(row, now).due


def test_without_an_interval_nothing_is_ever_due(lab: Lab) -> None:
    use(lab.dna, lab.world.zhang_san, timezone.now() - timedelta(days=900))
    assert upkeep(lab.dna).state == "none"
    open_due(now=timezone.now())
    assert not Case.objects.exists()


def test_due_opens_one_case_an_interval(lab: Lab) -> None:
    now = timezone.now()
    interval(lab.dna, service_days=30, serviced_at=now - timedelta(days=31))
    open_due(now=now)
    open_due(now=now + timedelta(days=1))
    case = Case.objects.get()
    assert (case.kind, case.subject, case.owner, case.unit) == (
        "service",
        "DNA01",
        lab.world.wu_min,
        lab.world.building,
    )


def test_done_starts_the_interval_anew_and_leaves_the_case_to_its_owner(lab: Lab) -> None:
    now = timezone.now()
    row = interval(lab.dna, service_days=30, serviced_at=now - timedelta(days=31))
    open_due(now=now)
    done = record_service(row=row, user=lab.world.wu_min, note="换了转子密封圈", at=now)
    case = Case.objects.get()
    assert done.case == case
    assert case.state == "notified"
    assert Note.objects.get().text == "换了转子密封圈"
    assert not upkeep(Instrument.objects.get(pk=row.pk), now + HOUR).due
    open_due(now=now + timedelta(days=31))
    assert Case.objects.count() == 2


def test_the_form_records_who_did_what(lab: Lab, client: Client) -> None:
    client.force_login(lab.world.wu_min)
    client.post("/instruments/DNA01/step/", {"action": "service", "note": "换油并校准"})
    done = Service.objects.get()
    assert (done.done_by, done.note, done.case) == (lab.world.wu_min, "换油并校准", None)
    assert "换油并校准" in client.get("/instruments/DNA01/").content.decode()


@pytest.mark.parametrize("note", ["", "ok"])
def test_a_maintenance_without_a_word_is_not_recorded(lab: Lab, client: Client, note: str) -> None:
    client.force_login(lab.world.wu_min)
    client.post("/instruments/DNA01/step/", {"action": "service", "note": note})
    assert not Service.objects.exists()


def test_a_viewer_records_nothing(lab: Lab, client: Client) -> None:
    client.force_login(lab.world.he_jia)
    client.post("/instruments/DNA01/step/", {"action": "service", "note": "换油并校准"})
    assert not Service.objects.exists()


def test_the_overview_has_the_due_ones_first(lab: Lab, client: Client) -> None:
    now = timezone.now()
    interval(lab.dna, service_days=30, serviced_at=now - timedelta(days=2))
    interval(lab.pcr, service_days=30, serviced_at=now - timedelta(days=31))
    client.force_login(lab.world.wu_min)
    html = client.get("/instruments/maintenance/").content.decode()
    assert html.index("PCR02") < html.index("DNA01")
    assert "异常" in html
