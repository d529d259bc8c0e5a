"""What is pushed to open boards."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from bihuan.systems.instruments import live
from bihuan.systems.instruments.models import Instrument

from .lab import Lab, alarm, build, heard, use

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> Lab:
    heard(monkeypatch, DNA01=10, PCR02=10)
    live._counted.clear()
    return build()


def test_a_changed_row_comes_ready_to_swap_with_its_unit(lab: Lab) -> None:
    use(lab.dna, lab.world.zhang_san, timezone.now() - timedelta(seconds=75))
    with override("zh-hans"):
        (row,) = live.render(["DNA01"])
    assert row.id == f"instrument-{lab.dna.pk}"
    assert row.html.startswith(f'<tr id="{row.id}"')
    assert row.html.endswith("</tr>")
    assert "00:01:1" in row.html
    assert row.unit_path == lab.world.building.path


def test_rows_come_in_the_language_that_is_asked_for(lab: Lab) -> None:
    with override("en"):
        assert "Idle" in live.render(["DNA01"])[0].html
    with override("zh-hans"):
        assert "待机" in live.render(["DNA01"])[0].html


def test_keys_that_are_gone_are_passed_over(lab: Lab) -> None:
    assert live.render(["GONE1"]) == []


def test_the_watch_tells_links_that_turned_since_the_last_ask(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = live.Watch()
    assert watch.changed(timezone.now()) == []
    heard(monkeypatch, DNA01=10, PCR02=200)
    assert watch.changed(timezone.now()) == ["PCR02"]
    assert watch.changed(timezone.now()) == []


def test_the_watch_tells_a_rest_that_ended_in_between(lab: Lab) -> None:
    now = timezone.now()
    Instrument.objects.filter(pk=lab.dna.pk).update(logged_off_at=now - timedelta(minutes=29, seconds=58))
    watch = live.Watch()
    watch.changed(now)
    assert watch.changed(now + timedelta(seconds=1)) == []
    assert watch.changed(now + timedelta(seconds=5)) == ["DNA01"]
    assert watch.changed(now + timedelta(seconds=10)) == []


def test_counts_are_those_of_the_viewer_s_units(lab: Lab) -> None:
    alarm(lab.nmr, timezone.now())
    assert live.counts(lab.world.jiangzhou.path)["instruments.abnormal"] == 0
    assert live.counts(lab.world.beishan.path)["instruments.abnormal"] == 1


def test_counts_are_kept_for_a_second(lab: Lab) -> None:
    before = live.counts(lab.world.root.path)
    alarm(lab.dna, timezone.now())
    assert live.counts(lab.world.root.path) == before
