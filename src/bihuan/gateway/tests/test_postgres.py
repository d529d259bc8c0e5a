"""The same promises with the log in PostgreSQL."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Timer
from urllib.parse import quote

import psycopg
import pytest

from bihuan.gateway.tests.running import Running, eventually
from bihuan.kernel.intake import postgresql
from bihuan.kernel.intake.log import IntakeLog
from bihuan.kernel.intake.postgresql import PostgresStore
from bihuan.kernel.intake.store import LogRow, StoreError
from bihuan_edge.messages import Kind
from tools import pg

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
ROW: LogRow = ("east", 1, 1, "127.0.0.1", 2, "DNA01", "0008075634", b"DNA01,0008075634open", "", 20, 0)
REGISTERED = """CREATE TABLE kernel_fieldterminal (id BIGSERIAL, terminal TEXT, rev BIGINT, addresses JSONB,
encoding TEXT, roster TEXT, roster_version INTEGER, roster_delivered INTEGER, removed BOOLEAN);
INSERT INTO kernel_fieldterminal VALUES
(1, 'dna01', 1, '["127.0.0.0/8"]', 'utf-8', E'end,7\\r\\n', 7, 6, false)"""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    given = os.environ.get("BIHUAN_DATABASE_URL", "")
    if given.startswith("postgres"):
        yield given
    else:
        with pg.server() as url:
            yield url


@pytest.fixture
def url(server: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The database as one test sees it: a schema of its own."""
    schema = f"intake_{abs(hash(request.node.nodeid)):x}"
    with psycopg.connect(server, autocommit=True) as db:
        db.execute(f"CREATE SCHEMA {schema}")
        yield f"{server}{'&' if '?' in server else '?'}options={quote(f'-csearch_path={schema}')}"
        db.execute(f"DROP SCHEMA {schema} CASCADE")


def test_fin_means_stored_and_beats_are_no_rows(run: Callable[..., Running], url: str) -> None:
    gateway = run(url=url)
    gateway.say(b"DNA01,heartbeatDNA01,0008075634opensocketshutdown")
    assert gateway.facts() == [(Kind.OPEN, "DNA01", "0008075634")]
    assert gateway.seen("DNA01", 2).ring == "o"
    eventually(lambda: [one for one in gateway.log.gateways() if one.counters["rows"] == 1])


def test_registrations_are_read(run: Callable[..., Running], url: str) -> None:
    with psycopg.connect(url, autocommit=True) as db:
        db.execute(REGISTERED)
    gateway = run(url=url)
    assert gateway.say(b"DNA01,requestsocketshutdown") == b"end,7\r\n"


def test_sequence_grows_in_the_order_of_arrival(run: Callable[..., Running], url: str) -> None:
    gateway = run(url=url)
    gateway.say(*[b"".join(b"DNA01,%010dopen" % number for number in range(500))] * 3, b"socketshutdown")
    rows = gateway.rows()
    assert [row.text for row in rows] == [f"{number:010}" for number in range(500)] * 3
    assert [row.seq for row in rows] == sorted({row.seq for row in rows})


def test_lost_server_connection_is_made_again_and_nothing_is_repeated(
    run: Callable[..., Running], url: str
) -> None:
    gateway = run(url=url)
    gateway.say(b"DNA01,0008075634opensocketshutdown")
    with psycopg.connect(url, autocommit=True) as db:
        db.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks"
            " WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
        )
    gateway.say(b"DNA01,0008075634closesocketshutdown")
    assert [row.kind for row in gateway.rows()] == [Kind.OPEN, Kind.CLOSE]


def test_batch_that_landed_is_not_written_again(url: str, tmp_path: Path) -> None:
    with closing(PostgresStore(url, "east")) as store, closing(IntakeLog(tmp_path, url)) as log:
        store.append([ROW])
        store.append([ROW], again=True)
        assert len(log.rows_after("east", 0, 10)) == 1
        store.append([(*ROW[:1], 2, *ROW[2:])], again=True)
        assert len(log.rows_after("east", 0, 10)) == 2


def test_second_gateway_of_the_same_name_is_refused(url: str) -> None:
    with closing(PostgresStore(url, "east")), pytest.raises(StoreError, match="BIHUAN_GATEWAY_NAME"):
        PostgresStore(url, "east")


def test_text_that_postgresql_does_not_take_does_not_stop_the_log(url: str, tmp_path: Path) -> None:
    with closing(PostgresStore(url, "east")) as store, closing(IntakeLog(tmp_path, url)) as log:
        store.append([(*ROW[:5], "DNA\x0001", *ROW[6:])])
        [row] = log.rows_after("east", 0, 10)
    assert (row.terminal, row.raw) == ("DNA?01", ROW[7])


def test_the_index_of_an_old_log_is_made_however_long_it_takes(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    PostgresStore(url, "east").close()
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("DROP INDEX intake_log_at")
    monkeypatch.setattr(postgresql, "TIMEOUT_S", 0.2)
    busy = psycopg.connect(url)
    busy.execute("LOCK TABLE intake_log IN ROW EXCLUSIVE MODE")
    Timer(0.6, busy.close).start()
    with closing(PostgresStore(url, "east")) as store, closing(IntakeLog(tmp_path, url)) as log:
        store.append([ROW])
        assert [row.at_us for row in log.raw(1, 2)] == [1]


def test_rows_of_a_time_are_found_and_old_ones_pruned(url: str, tmp_path: Path) -> None:
    with closing(PostgresStore(url, "east")) as store, closing(IntakeLog(tmp_path, url)) as log:
        store.append([(*ROW[:1], at, *ROW[2:]) for at in range(10)])
        assert [row.at_us for row in log.raw(3, 6)] == [3, 4, 5]
        assert list(log.raw(30, 60)) == []
        assert log.prune(7, chunk=2) == 7
        assert [row.at_us for row in log.rows_after("east", 0, 10)] == [7, 8, 9]


def test_server_that_is_not_there_is_named() -> None:
    with pytest.raises(StoreError, match="BIHUAN_DATABASE_URL"):
        PostgresStore("postgresql://nobody@127.0.0.1:1/none", "east")
