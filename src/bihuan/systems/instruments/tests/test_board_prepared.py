"""The board that is asked again and again: what it remembers never outlives what it was made from."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bihuan.kernel.models import Person, Place
from bihuan.kernel.scope import visible
from bihuan.systems.instruments import live
from bihuan.systems.instruments.models import Instrument, Session
from bihuan.systems.instruments.read import board as read
from bihuan.systems.instruments.read.heard import heard_of, links_now, microseconds
from bihuan.web.components.figures import hour

from .lab import Lab, alarm, build, heard, hears, seen, use

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> Lab:
    heard(monkeypatch, DNA01=10, PCR02=100, NMR13=1000)
    return build()


def test_everybody_s_board_is_the_board_of_what_he_may_see(lab: Lab) -> None:
    now, world = timezone.now(), lab.world
    use(lab.dna, world.zhang_san, now - timedelta(hours=2), now - timedelta(hours=1))
    use(lab.dna, world.li_si, now - timedelta(minutes=5), flags=["overlong"])
    alarm(lab.nmr, now - timedelta(minutes=3))
    for user in (world.chen_jing, world.sun_qian, world.wu_min, world.gao_yuan):
        assert read.board_of(user, now) == read.board(visible(user, read.instruments()), now)
    assert [row.shown.code for row in read.board_of(world.gao_yuan, now)] == ["NMR13"]


def test_who_is_locked_has_an_empty_board(lab: Lab) -> None:
    lab.world.wu_min.is_active = False
    assert read.board_of(lab.world.wu_min) == []


def changes(lab: Lab) -> Iterator[str]:
    """What the row says after each change, and did not say before."""
    now = timezone.now()
    Instrument.objects.filter(pk=lab.dna.pk).update(name="超速离心机")
    yield "超速离心机"
    use(lab.dna, lab.world.li_si, now - timedelta(hours=2), now - timedelta(hours=1))
    yield "李四"
    Person.objects.filter(pk=lab.world.li_si.pk).update(name="李思")
    yield "李思"
    present = use(lab.dna, lab.world.zhang_san, now)
    yield "张三"
    Session.objects.filter(pk=present.pk).update(flags=["overlong"])
    yield "超长"
    Place.objects.filter(pk=lab.world.lab.pk).update(code="SKL-999")
    yield "SKL-999"
    alarm(lab.dna, now)
    yield "未刷卡"


def test_every_change_is_on_the_next_page(lab: Lab, client: Client) -> None:
    client.force_login(lab.world.he_jia)
    before = client.get("/instruments/").content.decode()
    for word in changes(lab):
        html = client.get("/instruments/").content.decode()
        assert word in html
        assert word not in before
        before = html


def test_a_rest_ends_though_nobody_writes_anything(lab: Lab) -> None:
    now = timezone.now()
    Instrument.objects.filter(pk=lab.dna.pk).update(logged_off_at=now - timedelta(minutes=29), idle_since=now)
    clocks = [
        next(row.shown.clock for row in read.board_of(lab.world.he_jia, at) if row.shown.code == "DNA01")
        for at in (now, now + timedelta(seconds=59), now + timedelta(seconds=61), now)
    ]
    assert clocks == ["rest", "rest", "idle", "rest"]


def test_a_board_that_names_no_last_user_spoils_nothing(lab: Lab) -> None:
    now = timezone.now()
    use(lab.dna, lab.world.li_si, now - timedelta(hours=2), now - timedelta(hours=1))
    before = read.board_of(lab.world.he_jia, now)
    read.board(read.instruments(), now, last=False)
    after = read.board_of(lab.world.he_jia, now)
    assert all(one.shown is other.shown for one, other in zip(before, after, strict=True))


def test_a_row_is_as_long_in_use_as_the_clock_says(lab: Lab) -> None:
    now = timezone.now()
    use(lab.dna, lab.world.zhang_san, now - timedelta(hours=26, minutes=3, seconds=10))
    rows = [row for row in read.board_of(lab.world.he_jia, now) if row.shown.code == "DNA01"]
    for later, clock in ((0, b"26:03:10"), (49, b"26:03:59"), (50, b"26:04:00"), (3600, b"27:03:10")):
        assert b">" + clock + b"<" in b"".join(live.written(rows, now + timedelta(seconds=later)))


def test_a_worn_ring_names_its_last_missed_beat_and_a_full_one_none(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    row = seen("DNA01", now, now)._replace(ring="o" * 48 + "mo")
    hears(monkeypatch, [row, seen("PCR02", now, now)])
    written = {
        row.shown.code: b"".join(live.written([row], now)).decode()
        for row in read.board_of(lab.world.wu_min, now)
    }
    assert hour(now - timedelta(seconds=30)) in written["DNA01"]
    assert "bh-beat-missed" in written["DNA01"]
    assert "bh-beat-missed" not in written["PCR02"]


@pytest.mark.parametrize("silence_s", [0, 74.9, 75, 149.9, 150, 9000])
def test_one_terminal_and_all_of_them_are_heard_alike(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, silence_s: float
) -> None:
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    hears(monkeypatch, [seen("DNA01", now - timedelta(seconds=silence_s), now)])
    (row,) = read.board(Instrument.objects.filter(pk=lab.dna.pk))
    assert row.heard == heard_of(lab.dna)
    assert row.heard.link == links_now()["dna01"]
    assert row.heard.silence_s == silence_s


def test_microseconds_are_those_of_the_gateway() -> None:
    at = timezone.now()
    assert abs(microseconds(at) - at.timestamp() * 1_000_000) < 1
