"""Alarms and their photos: found, blurred, opened one by one, and attached from the tray."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Event, EvidenceAccess
from bihuan.kernel.tests.world import a_case
from bihuan.systems.instruments.act import attach_photo
from bihuan.systems.instruments.models import Photo

from .lab import Lab, alarm, build, heard, local, photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> Lab:
    heard(monkeypatch, DNA01=10)
    return build()


def test_alarms_are_found_by_reason_period_and_instrument(lab: Lab, client: Client) -> None:
    alarm(lab.dna, local("2026-09-10 09:00"), local("2026-09-10 09:20"))
    alarm(lab.dna, local("2026-11-10 09:00"))
    alarm(lab.pcr, local("2026-09-11 09:00"), local("2026-09-11 09:20"))
    client.force_login(lab.world.wu_min)

    def rows(query: str) -> int:
        return client.get(f"/instruments/alarms/?{query}").content.decode().count("<tr id=")

    assert rows("") == 3
    assert rows("reason=lasting") == 1
    assert rows("began_from=2026-09-01&began_to=2026-09-30") == 2
    assert rows("began_from=2026-09-01&began_to=2026-09-30&instrument=PCR02") == 1
    assert rows("unseen=on") == 3


def test_an_alarm_names_its_case_and_how_long_it_lasted(lab: Lab, client: Client) -> None:
    case = a_case(lab.world, "unswiped_use")
    alarm(lab.dna, local("2026-09-10 09:00"), local("2026-09-10 09:02"), case)
    client.force_login(lab.world.wu_min)
    html = client.get("/instruments/alarms/").content.decode()
    assert case.number in html
    assert "00:02:00" in html
    assert "断电" in html


def test_the_grid_shows_pictures_without_showing_them(lab: Lab, client: Client) -> None:
    row = photo(lab.dna, timezone.now(), alarm(lab.dna, timezone.now()))
    client.force_login(lab.world.wu_min)
    html = client.get("/instruments/photos/").content.decode()
    assert f"/instruments/photos/{row.pk}/preview/" in html
    assert f"/evidence/{row.evidence_id}/" in html
    assert not EvidenceAccess.objects.exists()


def test_a_preview_has_too_few_pixels_to_know_anybody(lab: Lab, client: Client) -> None:
    row = photo(lab.dna, timezone.now())
    client.force_login(lab.world.he_jia)
    answer = client.get(f"/instruments/photos/{row.pk}/preview/")
    with Image.open(BytesIO(answer.content)) as picture:
        assert picture.size == (20, 15)


def test_a_photo_that_is_no_picture_has_no_preview(lab: Lab, client: Client) -> None:
    row = photo(lab.dna, timezone.now(), data=b"not a picture")
    client.force_login(lab.world.he_jia)
    assert client.get(f"/instruments/photos/{row.pk}/preview/").status_code == 404


def test_who_may_look_opens_one_photo_and_leaves_a_record(lab: Lab, client: Client) -> None:
    row = photo(lab.dna, timezone.now())
    client.force_login(lab.world.wu_min)
    assert client.post(f"/evidence/{row.evidence_id}/").headers["Content-Type"] == "image/jpeg"
    opened = EvidenceAccess.objects.get()
    assert (opened.user, opened.granted) == (lab.world.wu_min, True)


def test_who_may_not_look_is_refused_and_that_is_on_record(lab: Lab, client: Client) -> None:
    row = photo(lab.dna, timezone.now())
    client.force_login(lab.world.he_jia)
    assert client.post(f"/evidence/{row.evidence_id}/").status_code == 403
    assert not EvidenceAccess.objects.get().granted


def test_photos_are_found_by_instrument_and_day(lab: Lab, client: Client) -> None:
    photo(lab.dna, local("2026-09-10 09:00"))
    photo(lab.pcr, local("2026-09-11 23:59"))
    client.force_login(lab.world.wu_min)

    def found(query: str) -> int:
        return client.get(f"/instruments/photos/?{query}").content.decode().count("/preview/")

    assert found("") == 2
    assert found("instrument=dna") == 1
    assert found("first=2026-09-11&last=2026-09-11") == 1
    assert found("first=2026-09-12") == 0
    assert found("first=nonsense") == 2


def test_a_photo_goes_from_the_tray_to_its_alarm_and_case(lab: Lab, client: Client) -> None:
    case = a_case(lab.world, "unswiped_use")
    of = alarm(lab.dna, timezone.now() - timedelta(minutes=30), timezone.now(), case)
    row = photo(lab.dna, timezone.now())
    client.force_login(lab.world.wu_min)
    assert "归入报警" in client.get("/instruments/photos/?tray=on").content.decode()

    client.post(f"/instruments/photos/{row.pk}/attach/", {"alarm": of.pk})

    row = Photo.objects.select_related("evidence").get(pk=row.pk)
    assert (row.alarm, row.evidence.case) == (of, case)
    assert Event.objects.filter(case=case, verb="case.evidence", actor=lab.world.wu_min).exists()
    assert "/preview/" not in client.get("/instruments/photos/?tray=on").content.decode()


def test_a_photo_never_goes_to_another_instrument_s_alarm(lab: Lab) -> None:
    of, row = alarm(lab.pcr, timezone.now()), photo(lab.dna, timezone.now())
    with pytest.raises(Refused):
        attach_photo(row=row, alarm=of, user=lab.world.wu_min)


def test_a_viewer_may_not_attach(lab: Lab, client: Client) -> None:
    of, row = alarm(lab.dna, timezone.now()), photo(lab.dna, timezone.now())
    client.force_login(lab.world.he_jia)
    assert client.post(f"/instruments/photos/{row.pk}/attach/", {"alarm": of.pk}).status_code == 403
