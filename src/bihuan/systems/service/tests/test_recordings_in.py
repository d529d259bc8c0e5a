"""Recordings come in once, in bounded memory; what is none is refused by name; each opening is on record."""

import tracemalloc
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bihuan.kernel import retention
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.evidence import path_of
from bihuan.kernel.models import EvidenceAccess, Person
from bihuan.kernel.tests.desk_world import at, local
from bihuan.systems.service import act
from bihuan.systems.service.act.recordings import Incoming
from bihuan.systems.service.models import Job, Recording, Staff
from bihuan.systems.service.rules.call_files import Told

from .hotline import AFTER, Hotline, bring, build_hotline, calls, wav

pytestmark = pytest.mark.django_db
NAME = "8012_20260105-093015_电费.wav"


@pytest.fixture
def world() -> Hotline:
    return build_hotline()


def test_a_recording_is_kept_with_what_its_name_and_header_tell(world: Hotline) -> None:
    bring(world, [(NAME, wav(95))])
    row = Recording.objects.get()
    assert (row.agent, row.unit, row.business) == (world.mei, world.team, "电费")
    assert row.duration_s == 95
    assert local(row.started_at) == "2026-01-05 09:30"
    assert row.evidence.private
    assert path_of(row.sha256).read_bytes() == wav(95)
    assert row.evidence.keep_until == at(AFTER) + timedelta(days=365)


def test_the_same_content_is_kept_once_whatever_its_name(world: Hotline) -> None:
    bring(world, [(NAME, wav(95))])
    again = bring(world, [("8011_20260207-100000.wav", wav(95)), (NAME, wav(95))])
    assert (again.new, len(again.known), Recording.objects.count()) == ([], 2, 1)


def test_what_is_no_recording_is_refused_by_name_and_stops_nobody(world: Hotline) -> None:
    files = [("a.wav", b""), ("b.wav", b"MZ\x90\0 virus"), ("c.txt", "通话".encode()), (NAME, wav(95))]
    found = bring(world, files)
    assert [name for name, _why in found.refused] == ["a.wav", "b.wav", "c.txt"]
    assert len(found.new) == 1
    assert all(why for _name, why in found.refused)


def test_an_unknown_agent_is_listed_and_not_dropped_and_found_later(world: Hotline) -> None:
    found = bring(world, [("9999_20260105-093015.wav", wav(95))])
    (row,) = found.new
    assert found.strangers == ["9999"]
    assert (row.agent, row.unit) == (None, world.branch.branch)
    with pytest.raises(Refused, match="这个工号"):
        act.match_agent(row=row, user=world.boss)
    person = Person.objects.create(number="9999", name="新座席", unit=world.team)
    agent = Staff.objects.create(person=person, team=world.team, job=Job.AGENT)
    act.match_agent(row=row, user=world.boss)
    row.refresh_from_db()
    assert (row.agent, row.unit, row.evidence.unit) == (agent, world.team, world.team)


def test_a_length_that_no_header_tells_comes_from_the_table_or_stays_unknown(world: Hotline) -> None:
    files = [("8012_20260105-093015.mp3", b"ID3\x04one"), ("8012_20260106-093015.mp3", b"ID3\x04two")]
    found = bring(world, files, {"8012_20260105-093015.mp3": Told(duration_s=75, complaint=True)})
    assert [(row.duration_s, row.complaint) for row in found.new] == [(75, True), (None, False)]
    assert found.unfinished == 1


def test_three_hundred_megabytes_cost_little_memory(world: Hotline) -> None:
    piece = b"\1" * (1024 * 1024)

    def chunks() -> Iterator[bytes]:
        yield wav(1)
        for _ in range(300):
            yield piece

    tracemalloc.start()
    found = act.take_recordings(
        files=[Incoming(NAME, 300 * len(piece), chunks)], table={}, unit=world.team, user=world.boss
    )
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    path = path_of(found.new[0].sha256)
    assert path.stat().st_size > 300 * len(piece)
    path.unlink()
    assert peak < 16 * 1024 * 1024


def test_a_file_above_the_standard_is_refused_before_it_is_read(world: Hotline) -> None:
    def never() -> Iterator[bytes]:
        raise AssertionError("read")

    found = act.take_recordings(
        files=[Incoming(NAME, 501 * 1024 * 1024, never)], table={}, unit=world.team, user=world.boss
    )
    assert [(name, "500" in why) for name, why in found.refused] == [(NAME, True)]


def test_who_may_not_import_brings_nothing(world: Hotline) -> None:
    with pytest.raises(Refused):
        bring(world, [(NAME, wav(95))], user=world.branch.owner)


def test_an_opening_is_on_record_once_an_hour(world: Hotline) -> None:
    (row,) = calls(world, n=1)
    for when in ("2026-04-03 10:00", "2026-04-03 10:59", "2026-04-03 11:30"):
        assert act.listen(row=row, user=world.boss, at=at(when)).exists()
    assert EvidenceAccess.objects.filter(granted=True).count() == 2


def test_who_is_outside_or_has_no_right_is_refused_on_record(world: Hotline) -> None:
    (row,) = calls(world, n=1)
    viewer = world.branch.owner
    with pytest.raises(Refused):
        act.listen(row=row, user=viewer, at=at("2026-04-03 10:00"))
    assert EvidenceAccess.objects.get().granted is False


def test_after_its_date_the_sound_goes_and_the_row_stays(world: Hotline) -> None:
    (row,) = calls(world, n=1)
    retention.run(now=at(AFTER) + timedelta(days=366))
    row.evidence.refresh_from_db()
    assert row.evidence.removed_at is not None
    assert not path_of(row.sha256).exists()
    assert Recording.objects.filter(pk=row.pk).exists()
