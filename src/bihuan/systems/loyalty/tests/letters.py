"""Delivery status notifications as mail servers write them (Postfix, Exchange, an older relay)."""

from textwrap import dedent


def _flat(text: str) -> bytes:
    return dedent(text).lstrip("\n").replace("\n", "\r\n").encode()


def failed(letter: str, status: str = "5.1.1", action: str = "failed") -> bytes:
    """Postfix: the report, then the whole letter."""
    return _flat(f"""
        Return-Path: <>
        From: MAILER-DAEMON@mail.example (Mail Delivery System)
        Subject: Undelivered Mail Returned to Sender
        To: bank@bank.example
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status;
            boundary="4E0D11F0.1700000000/mail.example"

        --4E0D11F0.1700000000/mail.example
        Content-Description: Notification
        Content-Type: text/plain; charset=utf-8

        This is the mail system at host mail.example.

        --4E0D11F0.1700000000/mail.example
        Content-Description: Delivery report
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mail.example
        Arrival-Date: Mon, 23 Nov 2026 10:00:00 +0800 (CST)

        Final-Recipient: rfc822; k1@example.org
        Original-Recipient: rfc822;k1@example.org
        Action: {action}
        Status: {status}
        Diagnostic-Code: smtp; 550 5.1.1 <k1@example.org>: user unknown

        --4E0D11F0.1700000000/mail.example
        Content-Description: Undelivered Message
        Content-Type: message/rfc822

        From: bank@bank.example
        To: k1@example.org
        Subject: One question
        Message-ID: <{letter}>
        Content-Type: text/plain; charset="utf-8"

        How likely are you to recommend us?

        --4E0D11F0.1700000000/mail.example--
        """)


def headers_only(letter: str) -> bytes:
    """RFC 6522 lets the head of the letter stand for it."""
    return _flat(f"""
        From: postmaster@relay.example
        Subject: Delivery Status Notification (Failure)
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type="delivery-status"; boundary="b1"

        --b1
        Content-Type: text/plain

        The following message could not be delivered.
        --b1
        Content-Type: message/delivery-status

        Reporting-MTA: dns;relay.example

        Final-Recipient: rfc822;k1@example.org
        Action: Failed
        Status: 5.2.2 (mailbox full)
        --b1
        Content-Type: text/rfc822-headers

        From: bank@bank.example
        Message-ID: <{letter}>
        Subject: One question
        --b1--
        """)


def reply_only(letter: str) -> bytes:
    """No part of the letter, but the head says what it answers; of two recipients one failed."""
    return _flat(f"""
        From: postmaster@exchange.example
        In-Reply-To: <{letter}>
        References: <{letter}>
        Subject: Undeliverable
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="x"

        --x
        Content-Type: text/plain

        Delivery has failed to one of these recipients.
        --x
        Content-Type: message/delivery-status

        Reporting-MTA: dns;exchange.example

        Final-Recipient: rfc822;other@example.org
        Action: delivered
        Status: 2.0.0

        Final-Recipient: rfc822;k1@example.org
        Action: failed
        Status: 5.7.1
        --x--
        """)


def absence(letter: str) -> bytes:
    """Somebody is on holiday: no delivery report, though it answers the letter."""
    return _flat(f"""
        From: k1@example.org
        In-Reply-To: <{letter}>
        Auto-Submitted: auto-replied
        Subject: Out of office
        Content-Type: text/plain; charset=utf-8

        I am away.
        """)


def read_receipt(letter: str) -> bytes:
    """RFC 8098: somebody has read it; a report of another kind."""
    return _flat(f"""
        From: k1@example.org
        Subject: Read: One question
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=disposition-notification; boundary="r"

        --r
        Content-Type: text/plain

        It was read.
        --r
        Content-Type: message/disposition-notification

        Final-Recipient: rfc822;k1@example.org
        Original-Message-ID: <{letter}>
        Disposition: manual-action/MDN-sent-manually; displayed
        --r--
        """)


def mbox(*raw: bytes) -> bytes:
    """As a mail program saves a folder."""
    lines = b"From MAILER-DAEMON Mon Nov 23 10:00:00 2026\n"
    return b"".join(lines + each.replace(b"\r\n", b"\n") + b"\n\n" for each in raw)
