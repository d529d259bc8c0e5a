"""The laboratory of the tests: 离心机 DNA01 (rest 30 min) and PCR02; 张三 on both, 李四, 王五 on one."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bihuan.systems.instruments.replay import replay
from bihuan.systems.instruments.rules.apply import apply
from bihuan.systems.instruments.rules.effects import Effect
from bihuan.systems.instruments.rules.facts import Directory, InstrumentFacts, Person
from bihuan.systems.instruments.rules.state import History, State
from bihuan_edge.messages import Kind, Message

T0 = datetime.fromisoformat("2026-11-23T09:00:00+08:00")
SHANGHAI = ZoneInfo("Asia/Shanghai")
ZHANG, LI, WANG = "0008075634", "0001234567", "0011259972"
STRANGER = "9999999999"
FIXTURE: dict[str, Any] = {
    "at": T0.isoformat(),
    "instruments": [
        {"id": "DNA01", "name": "离心机", "place": "3F-301", "rest_minutes": 30},
        {"id": "PCR02", "name": "PCR 仪", "place": "3F-302"},
    ],
    "people": [
        {"name": "张三", "cards": [ZHANG], "instruments": ["DNA01", "PCR02"]},
        {"name": "李四", "cards": [LI], "instruments": ["PCR02"]},
        {"name": "王五", "cards": [WANG], "instruments": ["DNA01"]},
    ],
    "roster_version": 7,
    "delivered": {"DNA01": 7, "PCR02": 7},
}


def instant(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def clock(seconds: float) -> str:
    """As a terminal writes it into its journal."""
    return f"{instant(seconds):%Y-%m-%d %H:%M:%S}"


def transcript(rows: Iterable[dict[str, Any]], **fixture: Any) -> list[str]:
    return [json.dumps(row) for row in [{"fixture": {**FIXTURE, **fixture}}, *rows]]


def sent(seconds: float, data: bytes | str, conn: int = 1) -> dict[str, Any]:
    raw = data.encode() if isinstance(data, str) else data
    return {"at": instant(seconds).isoformat(), "conn": conn, "send_hex": raw.hex()}


def tick(seconds: float) -> dict[str, Any]:
    return {"at": instant(seconds).isoformat(), "tick": True}


def outcome(*rows: dict[str, Any], **fixture: Any) -> dict[str, Any]:
    return replay(transcript(rows, **fixture))


class Terminal:
    """The terminal of one instrument, talking to the rules without a wire."""

    def __init__(self, code: str = "DNA01", **facts: Any) -> None:
        self.facts = InstrumentFacts(code, **{"rest_s": 1800.0, **facts})
        people = {ZHANG: Person(1, "张三"), LI: Person(2, "李四"), WANG: Person(3, "王五")}
        self.directory = Directory([self.facts], people, {code: [1, 3]}, SHANGHAI)
        self.state = State(code)
        self.history = History(since=datetime.min.replace(tzinfo=UTC))

    def says(
        self, seconds: float, kind: Kind, text: str = "", body: bytes = b"", truncated: bool = False
    ) -> list[Effect]:
        message = Message(kind, self.facts.code, text, body=body, truncated=truncated)
        return apply(self.state, self.directory, self.history, message, instant(seconds))

    def journal(self, seconds: float, *lines: str) -> list[Effect]:
        return self.says(seconds, Kind.UPDATE, body="\r\n".join(lines).encode())

    def sessions(self) -> list[tuple[str, float, float | None, tuple[str, ...]]]:
        """(card, start, end, flags), seconds since T0, in order of start."""
        found = [
            (
                s.card,
                (s.started_at - T0).total_seconds(),
                None if s.ended_at is None else (s.ended_at - T0).total_seconds(),
                tuple(sorted(s.flags)),
            )
            for s in self.history.sessions
        ]
        return sorted(found, key=lambda session: session[1])
