"""Rows of the intake log through the rules into the control records."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from bihuan.kernel.evidence import journal_path, path_of
from bihuan.kernel.intake.log import IntakeRow
from bihuan.kernel.projector import instant
from bihuan_edge.messages import Kind, Message

from ..models import Journal as JournalRow
from ..models import Photo as PhotoRow
from ..rules import window
from ..rules.apply import apply
from ..rules.effects import Effect
from ..rules.facts import Directory
from ..rules.state import History
from .directory import directory
from .load import World
from .rows import slots
from .write import Writer

BODIES = {Kind.PHOTO: path_of, Kind.UPDATE: journal_path}
KINDS = {int(kind): kind for kind in Kind}
SILENT = frozenset({Kind.SHUTDOWN, Kind.REQUEST, Kind.REJECTED, Kind.HEARTBEAT})
"""Rows that are kept for replay and change nothing here."""


class Heard(NamedTuple):
    row: IntakeRow
    message: Message
    at: datetime


class Handler:
    """What the projector calls, inside its transaction."""

    def apply(self, rows: Sequence[IntakeRow]) -> None:
        heard = [Heard(row, message_of(row), instant(row.at_us)) for row in rows if row.kind not in SILENT]
        if heard:
            Batch(heard, directory()).run()


class Batch:
    """One batch: load what its instruments need, fold in order, write each object's last form once.

    What an unregistered terminal says stays in the log and on its list of the heard; nothing is
    created for it (A15).
    """

    def __init__(self, heard: list[Heard], known: Directory) -> None:
        self.heard = heard
        self.known = known
        self.by_code: dict[str, list[Heard]] = {}
        for one in heard:
            facts = known.instrument(one.message.terminal)
            if facts is not None:
                self.by_code.setdefault(facts.code, []).append(one)
        self.slots = slots(self.by_code)
        self.world = World(self.slots.values())

    def run(self) -> None:
        if not self.slots:
            return
        writer = Writer(self.world)
        self.world.load_states(self.heard[0].at)
        for code, heard in self.by_code.items():
            self._fold(code, heard, writer)
        writer.write()

    def _fold(self, code: str, heard: list[Heard], writer: Writer) -> None:
        """The rules see one instrument's messages in the order in which they were received."""
        history = self._history(code, heard)
        state = self.world.states[self.slots[code].key]
        for one in heard:
            history.cases.clear()
            effects: list[Effect] = apply(state, self.known, history, one.message, one.at)
            writer.take(effects, one.row)
        writer.remember(code, state)

    def _history(self, code: str, heard: list[Heard]) -> History:
        key = self.slots[code].key
        messages = [(one.message, one.at) for one in heard]
        since = window.since(self.world.states[key], messages, self.known.zone)
        history = History() if since is None else self.world.history(key, since)
        bodies = [(one.message.kind, one.row.body) for one in heard if one.message.kind in BODIES]
        if not bodies:
            return history
        pictures = [body for kind, body in bodies if kind is Kind.PHOTO]
        if pictures:
            kept = PhotoRow.objects.filter(instrument=key, sha256__in=pictures)
            history.photos.update(kept.values_list("sha256", flat=True))
        uploads = [body for kind, body in bodies if kind is Kind.UPDATE]
        if uploads:
            filed = JournalRow.objects.filter(instrument=key, sha256__in=uploads)
            history.journals.update(filed.values_list("sha256", flat=True))
        return history


def message_of(row: IntakeRow) -> Message:
    """The message as the gateway took it; pictures and journals come from their files.

    Raises FileNotFoundError when the file is gone: the row is then quarantined.
    """
    kind = KINDS[row.kind]
    body = BODIES[kind](row.body).read_bytes() if kind in BODIES and row.body else b""
    return Message(kind, row.terminal, row.text, row.raw, body, row.size, row.truncated)
