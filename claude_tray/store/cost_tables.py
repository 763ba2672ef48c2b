"""Define the tables of the sums that Claude Code writes for its sessions."""

from __future__ import annotations

from typing import Final

# Sums by model, of a session since `start_ms`: see core.cost_states. Two
# sessions share lines up to a time if one is a fork of the other. Some tokens
# of a record are not in the sums (`uncounted_part`). `cost_check` is the cost
# that Claude Code computed for a session.
_COST_STATE_TABLES: Final = """
CREATE TABLE cost_state (
    session TEXT NOT NULL,
    start_ms INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    model TEXT NOT NULL,
    until_ms INTEGER NOT NULL,
    {tokens},
    web_searches INTEGER NOT NULL,
    cost INTEGER NOT NULL,
    is_split INTEGER NOT NULL,
    PRIMARY KEY (session, start_ms, at_ms, model)
) WITHOUT ROWID;
CREATE INDEX cost_state_start ON cost_state (start_ms);
CREATE TABLE shared_lines (
    session TEXT NOT NULL,
    other TEXT NOT NULL,
    until_ms INTEGER NOT NULL,
    PRIMARY KEY (session, other)
) WITHOUT ROWID;
CREATE TABLE uncounted_part (
    key INTEGER PRIMARY KEY,
    {tokens}
);
CREATE TABLE cost_check (
    session TEXT PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    cost INTEGER NOT NULL
) WITHOUT ROWID;
"""

_SUM_TABLES: Final = (
    "cell",
    "usage_session",
    "usage_project",
    "closed_window",
    "minute",
)
_NEW_SUMS: Final = (
    "unconfirmed",
    "other_cost",
    "other_cost_high",
    "other_tokens",
)
_ADD_SUMS: Final = "\n".join(
    f"ALTER TABLE {table} ADD COLUMN {column} INTEGER NOT NULL DEFAULT 0;"
    for table in _SUM_TABLES
    for column in _NEW_SUMS
)
# All transcripts are read again: their sums have been skipped so far.
_MIGRATION: Final = f"""
{_COST_STATE_TABLES}
{_ADD_SUMS}
UPDATE cell SET unconfirmed = messages;
UPDATE usage_session SET unconfirmed = messages;
UPDATE usage_project SET unconfirmed = messages;
DELETE FROM closed_window;
DELETE FROM minute;
DELETE FROM identity WHERE name = 'minutes_from';
DELETE FROM file;
"""


def build_cost_state_migration(token_definitions: str) -> str:
    """
    Return the migration that adds the tables and the sums of other requests.

    Args:
        token_definitions: Columns of the token kinds, as released.
    """
    return _MIGRATION.replace("{tokens}", token_definitions)
