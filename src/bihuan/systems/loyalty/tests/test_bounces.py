"""Letters that come back: read as servers write them, told once, and what follows from them."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bihuan.kernel.act.access import create_token
from bihuan.kernel.act.surveys import NotOpen
from bihuan.systems.loyalty import act
from bihuan.systems.loyalty.act.boxes import read_box
from bihuan.systems.loyalty.act.waves import wave_for
from bihuan.systems.loyalty.models import Channel, Invitation
from bihuan.systems.loyalty.read.ledger import ledger
from bihuan.systems.loyalty.rules.bounces import LONGEST, Bounce, Fate, read_bounce
from bihuan.systems.loyalty.words import SCORE

from .bank import Bank, ask, build_bank, code_in, reply
from .letters import absence, failed, headers_only, mbox, read_receipt, reply_only

ID = "ask-0f3a@bank.example"


@pytest.mark.parametrize(
    ("raw", "status"),
    [(failed(ID), "5.1.1"), (headers_only(ID), "5.2.2"), (reply_only(ID), "5.7.1")],
    ids=["whole letter", "its head", "what it answers"],
)
def test_a_report_names_the_letter_and_why(raw: bytes, status: str) -> None:
    found = read_bounce(raw)
    assert found == Bounce(Fate.FAILED, status, (ID,))


@pytest.mark.parametrize(
    ("action", "fate"), [("delayed", Fate.DELAYED), ("relayed", Fate.ARRIVED), ("Expanded", Fate.ARRIVED)]
)
def test_a_delay_is_no_failure_and_a_receipt_is_none(action: str, fate: Fate) -> None:
    found = read_bounce(failed(ID, "4.4.1", action))
    assert found is not None
    assert found.fate is fate


@pytest.mark.parametrize(
    "raw",
    [
        absence(ID),
        read_receipt(ID),
        b"",
        b"\x00\xff\xfe garbage",
        b"Content-Type: multipart/report; report-type=delivery-status\r\n\r\nno parts",
        failed(ID).replace(b"Action: failed", b"Action: pondered"),
    ],
    ids=["absence", "read receipt", "empty", "bytes", "no parts", "unknown action"],
)
def test_what_is_no_delivery_report_is_left_alone(raw: bytes) -> None:
    assert read_bounce(raw) is None


def test_a_long_letter_is_read_as_far_as_the_limit() -> None:
    long = failed(ID).replace(b"How likely", b"How likely " + b"x" * (2 * LONGEST))
    found = read_bounce(long)
    assert found is not None
    assert found.letters == (ID,)


@pytest.fixture
def bank(db: None, settings: Any) -> Bank:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, url="https://bank.example")
    return build_bank()


@pytest.fixture
def sent(bank: Bank) -> Invitation:
    """A letter that the mail server took."""
    ask(bank, "K1")
    act.send_due()
    row = Invitation.objects.get()
    assert row.delivered_at is not None
    return row


def test_each_letter_leaves_with_a_message_id_of_its_own(bank: Bank) -> None:
    ask(bank, "K1", "K2")
    act.send_due()
    kept = set(Invitation.objects.values_list("message_id", flat=True))
    assert {letter.extra_headers["Message-ID"].strip("<>") for letter in mail.outbox} == kept
    assert len(kept) == 2


def test_delivered_becomes_came_back_and_the_ledger_knows(bank: Bank, sent: Invitation) -> None:
    taken = act.take_bounces(raw=[failed(sent.message_id)])
    assert (taken.bounced, taken.known) == (1, 0)
    sent.refresh_from_db()
    assert (sent.delivered_at, sent.failed) == (None, "bounced 5.1.1")
    today = timezone.localdate()
    book = ledger(bank.programme, bank.programme.unit, today, today)
    assert (book.invited, book.delivered, book.failed, book.bounced, book.rate) == (1, 0, 1, 1, 0)


def test_the_same_mailbox_again_changes_nothing(sent: Invitation) -> None:
    first = timezone.now() - timedelta(minutes=1)
    raw = [failed(sent.message_id), headers_only(sent.message_id)]
    assert act.take_bounces(raw=raw, now=first).bounced == 1
    again = act.take_bounces(raw=raw)
    assert (again.bounced, again.known) == (0, 2)
    sent.refresh_from_db()
    assert sent.bounced_at == first


def test_who_was_never_reached_may_be_asked_again_at_once(bank: Bank, sent: Invitation) -> None:
    assert sent.customer is not None
    wanted = {"programme": bank.programme, "unit": bank.cards[0], "user": bank.boss}
    people = [sent.customer]
    act.take_bounces(raw=[failed(sent.message_id)])
    again = act.invite(**wanted, channel=Channel.LINK, customers=people)  # type: ignore[arg-type]
    assert again.rested == []


def test_the_code_of_a_letter_that_came_back_opens_nothing(sent: Invitation) -> None:
    act.take_bounces(raw=[failed(sent.message_id)])
    with pytest.raises(NotOpen):
        reply(code_in(mail.outbox[0]), {SCORE: 9})


def test_an_answer_proves_that_somebody_got_the_letter(bank: Bank, sent: Invitation) -> None:
    reply(code_in(mail.outbox[0]), {SCORE: 9})
    taken = act.take_bounces(raw=[failed(sent.message_id)])
    assert (taken.bounced, taken.answered) == (0, 1)
    sent.refresh_from_db()
    assert sent.failed == ""


def test_delays_strangers_and_absences_are_counted_and_change_nothing(sent: Invitation) -> None:
    raw = [
        failed(sent.message_id, "4.4.1", "delayed"),
        failed("somebody@else"),
        absence(sent.message_id),
        b"",
    ]
    taken = act.take_bounces(raw=raw)
    assert (taken.waiting, taken.strangers, taken.unread, taken.bounced) == (1, 1, 2, 0)
    sent.refresh_from_db()
    assert sent.delivered_at is not None


def test_a_letter_may_come_back_after_its_wave_was_closed(bank: Bank, sent: Invitation) -> None:
    wave = wave_for(bank.programme, timezone.now())
    type(wave).objects.filter(pk=wave.pk).update(closed_at=timezone.now())
    assert act.take_bounces(raw=[failed(sent.message_id)]).bounced == 1


def test_mbox_maildir_and_single_files_hold_the_same(tmp_path: Path) -> None:
    one, two = failed("a@b"), headers_only("c@d")
    box = tmp_path / "box"
    box.write_bytes(mbox(one, two, absence("e@f")))
    maildir = tmp_path / "maildir"
    for name, raw in (("new", one), ("cur", two)):
        (maildir / name).mkdir(parents=True)
        (maildir / name / "1.host").write_bytes(raw)
    single = tmp_path / "one.eml"
    single.write_bytes(one)
    found = [[read_bounce(raw) for raw in read_box(path)] for path in (box, maildir, single)]
    letters = [[each.letters for each in rows if each] for rows in found]
    assert letters == [[("a@b",), ("c@d",)], [("c@d",), ("a@b",)], [("a@b",)]]
    assert [len(rows) for rows in found] == [3, 2, 1]


def test_a_mailbox_is_brought_on_the_page(bank: Bank, sent: Invitation, client: Client) -> None:
    client.force_login(bank.boss)
    box = SimpleUploadedFile("box", mbox(failed(sent.message_id), absence("x@y")))
    page = client.post(reverse("loyalty:bounces"), {"box": box})
    assert page.context["taken"].bounced == 1
    assert page.context["taken"].unread == 1
    listed = client.get(f"{reverse('loyalty:invitations')}?view=bounced").content.decode()
    assert "bounced 5.1.1" in listed
    assert client.post(reverse("loyalty:bounces"), {}).status_code == 422


def test_a_viewer_brings_no_mailbox(bank: Bank, sent: Invitation, client: Client) -> None:
    client.force_login(bank.world.he_jia)
    box = SimpleUploadedFile("box", failed(sent.message_id))
    assert client.post(reverse("loyalty:bounces"), {"box": box}).status_code == 403
    sent.refresh_from_db()
    assert sent.bounced_at is None


def test_a_mail_server_hands_reports_in_by_program(bank: Bank, sent: Invitation, client: Client) -> None:
    token = create_token(user=bank.boss, name="mta", scopes=["surveys"])
    heads = {"Authorization": f"Bearer {token}"}
    raw = failed(sent.message_id)

    def post() -> Any:
        url = "/api/v1/loyalty/bounces"
        return client.post(url, raw, content_type="message/rfc822", headers=heads)

    assert post().json()["bounced"] == 1
    assert post().json() == {
        "bounced": 0, "known": 1, "answered": 0, "waiting": 0, "strangers": 0, "unread": 0,
    }  # fmt: skip
    assert client.post("/api/v1/loyalty/bounces", raw, content_type="message/rfc822").status_code == 401
