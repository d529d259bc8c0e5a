"""Erasing a person: cards and names are gone from tables and journals, counts and durations stay."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bihuan.kernel.act.people import erase_person
from bihuan.kernel.evidence import journal_path
from bihuan.kernel.models import FieldTerminal
from bihuan.systems.instruments.models import Alarm, Authorisation, Journal, Photo, Session, Swipe
from bihuan.systems.instruments.rules.mask import masked

from .lab import ZHANG, Lab, alarm, build, journal, noted, photo, use
from .world import SHANGHAI

pytestmark = pytest.mark.django_db
LI = "0008075635"
LINES = (
    f"2026-11-22 09:00:00,{ZHANG},open\r\n2026-11-22 10:00:00,007B3972,close\r\n"
    f"2026-11-22 11:00:00,{LI},open\r\nrubbish {ZHANG}\r\n"
)


@pytest.fixture
def lab() -> Lab:
    return build()


def forget(lab: Lab) -> None:
    erase_person(person=lab.world.zhang_san, actor=lab.world.admin)


def test_sessions_swipes_and_alarms_stay_without_whom(lab: Lab) -> None:
    began = timezone.now() - timedelta(hours=3)
    session = use(lab.dna, lab.world.zhang_san, began, began + timedelta(hours=1))
    of = alarm(lab.dna, began, began)
    Alarm.objects.filter(pk=of.pk).update(card=ZHANG, person=lab.world.zhang_san)
    forget(lab)
    for model in (Session, Swipe, Alarm):
        row = model.objects.get()
        assert row.person is None
        assert ZHANG not in row.card
    row = Session.objects.get()
    assert row.ended_at is not None
    assert (row.pk, row.ended_at - row.started_at) == (session.pk, timedelta(hours=1))


def test_rows_that_bear_only_the_card_are_forgotten_too(lab: Lab) -> None:
    use(lab.dna, None, timezone.now(), card=ZHANG)
    forget(lab)
    assert not Session.objects.filter(card=ZHANG).exists()
    assert not Swipe.objects.filter(card=ZHANG).exists()


def test_others_keep_what_is_theirs(lab: Lab) -> None:
    use(lab.pcr, lab.world.li_si, timezone.now())
    forget(lab)
    row = Session.objects.get()
    assert (row.person, row.card) == (lab.world.li_si, LI)


def test_the_person_leaves_every_roster(lab: Lab) -> None:
    forget(lab)
    assert not Authorisation.objects.filter(person=lab.world.zhang_san).exists()
    for terminal in FieldTerminal.objects.all():
        assert "张三" not in terminal.roster
        assert ZHANG not in terminal.roster


def test_a_kept_journal_is_rewritten_and_marked(lab: Lab) -> None:
    noted(lab.dna, timezone.now(), received=True)
    lab.world.zhang_san.cards.update(spellings=["007B3972"])
    rejects = [{"line": f"rubbish {ZHANG}", "reason": "unreadable"}]
    row = journal(lab.dna, LINES, timezone.now(), rejected=1, rejects=rejects)
    forget(lab)
    text = journal_path(row.sha256).read_bytes().decode()
    assert ZHANG not in text
    assert "007B3972" not in text
    assert text.count(LI) == 1
    assert len(text) == len(LINES)
    row = Journal.objects.get()
    assert row.masked_at is not None
    assert ZHANG not in str(row.rejects)


def test_a_journal_without_the_card_stays_as_it_came(lab: Lab) -> None:
    noted(lab.dna, timezone.now(), received=True)
    row = journal(lab.dna, f"2026-11-22 11:00:00,{LI},open", timezone.now())
    forget(lab)
    assert LI in journal_path(row.sha256).read_text()
    assert Journal.objects.get().masked_at is None


def test_photos_of_their_alarms_go_with_the_next_retention_run(lab: Lab) -> None:
    mine, other = alarm(lab.dna, timezone.now(), timezone.now()), alarm(lab.pcr, timezone.now())
    Alarm.objects.filter(pk=mine.pk).update(card=ZHANG, person=lab.world.zhang_san)
    photo(lab.dna, timezone.now(), mine)
    photo(lab.pcr, timezone.now(), other, data=b"\xff\xd8\xff other")
    forget(lab)
    kept = {row.instrument.code: row.evidence.keep_until for row in Photo.objects.select_related("evidence")}
    assert kept["DNA01"] is not None
    assert kept["PCR02"] is not None
    assert kept["DNA01"] <= timezone.now() < kept["PCR02"]


@pytest.mark.parametrize("spelling", [ZHANG, "8075634", "007b3972", "6F007B3972", "123,14706"])
def test_every_spelling_of_a_card_is_masked(spelling: str) -> None:
    text = f"2026-11-22 09:00:00,{spelling},open\n".encode()
    found = masked(text, [ZHANG], SHANGHAI, timezone.now())
    assert spelling.encode() not in found
    assert found.startswith(b"2026-11-22 09:00:00,")
    assert found.endswith(b",open\n")
    assert len(found) == len(text)
