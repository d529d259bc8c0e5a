"""A terminal that uploads an old journal again does not bring an erased card back."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from bihuan.kernel.act.people import erase_person
from bihuan.kernel.evidence import journal_path
from bihuan.kernel.models import Card, Case, Person
from bihuan.systems.instruments.act import people_changed
from bihuan.systems.instruments.act.keep import remove_old_journals
from bihuan.systems.instruments.intake import Handler
from bihuan.systems.instruments.models import ForgottenCard, Journal, Session, Swipe
from bihuan_edge.messages import Kind, Message

from .lab import ZHANG
from .rows import furnish, row_of, rows_of

pytestmark = pytest.mark.django_db
TRANSCRIPT = Path(__file__).parent / "transcripts" / "20_journal.jsonl"
AT = datetime.fromisoformat("2026-11-24T02:30:00+08:00")
OLD = "2026-11-22 09:00:00,{card},open\r\n2026-11-22 10:30:00,{card},close\r\n"


@pytest.fixture
def erased() -> Person:
    """张三, whose journal of 22 November was reconciled before he was erased."""
    furnish(json.loads(TRANSCRIPT.read_text("utf-8").splitlines()[0])["fixture"])
    Handler().apply(rows_of(TRANSCRIPT))
    person = Person.objects.get(name="张三")
    erase_person(person=person, actor=None)
    return person


def upload(text: str, seq: int = 100) -> Journal:
    body = text.encode()
    Handler().apply([row_of(seq, Message(Kind.UPDATE, "DNA01", "", b"DNA01,update", body, len(body)), AT)])
    return Journal.objects.order_by("-pk")[0]


@pytest.mark.parametrize("spelling", [ZHANG, "8075634", "6F007B3972", "123,14706"])
def test_its_lines_are_duplicates_of_the_rows_without_a_name(erased: Person, spelling: str) -> None:
    again = upload(OLD.format(card=spelling) + "2026-11-23 12:00:00,0011259972,open\r\n")

    assert (again.received, again.duplicate, again.inserted) == (3, 2, 1)
    assert Session.objects.filter(card=f"erased-{erased.pk}").count() == 1
    assert not Swipe.objects.filter(card=ZHANG).exists()
    assert not Case.objects.filter(kind="unknown_card").exists()


def test_the_night_makes_the_card_unreadable_in_the_journal_that_came_again(erased: Person) -> None:
    text = OLD.format(card="6F007B3972") + "2026-11-23 12:00:00,0011259972,open\r\n"
    again = upload(text)
    remove_old_journals(now=AT + timedelta(hours=1))

    kept = journal_path(again.sha256).read_bytes().decode()
    assert "6F007B3972" not in kept
    assert "0011259972" in kept
    assert len(kept) == len(text)


def test_whoever_gets_the_card_next_is_known_by_it(erased: Person) -> None:
    wang = Person.objects.get(name="王五")
    Card.objects.create(number=ZHANG, person=wang)
    people_changed([wang.pk])
    upload("2026-11-23 13:00:00,8075634,open\r\n")

    assert Session.objects.get(started_at=datetime.fromisoformat("2026-11-23T13:00:00+08:00")).person == wang


def test_no_number_is_kept_and_the_mark_goes_with_the_evidence(erased: Person) -> None:
    row = ForgottenCard.objects.get()
    assert ZHANG not in row.mark

    remove_old_journals(now=timezone.now() + timedelta(days=181))
    assert not ForgottenCard.objects.exists()
