"""How far back a batch must look: almost always not at all."""

from collections.abc import Iterable
from datetime import datetime, tzinfo

from bihuan_edge.messages import Kind, Message

from .journal import MARGIN, MATCH
from .lines import parse
from .state import State

_IN_ORDER = frozenset({Kind.OPEN, Kind.CLOSE, Kind.WARNING_BEGIN, Kind.WARNING_SHUTDOWN})


def since(state: State, messages: Iterable[tuple[Message, datetime]], zone: tzinfo) -> datetime | None:
    """From when on the history of one instrument is needed for these messages; None = not at all.

    A journal needs it from its earliest line on; a live message only where a journal has told of
    times as late as its own. A batch with a journal needs it for what follows in the batch too.
    """
    earliest: list[datetime] = []
    noted_to = state.noted_to
    for message, at in messages:
        if message.kind is Kind.UPDATE:
            times = [line.at for line in parse(message.body, zone, at) if line.at is not None]
            if times:
                earliest += [min(times), at]
                noted_to = max([*times, *([noted_to] if noted_to else [])])
        elif message.kind in _IN_ORDER and touches(noted_to, at):
            earliest.append(at)
    return min(earliest) - MARGIN if earliest else None


def touches(noted_to: datetime | None, at: datetime) -> bool:
    """Whether a journal has told of times so late that a live message at `at` may be one of them."""
    return noted_to is not None and noted_to >= at - MATCH
