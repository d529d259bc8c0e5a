"""The projector's tables say what a replay says, however the rows are cut into batches."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.kernel.intake.log import IntakeRow
from bihuan.systems.instruments.intake import Handler
from bihuan.systems.instruments.models import Session
from bihuan.systems.instruments.replay import replay
from bihuan_edge.messages import Kind, Message

from .rows import furnish, of_replay, row_of, rows_of, tables

TRANSCRIPTS = sorted((Path(__file__).parent / "transcripts").glob("*.jsonl"))
TIMED = {"overlong", "offline"}
"""Kinds of case that time alone opens: the clock's business, not the projector's."""


def without_time(outcome: dict[str, object], path: Path) -> dict[str, object]:
    cases = outcome["cases"]
    assert isinstance(cases, list)
    sessions = outcome["sessions"]
    assert isinstance(sessions, list)
    for session in sessions:
        session["flags"] = [flag for flag in session["flags"] if flag not in TIMED]
    return {**outcome, "cases": [list(case) for case in cases if case[0] not in TIMED]}


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 1000], ids=["row by row", "one batch"])
@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_tables_equal_the_replay(path: Path, size: int) -> None:
    lines = path.read_text("utf-8").splitlines()
    furnish(json.loads(lines[0])["fixture"])
    rows = rows_of(path)

    for start in range(0, len(rows), size):
        Handler().apply(rows[start : start + size])

    assert without_time(tables(), path) == without_time(of_replay(replay(lines)), path)


NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CARD = "0008075634"
DNA01 = {
    "instruments": [{"id": "DNA01"}],
    "people": [{"name": "张三", "cards": [CARD], "instruments": ["DNA01"]}],
}


def heard(seq: int, kind: Kind) -> IntakeRow:
    return row_of(seq, Message(kind, "DNA01", CARD), NINE + timedelta(hours=seq))


@pytest.mark.django_db
def test_a_log_off_ends_its_session_and_writes_nothing_else_of_it() -> None:
    furnish(DNA01)
    Handler().apply([heard(1, Kind.OPEN)])

    with CaptureQueriesContext(connection) as asked:
        Handler().apply([heard(2, Kind.CLOSE)])

    written = [query["sql"] for query in asked.captured_queries if "UPDATE" in query["sql"].split()[:3]]
    assert not any("instruments_swipe" in sql for sql in written)
    (session,) = (sql for sql in written if "instruments_session" in sql)
    assert "ended_at" in session
    assert "started_at" not in session


@pytest.mark.django_db
def test_a_batch_leaves_alone_what_somebody_wrote_into_an_open_session() -> None:
    furnish(DNA01)
    Handler().apply([heard(1, Kind.OPEN)])
    Session.objects.update(card="forgotten-1", person=None)
    read = Session.objects.get()

    Handler().apply([heard(2, Kind.WARNING_BEGIN)])

    session = Session.objects.get(pk=read.pk)
    assert (session.card, session.person, session.ended_at) == (
        "forgotten-1",
        None,
        NINE + timedelta(hours=2),
    )
