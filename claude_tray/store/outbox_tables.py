"""Define the tables of the sync."""

from __future__ import annotations

from typing import Final

# Destinations of the sync. All changes up to `acked_seq` are sent or
# quarantined (`set_aside`), all up to `server_seq` confirmed. Servers that
# replace whole sessions get them one by one (`sent_session`). A session that
# lost a record or changed its project counts as changed (`moved_session`)
# although none of its records has.
OUTBOX_TABLES: Final = """
CREATE TABLE destination (
    url TEXT PRIMARY KEY,
    acked_seq INTEGER NOT NULL DEFAULT 0,
    server_seq INTEGER NOT NULL DEFAULT 0,
    server_id TEXT NOT NULL DEFAULT '',
    kind TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL DEFAULT 'ok',
    reason TEXT NOT NULL DEFAULT '',
    failures INTEGER NOT NULL DEFAULT 0,
    broken INTEGER NOT NULL DEFAULT 0,
    not_before_ms INTEGER NOT NULL DEFAULT 0,
    failing_since_ms INTEGER,
    last_ok_ms INTEGER,
    skew_ms INTEGER,
    refused TEXT NOT NULL DEFAULT '',
    naming TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE TABLE set_aside (
    url TEXT NOT NULL,
    key INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    code TEXT NOT NULL,
    detail TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (url, key)
) WITHOUT ROWID;
CREATE TABLE sent_session (
    url TEXT NOT NULL,
    uuid TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (url, uuid)
) WITHOUT ROWID;
CREATE TABLE moved_session (
    session INTEGER PRIMARY KEY,
    seq INTEGER NOT NULL
);
"""

# Names under which projects were sent.
PROJECT_NAMES_TABLE: Final = """
CREATE TABLE named_project (
    url TEXT NOT NULL,
    path TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (url, path)
) WITHOUT ROWID;
"""
