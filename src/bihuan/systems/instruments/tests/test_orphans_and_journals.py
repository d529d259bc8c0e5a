"""Reconciliation: five figures an upload, the live channel's loss, log-offs without log-on."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bihuan.kernel.models import Event
from bihuan.systems.instruments.act import settle_orphan
from bihuan.systems.instruments.models import Instrument, Swipe
from bihuan.systems.instruments.read.loss import losses
from bihuan.systems.instruments.read.period import Period

from .lab import ZHANG, Lab, build, heard, hears, journal, noted, seen

pytestmark = pytest.mark.django_db
FIGURES = {"received": 6, "matched": 2, "inserted": 1, "duplicate": 2, "rejected": 1}
REJECTS = [{"line": "rubbish <b>", "reason": "unreadable"}]


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> Lab:
    heard(monkeypatch, DNA01=10, PCR02=10)
    return build()


def orphan(lab: Lab) -> Swipe:
    now = timezone.now()
    return Swipe.objects.create(
        instrument=lab.dna, card=ZHANG, verb="close", at=now, received_at=now, role="orphan"
    )


def week(lab: Lab) -> Period:
    today = timezone.localdate()
    return Period("custom", today - timedelta(days=6), today)


def test_an_orphan_leaves_the_list_when_it_is_settled(lab: Lab, client: Client) -> None:
    row = orphan(lab)
    client.force_login(lab.world.wu_min)
    assert ZHANG in client.get("/instruments/orphans/").content.decode()
    client.post("/instruments/orphans/", {"action": "settle", "ids": [row.pk]})
    assert ZHANG not in client.get("/instruments/orphans/").content.decode()
    assert "吴敏" in client.get("/instruments/orphans/?view=settled").content.decode()
    assert Event.objects.get(verb="orphan.settled").payload == {"swipe": row.pk}


def test_settling_twice_is_one_act(lab: Lab) -> None:
    row = orphan(lab)
    settle_orphan(row=row, user=lab.world.wu_min)
    settle_orphan(row=row, user=lab.world.sun_qian)
    assert Swipe.objects.get(pk=row.pk).settled_by == lab.world.wu_min


def test_a_viewer_settles_nothing(lab: Lab, client: Client) -> None:
    row = orphan(lab)
    client.force_login(lab.world.he_jia)
    client.post("/instruments/orphans/", {"action": "settle", "ids": [row.pk]})
    assert Swipe.objects.get(pk=row.pk).settled_at is None


def test_each_upload_publishes_its_five_figures(lab: Lab, client: Client) -> None:
    row = journal(lab.dna, "text", timezone.now(), rejects=REJECTS, **FIGURES)
    client.force_login(lab.world.wu_min)
    html = client.get(f"/instruments/journals/{row.pk}/").content.decode()
    assert "rubbish &lt;b&gt;" in html
    assert "无法识别" in html
    for word in ("收到", "对上", "补录", "重复", "拒收"):
        assert word in html
    assert "DNA01" in client.get("/instruments/journals/?bad=on").content.decode()


def test_the_raw_file_is_for_managers_and_each_download_is_on_record(lab: Lab, client: Client) -> None:
    row = journal(lab.dna, f"2026-11-22 09:00:00,{ZHANG},open", timezone.now())
    client.force_login(lab.world.wu_min)
    assert client.get(f"/instruments/journals/{row.pk}/file/").status_code == 403
    client.force_login(lab.world.sun_qian)
    answer = client.get(f"/instruments/journals/{row.pk}/file/")
    assert ZHANG.encode() in answer.content
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert Event.objects.get(verb="journal.read").actor == lab.world.sun_qian


def test_loss_is_what_was_noted_and_not_received(lab: Lab) -> None:
    today = timezone.now().replace(minute=0, second=0, microsecond=0)
    for hour in range(20):
        noted(lab.dna, today - timedelta(hours=hour), received=hour % 10 != 0)
    table = losses(Instrument.objects.all(), week(lab))
    assert [row.code for row in table.rows] == ["DNA01"]
    assert (table.total.rate.hits, table.total.rate.n) == (2, 20)
    assert table.rows[0].total.state == "abnormal"


def test_one_lost_of_few_is_a_warning_and_not_yet_certain(lab: Lab) -> None:
    noted(lab.dna, timezone.now(), received=False)
    for number in range(4):
        noted(lab.dna, timezone.now() - timedelta(minutes=number + 1), received=True)
    low = losses(Instrument.objects.all(), week(lab)).total.rate.interval[0]
    assert 0.01 < low < 0.1


def test_a_swipe_that_no_journal_tells_of_says_nothing_about_loss(lab: Lab) -> None:
    now = timezone.now()
    Swipe.objects.create(instrument=lab.dna, card=ZHANG, verb="open", at=now, received_at=now)
    assert losses(Instrument.objects.all(), week(lab)).rows == []


def test_what_came_before_a_terminal_s_first_word_was_never_sent(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    first = now - timedelta(hours=2)
    hears(monkeypatch, [seen("DNA01", now, first)])
    noted(lab.dna, now - timedelta(days=3), received=False)
    noted(lab.dna, first - timedelta(minutes=1), received=False)
    noted(lab.dna, first + timedelta(minutes=1), received=True)
    noted(lab.dna, first + timedelta(minutes=2), received=False)
    rate = losses(Instrument.objects.all(), week(lab)).total.rate
    assert (rate.hits, rate.n) == (1, 2)


def test_days_are_local_days(lab: Lab) -> None:
    start = timezone.localtime().replace(hour=0, minute=0, second=30, microsecond=0)
    noted(lab.dna, start, received=False)
    (row,) = losses(Instrument.objects.all(), week(lab)).rows
    assert row.days[-1] is not None
    assert row.days[-2] is None
