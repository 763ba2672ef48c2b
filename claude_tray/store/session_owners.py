"""Store the accounts that sessions name, and attribute their usage to them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from claude_tray.store import accounts, minute_sums
from claude_tray.store.lookup_ids import LookupIds
from claude_tray.store.windows import invalidate_closed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from claude_tray.core.usage import SessionId
    from claude_tray.store.connection import Reader, Writer


_UPSERT_OWNER: Final = """
    INSERT OR REPLACE INTO session_owner (session, account) VALUES (?, ?)
"""
_HAS_OWNER: Final = "SELECT 1 FROM session_owner LIMIT 1"
_SELECT_OWNERS: Final = """
    SELECT session, account FROM session_owner
    WHERE session IN (SELECT value FROM json_each(?))
"""
_SELECT_OTHER_ACCOUNTS: Final = """
    SELECT session.id, ifnull(first_ms, 0)
    FROM session JOIN profile ON profile.id = session.profile
    WHERE uuid = ?1 AND account <> ?2 AND NOT EXISTS (
        SELECT 1 FROM session own JOIN profile ON profile.id = own.profile
        WHERE own.uuid = ?1 AND account = ?2)
"""
_SELECT_LATEST_OWNER: Final = """
    SELECT account FROM session_owner
        JOIN session ON session.uuid = session_owner.session
    WHERE account NOT IN (SELECT value FROM json_each(?))
    ORDER BY last_ms DESC LIMIT 1
"""
_MOVE_SESSION: Final = "UPDATE session SET profile = ? WHERE id = ?"


def has_any_owner(reader: Reader | Writer) -> bool:
    """Return whether any session named its account."""
    return reader.execute(_HAS_OWNER).fetchone() is not None


def load_owners(
    reader: Reader | Writer, sessions: Iterable[str]
) -> dict[str, str]:
    """Return the accounts of those sessions that named one."""
    rows = reader.execute(_SELECT_OWNERS, (json.dumps(list(sessions)),))
    return dict(rows.fetchall())


def find_latest_owner(
    reader: Reader | Writer, excluded: Iterable[str]
) -> str | None:
    """Return the account of the latest session that names one of others."""
    row = reader.execute(
        _SELECT_LATEST_OWNER, (json.dumps(list(excluded)),)
    ).fetchone()
    return row[0] if row else None


def save_owners(writer: Writer, owners: Mapping[SessionId, str]) -> None:
    """
    Save accounts of sessions, and move what was attributed to another one.

    A session names its account after its first responses.
    """
    account_ids = LookupIds(writer)
    known_owners = load_owners(writer, owners)
    writer.executemany(_UPSERT_OWNER, list(owners.items()))
    for session, account in owners.items():
        if session in known_owners:
            # Two accounts may use one session: each keeps its part.
            continue
        rows = writer.execute(
            _SELECT_OTHER_ACCOUNTS, (session, account)
        ).fetchall()
        if len(rows) != 1:
            continue
        account_id = account_ids.get_account_id(account)
        for session_row_id, first_ms in rows:
            writer.execute(_MOVE_SESSION, (account_id, session_row_id))
            minute_sums.stop_maintaining(writer)
            invalidate_closed(writer, first_ms)


def adopt_folder(
    writer: Writer, path: str, unattributed: str, account: str
) -> None:
    """Assign a folder whose account is not known to that of a session."""
    accounts.assign_unattributed_usage(writer, account, unattributed)
    accounts.save_folder_accounts(writer, {path: account})
