"""Steps of the schema for what is forwarded."""

from __future__ import annotations

from typing import Final

# Where usage is forwarded to. `acked_seq` is the change that all up to it are
# dealt with here, `server_seq` the one that the receiver confirmed; what it
# will not take is set aside. Receivers that take sessions whole are told them
# one by one (`sent_session`) until all up to a change are there. A session
# that lost a reply or changed its project has changed, though no record of it
# has (`moved_session`).
OUTBOX: Final = """
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

# What projects were called where they were sent.
NAMED: Final = """
CREATE TABLE named_project (
    url TEXT NOT NULL,
    path TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (url, path)
) WITHOUT ROWID;
"""
