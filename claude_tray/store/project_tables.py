"""Define how projects are shown as one, and read gateways' usage again."""

from __future__ import annotations

from typing import Final

# `root` is the project of a worktree as far as other sources than its path
# name it, NULL until they were asked. `shown` is the path of the project under
# which this one is shown, empty for its own.
PROJECT_ROOT_COLUMNS: Final = """
ALTER TABLE project ADD COLUMN root TEXT;
ALTER TABLE project ADD COLUMN shown TEXT NOT NULL DEFAULT '';
"""

# Responses of gateways that give all of them one ID were stored as one: read
# all files again. Their other records stay as they are.
REREAD_ALL: Final = """
DELETE FROM file WHERE EXISTS (
    SELECT 1 FROM message WHERE request_id = '' AND message_id <> ''
        AND message_id NOT GLOB 'msg_*');
"""
