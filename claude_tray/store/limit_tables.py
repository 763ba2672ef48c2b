"""Define the tables of limits."""

from __future__ import annotations

from typing import Final

# `scope` keeps two limits apart that are reached in the same millisecond.
LIMIT_HIT_TABLE: Final = """
ALTER TABLE limit_hit RENAME TO unscoped_limit_hit;
CREATE TABLE limit_hit (
    profile INTEGER NOT NULL,
    kind TEXT NOT NULL,
    scope TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    resets_ms INTEGER,
    PRIMARY KEY (profile, kind, scope, at_ms)
) WITHOUT ROWID;
INSERT INTO limit_hit
    SELECT profile, kind, '', at_ms, resets_ms FROM unscoped_limit_hit;
DROP TABLE unscoped_limit_hit;
"""

# The last report of each source and session about a limit; without percentage
# and amount, the limit was reported as absent. `told_limit` keeps the ends of
# 5-hour windows. Amounts are decimal numbers as text.
LIMIT_REPORT_TABLE: Final = """
CREATE TABLE IF NOT EXISTS limit_report (
    profile INTEGER NOT NULL,
    name TEXT NOT NULL,
    source TEXT NOT NULL,
    session TEXT NOT NULL,
    percent REAL,
    resets_ms INTEGER,
    observed_ms INTEGER NOT NULL,
    active_ms INTEGER,
    since_ms INTEGER NOT NULL,
    is_change INTEGER NOT NULL,
    money_used TEXT,
    money_limit TEXT,
    currency TEXT NOT NULL,
    period TEXT NOT NULL,
    PRIMARY KEY (profile, name, source, session)
) WITHOUT ROWID;
INSERT OR REPLACE INTO limit_report
    SELECT profile, name, 'statusline', '', percent, resets_ms, told_ms,
        NULL, told_ms, 0, NULL, NULL, '', ''
    FROM told_limit ORDER BY told_ms;
"""

# Percentages that were reported, by minute.
LIMIT_CURVE_TABLE: Final = """
CREATE TABLE IF NOT EXISTS limit_curve (
    profile INTEGER NOT NULL,
    name TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    percent REAL NOT NULL,
    PRIMARY KEY (profile, name, at_ms)
) WITHOUT ROWID;
"""

# `requested_ms` is when the request of a response was sent, if it is known.
# Before `no_window_ms`, no window follows the last closed one. Closed windows
# are computed again: those of other providers' responses were none.
REQUEST_TIMES: Final = """
ALTER TABLE message ADD COLUMN requested_ms INTEGER;
ALTER TABLE profile ADD COLUMN no_window_ms INTEGER NOT NULL DEFAULT 0;
DELETE FROM closed_window;
"""
# Requests without a response. `thread` identifies the transcript; the last
# request of one may still be answered. Sessions with the account they name.
OPEN_REQUEST_TABLES: Final = """
CREATE TABLE open_request (
    ref TEXT PRIMARY KEY,
    thread INTEGER NOT NULL,
    account TEXT NOT NULL,
    session TEXT NOT NULL,
    model TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    is_last INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX open_request_thread ON open_request (thread);
CREATE INDEX open_request_time ON open_request (at_ms);
CREATE TABLE session_owner (
    session TEXT PRIMARY KEY,
    account TEXT NOT NULL
) WITHOUT ROWID;
"""
# Which session was refused: it was cut off until it responds again.
SESSION_OF_HIT: Final = """
ALTER TABLE limit_hit ADD COLUMN session TEXT NOT NULL DEFAULT '';
"""
# When a record counts in a window.
REQUEST_TIME: Final = "ifnull(requested_ms, message.at_ms)"
# Whether it does, given its `model`: as core.windows.counts_for_windows.
COUNTS_FOR_WINDOWS: Final = """
    (message_id = '' OR message_id GLOB 'msg_*')
    AND message_id NOT GLOB 'msg_bdrk_*' AND message_id NOT GLOB 'msg_vrtx_*'
    AND model.name GLOB 'claude-*' AND model.name NOT GLOB '*@*'
"""
