"""A terminal at work: it notes every swipe first, then tries to tell it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from time import monotonic
from typing import Final

from bihuan.systems.instruments.fleet.acts import SWIPES, Act, Deed, Fault
from bihuan.systems.instruments.fleet.chance import chance
from bihuan.systems.instruments.fleet.journal import Journal, Swipe, Verb, week_before
from bihuan.systems.instruments.fleet.laboratory import Device
from bihuan.systems.instruments.fleet.link import Server, say
from bihuan.systems.instruments.fleet.picture import photograph
from bihuan.systems.instruments.fleet.tally import Tally

LIVE_S: Final = 60.0
"""An older live message is left to the journal."""
PATIENCE_S: Final = {Deed.BEAT: 0.0, Deed.PHOTO: 600.0, Deed.JOURNAL: float("inf"), Deed.REQUEST: 0.0}
"""How old a message of other kinds may become before it is given up."""
BACK_OFF_S: Final = (0.5, 15.0)


@dataclass(slots=True)
class Crew:
    """What all terminals share."""

    server: Server
    seed: int
    began: datetime
    """The instant that the script calls 0."""
    doors: asyncio.Semaphore
    """Connections at once: the gateway allows an address only so many."""
    tally: Tally = field(default_factory=Tally)
    pace: float = 1.0
    """Seconds of the script a second."""

    def at(self, act: Act) -> datetime:
        return self.began + timedelta(seconds=act.at_s)


class Terminal:
    def __init__(self, device: Device, crew: Crew, journal: Journal, skewed: bool = True) -> None:
        self.device, self.crew, self.journal = device, crew, journal
        self.skew = timedelta(seconds=device.skew_s if skewed else 0.0)
        self.queue: asyncio.Queue[tuple[Act, float]] = asyncio.Queue()
        self.dice = chance("terminal", crew.seed, device.code)
        self.owes_journal = False
        self.uploaded = False
        self.roster_version = ""

    def take(self, act: Act) -> None:
        """Note a swipe at its own time, then queue the message."""
        if act.deed in SWIPES:
            self.journal.note([self._swipe(act)])
        if act.fault is Fault.LOST:
            self.crew.tally.lost[act.deed] += 1
        elif act.deed is not Deed.JOURNAL or self.journal.lines:
            self.queue.put_nowait((act, monotonic()))

    def _swipe(self, act: Act) -> Swipe:
        verb: Verb = "open" if act.deed is Deed.OPEN else "close"
        return Swipe(self.crew.at(act) + self.skew, self.device.spelled(act.card), verb)

    async def work(self) -> None:
        """One message after the other, in their order, until cancelled."""
        while True:
            act, since = await self.queue.get()
            try:
                await self._deliver(act, since)
                if self.owes_journal and self.queue.empty():
                    self.owes_journal = False
                    await self._deliver(act._replace(deed=Deed.JOURNAL, fault=Fault.NONE), monotonic())
            finally:
                self.queue.task_done()

    async def _deliver(self, act: Act, since: float) -> None:
        patience_s = PATIENCE_S.get(act.deed, LIVE_S)
        wait_s = BACK_OFF_S[0]
        while not await self._try(act):
            if monotonic() - since + wait_s > patience_s:
                self.crew.tally.dropped[act.deed] += 1
                self.owes_journal = self.owes_journal or act.deed in SWIPES
                return
            await asyncio.sleep(wait_s * self.dice.uniform(0.5, 1.5))
            wait_s = min(2 * wait_s, BACK_OFF_S[1])

    async def _try(self, act: Act) -> bool:
        tally = self.crew.tally
        try:
            async with self.crew.doors:
                pieces = await self._pieces(act)
                tally.sent[act.deed] += 1
                said = await say(self.crew.server, pieces, ask=act.deed is Deed.REQUEST)
        except OSError:
            tally.failures += 1
            return False
        tally.acknowledged[act.deed] += 1
        if act.deed is Deed.REQUEST:
            self._learn(said.roster)
        else:
            tally.took(said.took_s)
        self.uploaded = self.uploaded or act.deed is Deed.JOURNAL
        return True

    def _learn(self, roster: bytes) -> None:
        """Only a whole roster counts; a cut one is thrown away."""
        last = roster.removesuffix(b"\r\n").rpartition(b"\r\n")[2]
        if roster.endswith(b"\r\n") and last.startswith(b"end,"):
            self.roster_version = last[4:].decode("ascii", "replace")
            self.crew.tally.rosters += 1

    async def _pieces(self, act: Act) -> Sequence[bytes]:
        message = f"{self.device.code},{self._word(act)}".encode()
        if act.deed is Deed.JOURNAL:
            since = week_before(self.crew.at(act)) if self.uploaded else None
            return [message + self.journal.text(since).encode()]
        if act.deed is Deed.PHOTO:
            loop, at = asyncio.get_running_loop(), self.crew.at(act)
            picture = await loop.run_in_executor(None, photograph, self.crew.seed, self.device.code, at)
            return [message, picture]
        return faulty(message, act.fault, self.dice)

    def _word(self, act: Act) -> str:
        return f"{self.device.spelled(act.card)}{act.deed}" if act.deed in SWIPES else act.deed


def faulty(message: bytes, fault: Fault, dice: Random) -> Sequence[bytes]:
    """How TCP may hand a message over."""
    if fault is Fault.TWICE:
        return [message, message]
    if fault is Fault.MERGED:
        return [message.partition(b",")[0] + b",heartbeat" + message]
    if fault is Fault.SPLIT:
        cut = dice.randrange(1, len(message))
        return [message[:cut], message[cut:]]
    return [message]
