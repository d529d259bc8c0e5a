"""Every terminal that is registered or was heard: in memory, flushed to `intake_seen` in batches."""

import json
from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import NamedTuple

from bihuan.kernel.intake.store import SeenRow
from bihuan_edge.link import beat
from bihuan_edge.messages import Kind, Message

QUIET_US = 3600 * 1_000_000
"""An unregistered terminal that was silent for so long gives its place to a new one."""


class Registered(NamedTuple):
    """A row of `kernel_fieldterminal`."""

    terminal: str
    rev: int
    addresses: str
    encoding: str
    roster: str
    roster_version: int
    roster_delivered: int
    removed: bool


class Terminal:
    __slots__ = (
        "accepted",
        "address",
        "at_us",
        "beat_us",
        "blind_s",
        "code",
        "delivered",
        "dirty",
        "encoding",
        "first_us",
        "key",
        "messages",
        "networks",
        "registered",
        "ring",
        "roster",
        "roster_version",
    )

    def __init__(self, key: str) -> None:
        self.key = self.code = key
        self.at_us = self.first_us = self.beat_us = self.messages = 0
        self.address = self.ring = ""
        self.blind_s = 0.0
        """For how long the gateway itself was away since the last beat."""
        self.dirty = self.registered = False
        self.accepted = True
        """Its messages are facts; those of unregistered terminals only hints."""
        self.networks: list[IPv4Network | IPv6Network] = []
        self.encoding, self.roster = "utf-8", ""
        self.roster_version = self.delivered = 0

    def allows(self, address: str) -> bool:
        if not self.networks:
            return True
        place = ip_address(address.partition("%")[0])
        mapped = getattr(place, "ipv4_mapped", None) or place
        return any(mapped in network for network in self.networks)

    def hear(self, message: Message, address: str, at_us: int, dirty: list["Terminal"]) -> None:
        """Every message says that the terminal lives; a beat turns the ring, a proof frees the roster."""
        self.messages += 1
        self.at_us = at_us
        if message.kind is Kind.HEARTBEAT:
            self.beat(at_us)
        elif message.kind is Kind.DELIVERED and message.text.isdigit():
            self.delivered = int(message.text)
        if not self.dirty:
            self.dirty = True
            self.address, self.code = address, message.terminal
            self.first_us = self.first_us or at_us
            dirty.append(self)

    def beat(self, at_us: int) -> None:
        gap_s = (at_us - self.beat_us) / 1e6 if self.beat_us else None
        self.ring = beat(self.ring, gap_s, self.blind_s)
        self.beat_us = at_us
        self.blind_s = 0.0

    def register(self, row: Registered) -> None:
        self.registered = not row.removed
        self.networks = [] if row.removed else networks(row.addresses)
        self.encoding = row.encoding
        self.roster, self.roster_version = row.roster, row.roster_version
        if self.delivered != row.roster_version:
            self.delivered = row.roster_delivered

    def answer(self) -> bytes | None:
        """The roster, if it has news for this terminal."""
        if not self.registered or self.delivered == self.roster_version:
            return None
        try:
            return self.roster.encode(self.encoding, "replace")
        except LookupError:
            return self.roster.encode()

    def row(self) -> SeenRow:
        ring = self.ring.encode()
        return (self.key, self.code, self.at_us, self.first_us, self.address, self.messages, ring)


class Terminals:
    """`rev` grows whenever a registration has changed."""

    def __init__(self, unregistered_most: int) -> None:
        self.by_key: dict[str, Terminal] = {}
        self.dirty: list[Terminal] = []
        self.gone: list[str] = []
        self.unregistered_most = unregistered_most
        self.unregistered = 0
        self.known = False
        """The registrations were read; before, everybody is accepted so that no fact is lost."""
        self.rev = 0

    def find(self, code: str, now_us: int) -> Terminal | None:
        """The terminal of an identifier; None when there is no place for another stranger."""
        key = code.casefold()
        found = self.by_key.get(key)
        if found is None:
            if self.unregistered >= self.unregistered_most and not self._make_room(now_us):
                return None
            found = self.by_key[key] = Terminal(key)
            found.accepted = not self.known
            self.unregistered += 1
        return found

    def _make_room(self, now_us: int) -> bool:
        if not self.known:
            return True
        strangers = (terminal for terminal in self.by_key.values() if not terminal.registered)
        quietest = min(strangers, key=lambda terminal: terminal.at_us)
        if now_us - quietest.at_us < QUIET_US:
            return False
        self._drop(quietest)
        return True

    def _drop(self, terminal: Terminal) -> None:
        del self.by_key[terminal.key]
        self.unregistered -= 1
        self.gone.append(terminal.key)

    def load(self, rows: Iterable[SeenRow], blind_s: float) -> None:
        """Take over what earlier runs saw."""
        for key, code, at_us, first_us, address, messages, ring in rows:
            terminal = self.by_key.get(key)
            if terminal is None:
                terminal = self.by_key[key] = Terminal(key)
                terminal.accepted = not self.known
                self.unregistered += 1
            if not terminal.at_us:
                terminal.code, terminal.at_us, terminal.address = code, at_us, address
            terminal.beat_us = terminal.beat_us or at_us
            terminal.first_us, terminal.blind_s = first_us, blind_s
            terminal.messages += messages
            terminal.ring = bytes(ring).decode("ascii", "replace") + terminal.ring

    def register(self, rows: Iterable[Registered], whole: bool) -> None:
        """Apply changed registrations; `whole`: there are no others."""
        names = set()
        for row in rows:
            key = row.terminal.casefold()
            names.add(key)
            terminal = self.by_key.get(key) or self.by_key.setdefault(key, Terminal(key))
            terminal.register(row)
            self.rev += 1
        for terminal in self.by_key.values() if whole else ():
            if terminal.registered and terminal.key not in names:
                terminal.registered = False
                terminal.networks = []
                self.rev += 1
        if names or whole:
            self._settle()

    def _settle(self) -> None:
        self.known = True
        self.unregistered = 0
        for terminal in self.by_key.values():
            terminal.accepted = terminal.registered
            self.unregistered += not terminal.registered
        excess = self.unregistered - self.unregistered_most
        if excess > 0:
            strangers = [terminal for terminal in self.by_key.values() if not terminal.registered]
            for terminal in sorted(strangers, key=lambda terminal: terminal.at_us)[:excess]:
                self._drop(terminal)

    def take_dirty(self) -> list[Terminal]:
        dirty, self.dirty = self.dirty, []
        for terminal in dirty:
            terminal.dirty = False
        return dirty

    def take_gone(self) -> list[str]:
        gone, self.gone = self.gone, []
        return [key for key in gone if key not in self.by_key]


def networks(addresses: str) -> list[IPv4Network | IPv6Network]:
    """Read a JSON list of networks; what is none is passed over, unless nothing would be left."""
    texts = json.loads(addresses) if addresses else []
    found = []
    for text in texts:
        try:
            found.append(ip_network(str(text), strict=False))
        except ValueError:
            continue
    if texts and not found:
        found.append(ip_network("255.255.255.255/32"))
    return found
