"""Steps of the schema for what Claude Code and other programs told."""

from __future__ import annotations

from typing import Final

# A folder without an account is not followed, only heard of. Sessions are as
# the statusline told them: their cost is Claude Code's own figure.
HEARD: Final = """
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

# Sums of days that another program kept, without the replies. They are in the
# rollups as well, at noon of their local day, and go when replies of that day
# come.
IMPORTED: Final = """
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
