"""Tables of the intake log, alike in its own SQLite file and in PostgreSQL.

`intake_log` rows are the raw record (kept 30 days); `seq` grows in commit order for one
gateway and is never reused. `intake_seen` holds the last beat of each terminal, flushed in
batches; heartbeats are never rows of the log. `intake_gateway` is the gateway's own beat.
Instants are whole microseconds since 1970-01-01 UTC.
"""

LOG_COLUMNS = (
    "gateway",
    "at_us",
    "conn",
    "address",
    "kind",
    "terminal",
    "text",
    "raw",
    "body",
    "size",
    "truncated",
)
"""`body`: SHA-256 in hex of the file that holds a photo (under `evidence/`) or a journal
(under `journals/`); empty otherwise. `conn` is never used twice by one gateway, and within one
`conn` `at_us` grows from row to row: together they name a row before it has a `seq`."""

SEEN_COLUMNS = ("terminal", "code", "at_us", "first_us", "address", "messages", "ring")
"""`terminal` is casefolded, `code` is as it was last sent; `ring` holds one letter a beat
(`bihuan_edge.link`), newest last."""

SQLITE = """
CREATE TABLE IF NOT EXISTS intake_log (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    gateway TEXT NOT NULL,
    at_us INTEGER NOT NULL,
    conn INTEGER NOT NULL,
    address TEXT NOT NULL,
    kind INTEGER NOT NULL,
    terminal TEXT NOT NULL,
    text TEXT NOT NULL,
    raw BLOB NOT NULL,
    body TEXT NOT NULL,
    size INTEGER NOT NULL,
    truncated INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS intake_log_at ON intake_log (at_us);
CREATE TABLE IF NOT EXISTS intake_seen (
    terminal TEXT PRIMARY KEY,
    code TEXT NOT NULL,
    at_us INTEGER NOT NULL,
    first_us INTEGER NOT NULL,
    address TEXT NOT NULL,
    messages INTEGER NOT NULL,
    ring BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS intake_gateway (
    gateway TEXT PRIMARY KEY,
    started_us INTEGER NOT NULL,
    at_us INTEGER NOT NULL,
    counters TEXT NOT NULL
) WITHOUT ROWID;
"""

POSTGRESQL = """
CREATE TABLE IF NOT EXISTS intake_log (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    gateway TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    conn BIGINT NOT NULL,
    address TEXT NOT NULL,
    kind SMALLINT NOT NULL,
    terminal TEXT NOT NULL,
    text TEXT NOT NULL,
    raw BYTEA NOT NULL,
    body TEXT NOT NULL,
    size BIGINT NOT NULL,
    truncated SMALLINT NOT NULL
);
CREATE INDEX IF NOT EXISTS intake_log_gateway ON intake_log (gateway, seq);
CREATE INDEX IF NOT EXISTS intake_log_at ON intake_log (at_us, seq);
CREATE TABLE IF NOT EXISTS intake_seen (
    terminal TEXT PRIMARY KEY,
    code TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    first_us BIGINT NOT NULL,
    address TEXT NOT NULL,
    messages BIGINT NOT NULL,
    ring BYTEA NOT NULL
);
CREATE TABLE IF NOT EXISTS intake_gateway (
    gateway TEXT PRIMARY KEY,
    started_us BIGINT NOT NULL,
    at_us BIGINT NOT NULL,
    counters TEXT NOT NULL
);
"""
