"""When a finding opens a case, and when it joins the one that is open."""

from datetime import datetime

from .effects import CaseOpened, Effect
from .state import CASE_FLAGS, FLAGS, Alarm, History, Session


def raise_case(
    history: History,
    effects: list[Effect],
    kind: str,
    instrument: str,
    at: datetime,
    card: str = "",
    session: Session | None = None,
    detail: str = "",
) -> None:
    """Open a case unless one of this kind is open for this instrument and card: then it joins."""
    if (kind, card) in history.cases:
        return
    history.cases.add((kind, card))
    effects.append(
        CaseOpened(kind, instrument, at, f"{card} {at.isoformat()}".strip(), card, session, None, detail)
    )


def raise_alarm(effects: list[Effect], alarm: Alarm, at: datetime) -> None:
    """Each alarm is a case of its own; a late swipe ends the alarm, never the case."""
    episode = alarm.began_at.isoformat()
    effects.append(CaseOpened("unswiped_use", alarm.instrument, at, episode, alarm=alarm))


def raise_outage(effects: list[Effect], instrument: str, seen_at: datetime, at: datetime) -> None:
    """One case an outage, named by the last word before it."""
    effects.append(CaseOpened("offline", instrument, at, seen_at.isoformat()))


def report(history: History, effects: list[Effect], session: Session, at: datetime) -> None:
    """Raise the cases for flags of this session that nobody has been told of."""
    fresh = session.flags - session.reported
    if not fresh:
        return
    session.reported |= fresh
    for flag in FLAGS:
        if flag in fresh and flag in CASE_FLAGS:
            raise_case(history, effects, flag, session.instrument, at, session.card, session)
