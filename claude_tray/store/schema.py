"""Define the tables, as a list of migrations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.core.usage import TOKEN_KINDS
from claude_tray.store import (
    cost_tables,
    forecast_tables,
    limit_tables,
    outbox_tables,
    project_tables,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


# A parenthesized subquery, for use in other statements.
ACCOUNT_ID: Final = "(SELECT id FROM profile WHERE account = ?)"
# Bits of the column `flags` of `message`.
IS_FINAL: Final = 1
IS_SIDECHAIN: Final = 2
IS_ADVISOR_PART: Final = 4
IS_IMPORTED: Final = 8
IS_CUT: Final = 16
IS_RELAYED: Final = 64
# Set together with IS_ADVISOR_PART: it is no message either.
IS_OTHER_REQUESTS: Final = 256
# Claude Code's own sums contain all requests of that time.
IS_CONFIRMED: Final = 512
# Those sums contain it, perhaps next to requests whose output is unknown.
IS_SUMMED: Final = 1024
# Condition of a record that is a response whose output is a minimum.
IS_INCOMPLETE: Final = f"""
    flags & {IS_ADVISOR_PART} = 0 AND flags & {IS_FINAL | IS_CUT} != {IS_FINAL}
"""
# Where a record is from; without any of these, from a line of its own.
ORIGIN_FLAGS: Final = IS_IMPORTED | IS_RELAYED
# Path under which a project is shown.
SHOWN_PATH: Final = (
    "CASE project.shown WHEN '' THEN project.path ELSE project.shown END"
)

# A folder without an account was only seen in the statusline. Sessions are as
# the statusline reported them: their cost is computed by Claude Code.
CLAUDE_REPORT_TABLES: Final = """
CREATE TABLE claude_folder (
    path TEXT PRIMARY KEY,
    account TEXT,
    heard_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE told_session (
    uuid TEXT PRIMARY KEY,
    profile INTEGER NOT NULL,
    told_ms INTEGER NOT NULL,
    model TEXT NOT NULL,
    cwd TEXT NOT NULL,
    cost_usd REAL,
    context_percent REAL
) WITHOUT ROWID;
"""

# The prompt cache of a session: when it goes cold, and what is written then.
_PROMPT_CACHE_COLUMNS: Final = """
ALTER TABLE told_session ADD COLUMN cache_expires_ms INTEGER;
ALTER TABLE told_session ADD COLUMN wake_tokens INTEGER;
"""

# Totals of days from other programs, without records. They are part of all
# sums, at noon of their local day, and are deleted once that day has records.
IMPORTED_TOTALS_TABLE: Final = """
CREATE TABLE imported_sum (
    kind TEXT NOT NULL,
    day TEXT NOT NULL,
    session INTEGER NOT NULL,
    model INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    input INTEGER NOT NULL,
    output INTEGER NOT NULL,
    cache_5m INTEGER NOT NULL,
    cache_1h INTEGER NOT NULL,
    cache_read INTEGER NOT NULL,
    cost INTEGER,
    PRIMARY KEY (kind, day, session, model)
) WITHOUT ROWID;
"""


TOKEN_COLUMNS: Final = tuple(kind.column for kind in TOKEN_KINDS)
# Sums kept per bucket, session, project and window, in the order of Totals.
# `unpriced` counts records without a known price, `incomplete` responses
# without a final line, `unconfirmed` those that are not IS_CONFIRMED. Other
# requests are part of the cost and of the tokens.
AGGREGATE_COLUMNS: Final = (
    "messages",
    *TOKEN_COLUMNS,
    "cost",
    "unpriced",
    "incomplete",
    "cost_high",
    "unconfirmed",
    "other_cost",
    "other_cost_high",
    "other_tokens",
)
# A cost is split into `cost_high`, in units of 2^40 nano-dollars ($1,100), and
# the rest in `cost`: sums of both halves are exact integers of 64 bits.
COST_HALF_BITS: Final = 40
COST_HALF_MASK: Final = (1 << COST_HALF_BITS) - 1
RECORD_COLUMNS: Final = (
    "seq",
    "key",
    "at_ms",
    "session",
    "model",
    *TOKEN_COLUMNS,
    "terms",
    "cost",
    "flags",
    "counted_ms",
    "origin_ms",
    "message_id",
    "request_id",
    "requested_ms",
)


def build_insert(
    table: str, columns: Sequence[str], verb: str = "INSERT"
) -> str:
    """Return a statement that inserts a row of these columns."""
    placeholders = ", ".join("?" * len(columns))
    return (
        f"{verb} INTO {table} ({', '.join(columns)}) VALUES ({placeholders})"
    )


# As released: a token kind added since then has a migration of its own.
_RELEASED_TOKEN_COLUMNS: Final = (
    "input",
    "output",
    "cache_5m",
    "cache_1h",
    "cache_read",
)
_TOKEN_COLUMN_DEFINITIONS: Final = ", ".join(
    f"{name} INTEGER NOT NULL" for name in _RELEASED_TOKEN_COLUMNS
)
_AGGREGATE_COLUMN_DEFINITIONS: Final = ", ".join(
    f"{name} INTEGER NOT NULL"
    for name in (
        "messages",
        *_RELEASED_TOKEN_COLUMNS,
        "cost",
        "unpriced",
        "incomplete",
    )
)

# A `cell` is a bucket of 15 minutes. Times are in milliseconds since 1970,
# costs in nano-dollars. A record gets the next `seq` whenever it changes.
_INITIAL_SCHEMA: Final = f"""
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
    {_AGGREGATE_COLUMN_DEFINITIONS},
    PRIMARY KEY (bucket, session, model)
) WITHOUT ROWID;
CREATE TABLE usage_session (
    session INTEGER NOT NULL,
    model INTEGER NOT NULL,
    {_AGGREGATE_COLUMN_DEFINITIONS},
    PRIMARY KEY (session, model)
) WITHOUT ROWID;
CREATE TABLE usage_project (
    project INTEGER NOT NULL,
    model INTEGER NOT NULL,
    {_AGGREGATE_COLUMN_DEFINITIONS},
    PRIMARY KEY (project, model)
) WITHOUT ROWID;
CREATE TABLE closed_window (
    profile INTEGER NOT NULL,
    start_ms INTEGER NOT NULL,
    end_ms INTEGER NOT NULL,
    source TEXT NOT NULL,
    rule TEXT,
    {_AGGREGATE_COLUMN_DEFINITIONS},
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

# `seq` is the row ID: a first load appends to the end of one B-tree, the random
# keys touch only a small index, and the changes since a number are one range.
_RECORDS_BY_SEQ: Final = """
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

# Finds the sessions of an idle account without scanning a busy one's.
_SESSIONS_BY_LAST_USE: Final = """
DROP INDEX session_last;
CREATE INDEX session_last ON session (profile, last_ms);
"""

# Tool whose logs the usage of an account was read from.
_PROVIDER_OF_ACCOUNT: Final = """
ALTER TABLE profile ADD COLUMN provider TEXT NOT NULL DEFAULT 'claude_code';
"""

# The second half of summed costs: see AGGREGATE_COLUMNS.
_COST_HALVES: Final = ";\n".join(
    f"ALTER TABLE {table} ADD COLUMN cost_high INTEGER NOT NULL DEFAULT 0"
    for table in ("cell", "usage_session", "usage_project", "closed_window")
)

# Sums by minute of the last hours, complete from the minute on that `identity`
# names (`minutes_from`), empty without it.
_MINUTE_TABLE: Final = f"""
CREATE TABLE minute (
    minute INTEGER NOT NULL,
    profile INTEGER NOT NULL,
    {_AGGREGATE_COLUMN_DEFINITIONS},
    cost_high INTEGER NOT NULL,
    PRIMARY KEY (minute, profile)
) WITHOUT ROWID;
"""

# Never edit a released migration: append a new one.
MIGRATIONS: Final[tuple[str, ...]] = (
    _INITIAL_SCHEMA,
    CLAUDE_REPORT_TABLES,
    _RECORDS_BY_SEQ,
    outbox_tables.OUTBOX_TABLES,
    IMPORTED_TOTALS_TABLE,
    outbox_tables.PROJECT_NAMES_TABLE,
    _SESSIONS_BY_LAST_USE,
    _PROVIDER_OF_ACCOUNT,
    _COST_HALVES,
    limit_tables.LIMIT_HIT_TABLE,
    _MINUTE_TABLE,
    forecast_tables.FORECAST_TABLES,
    cost_tables.build_cost_state_migration(_TOKEN_COLUMN_DEFINITIONS),
    limit_tables.LIMIT_REPORT_TABLE,
    project_tables.PROJECT_ROOT_COLUMNS,
    limit_tables.REQUEST_TIMES,
    project_tables.REREAD_ALL,
    limit_tables.LIMIT_CURVE_TABLE,
    limit_tables.OPEN_REQUEST_TABLES,
    limit_tables.SESSION_OF_HIT,
    _PROMPT_CACHE_COLUMNS,
)
