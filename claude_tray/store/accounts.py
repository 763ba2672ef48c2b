"""Store folders of Claude Code with their accounts."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from claude_tray.store.cursors import encode_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from claude_tray.store.connection import Reader, Writer


_SELECT_FOLDER_ACCOUNTS: Final = """
    SELECT path, account FROM claude_folder WHERE account IS NOT NULL
"""
_UPSERT_FOLDER_ACCOUNT: Final = """
    INSERT INTO claude_folder VALUES (?1, ?2, 0)
    ON CONFLICT (path) DO UPDATE SET account = ?2
"""
_UPSERT_SEEN_FOLDER: Final = """
    INSERT INTO claude_folder VALUES (?1, NULL, ?2)
    ON CONFLICT (path) DO UPDATE SET heard_ms = max(heard_ms, ?2)
"""
_SELECT_SEEN_FOLDERS: Final = """
    SELECT path FROM claude_folder WHERE heard_ms > ? ORDER BY path
"""
_ASSIGN_UNATTRIBUTED: Final = """
    UPDATE profile SET account = ?1 WHERE account = ?2
        AND NOT EXISTS (SELECT 1 FROM profile WHERE account = ?1)
"""


def load_folder_accounts(reader: Reader | Writer) -> dict[str, str]:
    """Return the account of each folder that is or was followed."""
    rows = reader.execute(_SELECT_FOLDER_ACCOUNTS)
    return {os.fsdecode(path): account for path, account in rows}


def save_folder_accounts(
    writer: Writer, account_by_folder: Mapping[str, str]
) -> None:
    """Save the accounts of folders."""
    writer.executemany(
        _UPSERT_FOLDER_ACCOUNT,
        [
            (encode_path(path), account)
            for path, account in account_by_folder.items()
        ],
    )


def assign_unattributed_usage(
    writer: Writer, account: str, unattributed: str = ""
) -> None:
    """
    Attribute usage without an account to an account that is new.

    Args:
        writer: The store.
        account: Key of the new account.
        unattributed: Key of the provider's usage without an account.
    """
    writer.execute(_ASSIGN_UNATTRIBUTED, (account, unattributed))


def save_seen_folders(
    writer: Writer, paths: Iterable[str], now_ms: int
) -> None:
    """Save that sessions ran in folders that are not followed."""
    writer.executemany(
        _UPSERT_SEEN_FOLDER, [(encode_path(path), now_ms) for path in paths]
    )


def list_seen_folders(reader: Reader | Writer, after_ms: int) -> list[str]:
    """Return the folders that sessions ran in since a time."""
    return [
        os.fsdecode(path)
        for (path,) in reader.execute(_SELECT_SEEN_FOLDERS, (after_ms,))
    ]
