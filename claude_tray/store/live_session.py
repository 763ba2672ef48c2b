"""Find the session that was used in the last minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.core.sessions import LiveSession
from claude_tray.store.schema import (
    IS_ADVISOR_PART,
    IS_IMPORTED,
    SHOWN_PATH,
)
from claude_tray.store.windows import MAX_CLOCK_LEAD_MS

if TYPE_CHECKING:
    from claude_tray.store.connection import Reader, Writer


# A session without a response for this long is not running.
LIVE_MS: Final = 10 * 60_000


# CROSS JOIN keeps the order of the tables, which is that of the index.
_SELECT_LAST_RESPONSE: Final = f"""
    SELECT session.uuid, project.path, {SHOWN_PATH}, model.name,
        message.at_ms, message.cost, context_percent
    FROM message
        CROSS JOIN session ON session.id = message.session
        JOIN project ON project.id = session.project
        JOIN model ON model.id = message.model
        LEFT JOIN told_session told
            ON told.uuid = session.uuid AND told_ms >= :first
    WHERE message.at_ms BETWEEN :first AND :last
        AND flags & {IS_ADVISOR_PART | IS_IMPORTED} = 0
        AND (:account IS NULL OR session.profile =
            (SELECT id FROM profile WHERE account = :account))
    ORDER BY message.at_ms DESC LIMIT 1
"""


def find_live_session(
    reader: Reader | Writer, account: str | None, now_ms: int
) -> LiveSession | None:
    """
    Return the session with the newest response; None without a recent one.

    Args:
        reader: Open database.
        account: Account key; None for all.
        now_ms: Current time.
    """
    parameters = {
        "first": now_ms - LIVE_MS,
        "last": now_ms + MAX_CLOCK_LEAD_MS,
        "account": account,
    }
    row = reader.execute(_SELECT_LAST_RESPONSE, parameters).fetchone()
    return LiveSession(*row) if row else None
