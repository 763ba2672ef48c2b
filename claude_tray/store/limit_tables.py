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
