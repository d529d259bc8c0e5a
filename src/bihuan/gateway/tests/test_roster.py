"""A request is answered only when there is news, and news counts as delivered only when proven."""

import json
from collections.abc import Callable
from pathlib import Path

from bihuan.gateway.tests.running import Running, eventually, register
from bihuan_edge.messages import Kind

ROSTER = "0008075634,张三\r\n0011259972,王五\r\nend,7\r\n"
NEWS = {"roster": ROSTER, "roster_version": 7, "roster_delivered": 6}
Run = Callable[..., Running]


def test_newer_roster_is_sent(run: Run, tmp_path: Path) -> None:
    register(tmp_path, "dna01", **NEWS)
    with run().terminal() as terminal:
        terminal.send(b"DNA01,request")
        assert terminal.receive(len(ROSTER.encode())) == ROSTER.encode()


def test_known_roster_is_not_sent_again(run: Run, tmp_path: Path) -> None:
    register(tmp_path, "dna01", **{**NEWS, "roster_delivered": 7})
    with run().terminal() as terminal:
        terminal.send(b"DNA01,request")
        assert terminal.hears_nothing()


def test_stranger_gets_no_roster(run: Run, tmp_path: Path) -> None:
    register(tmp_path, "dna01", **NEWS)
    with run().terminal() as terminal:
        terminal.send(b"XX99,request")
        assert terminal.hears_nothing()


def test_roster_speaks_the_terminal_s_encoding(run: Run, tmp_path: Path) -> None:
    register(tmp_path, "dna01", **NEWS, encoding="gb18030")
    with run().terminal() as terminal:
        terminal.send(b"DNA01,request")
        assert terminal.receive(len(ROSTER.encode("gb18030"))) == ROSTER.encode("gb18030")


def test_shutdown_after_the_answer_proves_delivery_and_the_next_request_is_met_with_silence(
    run: Run, tmp_path: Path
) -> None:
    register(tmp_path, "dna01", **NEWS)
    gateway = run()
    with gateway.terminal() as terminal:
        terminal.send(b"DNA01,request")
        terminal.receive(len(ROSTER.encode()))
        terminal.send(b"socketshutdown")
        assert terminal.rest() == b""
    assert gateway.facts() == [(Kind.REQUEST, "DNA01", ""), (Kind.DELIVERED, "DNA01", "7")]
    assert gateway.say(b"DNA01,requestsocketshutdown") == b""


def test_answer_that_was_not_confirmed_is_sent_again(run: Run, tmp_path: Path) -> None:
    register(tmp_path, "dna01", **NEWS)
    gateway = run()
    for _ in range(2):
        with gateway.terminal() as terminal:
            terminal.send(b"DNA01,request")
            assert terminal.receive(len(ROSTER.encode())) == ROSTER.encode()


def test_facts_before_a_request_are_stored_when_the_answer_comes(run: Run, tmp_path: Path) -> None:
    register(tmp_path, "dna01", **NEWS)
    gateway = run()
    with gateway.terminal() as terminal:
        terminal.send(b"DNA01,0008075634openDNA01,request")
        terminal.receive(1)
        assert (Kind.OPEN, "DNA01", "0008075634") in gateway.facts()


def test_new_version_is_followed_while_the_gateway_runs(run: Run, tmp_path: Path) -> None:
    register(tmp_path, "dna01", **{**NEWS, "roster_delivered": 7})
    gateway = run()
    register(tmp_path, "dna01", roster="end,8\r\n", roster_version=8, roster_delivered=7, rev=2)
    eventually(lambda: gateway.gateway.terminals.by_key["dna01"].roster_version == 8)
    assert gateway.say(b"DNA01,requestsocketshutdown") == b"end,8\r\n"


def test_terminal_may_only_speak_from_its_addresses(run: Run, tmp_path: Path) -> None:
    register(tmp_path, "dna01", addresses=json.dumps(["10.1.0.0/16"]))
    register(tmp_path, "pcr02", addresses=json.dumps(["127.0.0.0/8"]))
    gateway = run()
    gateway.say(b"DNA01,warningbeginDNA01,warningbegin")
    gateway.say(b"PCR02,warningbeginsocketshutdown")
    assert gateway.facts() == [(Kind.REJECTED, "DNA01", "bad_address"), (Kind.WARNING_BEGIN, "PCR02", "")]
    assert gateway.gateway.counters.refused["bad_address"] == 1
