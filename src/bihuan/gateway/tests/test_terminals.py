import json
from typing import Any

from bihuan.gateway.terminals import QUIET_US, Registered, Terminals, networks
from bihuan_edge.messages import Kind, Message

BEAT = Message(Kind.HEARTBEAT, "DNA01")


def registered(terminal: str, **more: Any) -> Registered:
    return Registered(terminal, 1, "[]", "utf-8", "", 0, 0, False)._replace(**more)


def test_case_of_an_identifier_does_not_matter() -> None:
    terminals = Terminals(10)
    assert terminals.find("DNA01", 0) is terminals.find("dna01", 0)


def test_removed_terminal_is_a_stranger_again() -> None:
    terminals = Terminals(10)
    terminals.register([registered("dna01")], whole=True)
    terminals.register([registered("dna01", removed=True)], whole=False)
    found = terminals.find("DNA01", 0)
    assert found is not None
    assert not found.accepted


def test_terminal_that_vanished_from_the_records_is_a_stranger_again() -> None:
    terminals = Terminals(10)
    terminals.register([registered("dna01"), registered("pcr02")], whole=True)
    terminals.register([registered("pcr02")], whole=True)
    assert [terminal.key for terminal in terminals.by_key.values() if terminal.accepted] == ["pcr02"]


def test_stranger_that_was_silent_for_an_hour_gives_its_place_away() -> None:
    terminals = Terminals(1)
    terminals.register([], whole=True)
    first = terminals.find("XX1", 0)
    assert first is not None
    first.hear(BEAT, "", 1, terminals.dirty)
    assert terminals.find("XX2", 2) is None
    assert terminals.find("XX2", QUIET_US + 1) is not None
    assert terminals.take_gone() == ["xx1"]


def test_adopted_stranger_keeps_what_was_seen() -> None:
    terminals = Terminals(10)
    terminals.register([], whole=True)
    found = terminals.find("XX99", 5)
    assert found is not None
    found.hear(BEAT, "10.0.0.9", 5, terminals.dirty)
    terminals.register([registered("xx99")], whole=False)
    assert (found.accepted, found.first_us, terminals.unregistered) == (True, 5, 0)


def test_time_in_which_the_gateway_was_away_is_no_missed_beat() -> None:
    terminals = Terminals(10)
    terminals.load([("dna01", "DNA01", 0 + 1, 1, "", 1, b"o")], blind_s=300)
    found = terminals.find("DNA01", 0)
    assert found is not None
    found.hear(BEAT, "", 310_000_001, terminals.dirty)
    assert found.ring == "o" + "n" * 10 + "o"


def test_proof_of_delivery_outlives_an_older_record_of_the_same_version() -> None:
    terminals = Terminals(10)
    news = registered("dna01", roster="end,7\r\n", roster_version=7, roster_delivered=6)
    terminals.register([news], whole=True)
    found = terminals.find("DNA01", 0)
    assert found is not None
    assert found.answer() == b"end,7\r\n"
    found.hear(Message(Kind.DELIVERED, "DNA01", "7"), "", 1, terminals.dirty)
    terminals.register([news], whole=False)
    assert found.answer() is None


def test_list_of_broken_networks_lets_nobody_in() -> None:
    assert networks("[]") == []
    assert networks(json.dumps(["10.0.0.0/8", "rubbish"])) == networks(json.dumps(["10.0.0.0/8"]))
    assert networks(json.dumps(["rubbish"]))
