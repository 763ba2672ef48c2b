"""Define the columns that map projects to the ones shown."""

from __future__ import annotations

from typing import Final

# `root` is the project of a worktree as far as other sources than its path
# name it, NULL until they were asked. `shown` is the path of the project under
# which this one is shown, empty for its own.
PROJECT_ROOT_COLUMNS: Final = """
ALTER TABLE project ADD COLUMN root TEXT;
ALTER TABLE project ADD COLUMN shown TEXT NOT NULL DEFAULT '';
"""
