"""The tables, as the steps that made them."""

from __future__ import annotations

from typing import Final

from claude_tray.store.schema_sent import NAMED, OUTBOX
from claude_tray.store.schema_told import HEARD, IMPORTED

# What a rollup adds up. `unpriced` counts records without a known price,
# `incomplete` replies without a final line.
SUM_COLUMNS: Final = (
    "messages",
    "input",
    "output",
    "cache_5m",
    "cache_1h",
    "cache_read",
    "cost",
    "unpriced",
    "incomplete",
)
_SUMS: Final = ", ".join(f"{name} INTEGER NOT NULL" for name in SUM_COLUMNS)

# 15 minutes: every UTC offset in use is a multiple of it, so local days are
# exact sums of cells. Times are milliseconds since 1970, money is in
# nano-dollars. `seq` is taken anew whenever a record is added or grows.
_FIRST: Final = f"""
CREATE TABLE identity (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE profile (
    id INTEGER PRIMARY KEY,
    account TEXT NOT NULL UNIQUE
);
CREATE TABLE project (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE
);
CREATE TABLE model (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);
CREATE TABLE terms (
    id INTEGER PRIMARY KEY,
    speed TEXT NOT NULL,
    inference_geo TEXT NOT NULL,
    service_tier TEXT NOT NULL,
    web_searches INTEGER NOT NULL,
    UNIQUE (speed, inference_geo, service_tier, web_searches)
);
CREATE TABLE session (
    id INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL,
    profile INTEGER NOT NULL,
    project INTEGER NOT NULL,
    guessed INTEGER NOT NULL,
    sidechain INTEGER NOT NULL,
    origin_ms INTEGER NOT NULL,
    first_ms INTEGER,
    last_ms INTEGER,
    UNIQUE (uuid, profile)
);
CREATE INDEX session_last ON session (last_ms);
CREATE TABLE file (
    path TEXT PRIMARY KEY,
    inode INTEGER NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    done INTEGER NOT NULL,
    seal BLOB NOT NULL,
    project TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE message (
    key INTEGER PRIMARY KEY,
    seq INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    session INTEGER NOT NULL,
    model INTEGER NOT NULL,
    input INTEGER NOT NULL,
    output INTEGER NOT NULL,
    cache_5m INTEGER NOT NULL,
    cache_1h INTEGER NOT NULL,
    cache_read INTEGER NOT NULL,
    terms INTEGER NOT NULL,
    cost INTEGER,
    flags INTEGER NOT NULL,
    counted_ms INTEGER NOT NULL,
    origin_ms INTEGER NOT NULL,
    message_id TEXT NOT NULL,
    request_id TEXT NOT NULL
);
CREATE INDEX message_time ON message (at_ms);
CREATE TABLE cell (
    bucket INTEGER NOT NULL,
    session INTEGER NOT NULL,
    model INTEGER NOT NULL,
    {_SUMS},
    PRIMARY KEY (bucket, session, model)
) WITHOUT ROWID;
CREATE TABLE usage_session (
    session INTEGER NOT NULL,
    model INTEGER NOT NULL,
    {_SUMS},
    PRIMARY KEY (session, model)
) WITHOUT ROWID;
CREATE TABLE usage_project (
    project INTEGER NOT NULL,
    model INTEGER NOT NULL,
    {_SUMS},
    PRIMARY KEY (project, model)
) WITHOUT ROWID;
CREATE TABLE closed_window (
    profile INTEGER NOT NULL,
    start_ms INTEGER NOT NULL,
    end_ms INTEGER NOT NULL,
    source TEXT NOT NULL,
    rule TEXT,
    {_SUMS},
    PRIMARY KEY (profile, start_ms)
) WITHOUT ROWID;
CREATE TABLE told_limit (
    profile INTEGER NOT NULL,
    name TEXT NOT NULL,
    resets_ms INTEGER NOT NULL,
    percent REAL NOT NULL,
    told_ms INTEGER NOT NULL,
    PRIMARY KEY (profile, name, resets_ms)
) WITHOUT ROWID;
CREATE TABLE limit_hit (
    profile INTEGER NOT NULL,
    kind TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    resets_ms INTEGER,
    PRIMARY KEY (profile, kind, at_ms)
) WITHOUT ROWID;
"""

# `seq` numbers the rows: a first load appends to the end of one tree, the
# hashed keys lie scattered over a small index only, and what has changed since
# a number is one stretch of rows.
_BY_SEQ: Final = """
ALTER TABLE message RENAME TO message_by_key;
CREATE TABLE message (
    seq INTEGER PRIMARY KEY,
    key INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    session INTEGER NOT NULL,
    model INTEGER NOT NULL,
    input INTEGER NOT NULL,
    output INTEGER NOT NULL,
    cache_5m INTEGER NOT NULL,
    cache_1h INTEGER NOT NULL,
    cache_read INTEGER NOT NULL,
    terms INTEGER NOT NULL,
    cost INTEGER,
    flags INTEGER NOT NULL,
    counted_ms INTEGER NOT NULL,
    origin_ms INTEGER NOT NULL,
    message_id TEXT NOT NULL,
    request_id TEXT NOT NULL
);
INSERT INTO message
    SELECT seq, key, at_ms, session, model, input, output, cache_5m, cache_1h,
        cache_read, terms, cost, flags, counted_ms, origin_ms, message_id,
        request_id
    FROM message_by_key ORDER BY seq;
DROP TABLE message_by_key;
CREATE UNIQUE INDEX message_key ON message (key);
CREATE INDEX message_time ON message (at_ms);
"""

# An account that rests must not be looked for among another's sessions.
_BY_LAST_USE: Final = """
DROP INDEX session_last;
CREATE INDEX session_last ON session (profile, last_ms);
"""

# A step that has been released is never edited: add the next one below it.
STEPS: Final[tuple[str, ...]] = (
    _FIRST,
    HEARD,
    _BY_SEQ,
    OUTBOX,
    IMPORTED,
    NAMED,
    _BY_LAST_USE,
)
