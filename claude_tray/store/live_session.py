"""Find the last responses of sessions in use."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from claude_tray.core.limit_hits import LimitHit
from claude_tray.core.limits import LimitKind
from claude_tray.core.live_sessions import CutOffSession
from claude_tray.core.prompt_cache import RestingSession, find_cache
from claude_tray.core.sessions import LiveSession
from claude_tray.core.usage import TokenCounts
from claude_tray.store.limit_tables import REQUEST_TIME
from claude_tray.store.schema import (
    IS_ADVISOR_PART,
    IS_IMPORTED,
    IS_SIDECHAIN,
    SHOWN_PATH,
    TOKEN_COLUMNS,
)
from claude_tray.store.windows import MAX_CLOCK_LEAD_MS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.store.connection import Reader, Writer


# A session without a response for this long is not running.
LIVE_MS: Final = 10 * 60_000
# Later than any time.
_NEVER: Final = 2**62
# More are not listed. No limit lasts longer than a month.
_MAX_CUT_OFF: Final = 50
_MAX_HIT_AGE_MS: Final = 33 * 86_400_000


_COLUMNS: Final = f"""
    session.uuid, project.path, {SHOWN_PATH}, model.name, message.at_ms,
    message.cost, context_percent, told_ms, cache_expires_ms, wake_tokens,
    flags & {IS_SIDECHAIN}, {", ".join(f"message.{c}" for c in TOKEN_COLUMNS)}
"""
# Columns before those of the tokens.
_KEYS: Final = 11
# CROSS JOIN keeps the order of the tables, which is that of the index.
_SELECT_LAST_RESPONSE: Final = f"""
    SELECT {_COLUMNS}
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


# A session's last use is that of a response, so one time is looked up.
_SELECT_LAST_RESPONSES: Final = f"""
    SELECT {_COLUMNS}
    FROM session
        CROSS JOIN message ON message.at_ms = session.last_ms
            AND message.session = session.id
        JOIN project ON project.id = session.project
        JOIN model ON model.id = message.model
        LEFT JOIN told_session told ON told.uuid = session.uuid
    WHERE (session.uuid IN (SELECT value FROM json_each(:uuids))
        OR session.last_ms >= :since) AND flags & {IS_IMPORTED} = 0
    ORDER BY message.at_ms, flags & {IS_ADVISOR_PART} DESC, message.seq
"""

# Of each session, SQLite takes the columns of the row with the latest hit. One
# that has gone on has a last response that was requested after it.
_SELECT_CUT_OFF: Final = f"""
    SELECT uuid, project.path, {SHOWN_PATH}, kind, scope, hit.at_ms, resets_ms
    FROM (
        SELECT session AS uuid, kind, scope, max(at_ms) AS at_ms, resets_ms
        FROM limit_hit
        WHERE at_ms BETWEEN :since AND :now AND session != ''
        GROUP BY session
    ) AS hit
        JOIN session USING (uuid)
        JOIN project ON project.id = session.project
    WHERE NOT EXISTS (
        SELECT 1 FROM message
        WHERE message.at_ms = session.last_ms AND message.session = session.id
            AND {REQUEST_TIME} > hit.at_ms)
    ORDER BY hit.at_ms DESC, uuid LIMIT {_MAX_CUT_OFF}
"""


def list_cut_off(reader: Reader | Writer, now_ms: int) -> list[CutOffSession]:
    """
    Return sessions without a response to a request after a limit hit.

    Args:
        reader: Open database.
        now_ms: Current time; hits that no reset can follow are left out.
    """
    parameters = {"since": now_ms - _MAX_HIT_AGE_MS, "now": now_ms}
    return [
        CutOffSession(
            uuid,
            path,
            project,
            LimitHit(LimitKind(kind), at_ms, resets_ms, scope, uuid),
        )
        for uuid, path, project, kind, scope, at_ms, resets_ms in (
            reader.execute(_SELECT_CUT_OFF, parameters)
        )
    ]


def list_last_responses(
    reader: Reader | Writer, uuids: Sequence[str], since_ms: int
) -> list[LiveSession]:
    """
    Return the last response of sessions, one of each.

    Args:
        reader: Open database.
        uuids: Sessions, however long ago they were used.
        since_ms: Other sessions that were used since are added.
    """
    parameters = {"uuids": json.dumps(uuids), "since": since_ms}
    rows = reader.execute(_SELECT_LAST_RESPONSES, parameters)
    # The last one wins.
    return list({row[0]: _build_session(row) for row in rows}.values())


def load_resting(
    reader: Reader | Writer, uuids: Sequence[str]
) -> tuple[RestingSession, ...]:
    """Load the prompt caches of sessions; without a response, there is none."""
    if not uuids:
        return ()
    rows = reader.execute(
        _SELECT_LAST_RESPONSES, {"uuids": json.dumps(uuids), "since": _NEVER}
    )
    found = {row[0]: _build_session(row) for row in rows}
    return tuple(
        RestingSession(
            uuid, response.project, response.last_ms, response.cache
        )
        if (response := found.get(uuid))
        else RestingSession(uuid)
        for uuid in uuids
    )


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
    return _build_session(row) if row else None


def _build_session(row: tuple[Any, ...]) -> LiveSession:
    """Build a session from a row of _COLUMNS."""
    *fields, told_ms, expires_ms, wake_tokens, is_sidechain = row[:_KEYS]
    last_ms = fields[4]
    tokens = None if is_sidechain else TokenCounts(*row[_KEYS:])
    reported = told_ms, expires_ms, wake_tokens
    cache = find_cache(reported, last_ms, tokens)
    return LiveSession(*fields)._replace(cache=cache)
