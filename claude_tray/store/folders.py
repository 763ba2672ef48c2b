"""Claude folders: whose they are, and those that were only heard of."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from claude_tray.store.cursors import kept_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from claude_tray.store.connection import Reader, Writer

_ACCOUNTS: Final = """
    SELECT path, account FROM claude_folder WHERE account IS NOT NULL
"""
_REMEMBER: Final = """
    INSERT INTO claude_folder VALUES (?1, ?2, 0)
    ON CONFLICT (path) DO UPDATE SET account = ?2
"""
_HEAR: Final = """
    INSERT INTO claude_folder VALUES (?1, NULL, ?2)
    ON CONFLICT (path) DO UPDATE SET heard_ms = max(heard_ms, ?2)
"""
_HEARD: Final = """
    SELECT path FROM claude_folder WHERE heard_ms > ? ORDER BY path
"""
_ADOPT: Final = """
    UPDATE profile SET account = ?1 WHERE account = ''
        AND NOT EXISTS (SELECT 1 FROM profile WHERE account = ?1)
"""


def accounts(reader: Reader | Writer) -> dict[str, str]:
    """Return the account of each folder that is or was followed."""
    rows = reader.execute(_ACCOUNTS)
    return {os.fsdecode(path): account for path, account in rows}


def remember(writer: Writer, owners: Mapping[str, str]) -> None:
    """Remember the accounts of folders."""
    writer.executemany(
        _REMEMBER,
        [(kept_path(path), account) for path, account in owners.items()],
    )


def adopt(writer: Writer, account: str) -> None:
    """Let what was read of nobody's be an account's that is new."""
    writer.execute(_ADOPT, (account,))


def hear(writer: Writer, paths: Iterable[str], now_ms: int) -> None:
    """Take note that sessions run in folders."""
    writer.executemany(_HEAR, [(kept_path(path), now_ms) for path in paths])


def heard(reader: Reader | Writer, after_ms: int) -> list[str]:
    """Return the folders that sessions ran in since then."""
    return [
        os.fsdecode(path) for (path,) in reader.execute(_HEARD, (after_ms,))
    ]
