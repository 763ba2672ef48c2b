"""Whose the followed folders are."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from claude_tray.core.accounts import Account
from claude_tray.providers.claude_code.config_files import load_account
from claude_tray.store import accounts as known_folders
from claude_tray.store.connection import transaction

if TYPE_CHECKING:
    from claude_tray.ingest.config import AccountFolder, EngineConfig
    from claude_tray.store.connection import Reader, Writer


# A folder that nothing was heard of for so long is no longer offered.
_UNFOLLOWED_MAX_AGE_MS: Final = 30 * 86_400_000


def resolve_accounts(writer: Writer, config: EngineConfig) -> EngineConfig:
    """
    Return the choices with each folder's account, and remember it.

    A file that cannot be read just now leaves the account as it was known.
    Where somebody signs in for the first time, what was read before is
    theirs.
    """
    cached_by_path = known_folders.load_folder_accounts(writer)
    account_by_path = {
        str(f.path): _resolve_account(f, cached_by_path)
        for f in config.folders
    }
    if any(
        cached_by_path.get(path) != account
        for path, account in account_by_path.items()
    ):
        with transaction(writer):
            _assign_unowned_usage(writer, cached_by_path, account_by_path)
            known_folders.save_folder_accounts(writer, account_by_path)
    return _with_accounts(config, account_by_path)


def cached_accounts(
    reader: Reader | Writer, config: EngineConfig
) -> EngineConfig:
    """Return the choices with each folder's account as it was last known."""
    return _with_accounts(config, known_folders.load_folder_accounts(reader))


def accounts_from_files(config: EngineConfig) -> EngineConfig:
    """Return the choices with each folder's account as its file tells it."""
    return _with_accounts(
        config, {str(f.path): _resolve_account(f, {}) for f in config.folders}
    )


def list_accounts(config: EngineConfig) -> list[Account]:
    """Return the accounts whose folders are followed, each once."""
    accounts: dict[str, Account] = {}
    for folder in config.folders:
        accounts.setdefault(
            folder.account,
            Account(
                folder.account,
                folder.name,
                str(folder.path),
                config.rule,
            ),
        )
    return _disambiguate_names(list(accounts.values()))


def unfollowed_folders(
    reader: Reader | Writer, config: EngineConfig, now_ms: int
) -> list[str]:
    """Return the folders that sessions run in and nobody follows."""
    followed = {os.path.realpath(folder.path) for folder in config.folders}
    recent_paths = known_folders.list_seen_folders(
        reader, now_ms - _UNFOLLOWED_MAX_AGE_MS
    )
    return [path for path in recent_paths if path not in followed]


def _resolve_account(
    folder: AccountFolder, cached_by_path: dict[str, str]
) -> str:
    info = load_account(folder.path)
    return (
        cached_by_path.get(str(folder.path), "")
        if info is None
        else info.account
    )


def _assign_unowned_usage(
    writer: Writer,
    cached_by_path: dict[str, str],
    account_by_path: dict[str, str],
) -> None:
    new_accounts = [
        account
        for path, account in account_by_path.items()
        if account and not cached_by_path.get(path)
    ]
    if new_accounts and "" not in account_by_path.values():
        known_folders.assign_unattributed_usage(writer, new_accounts[0])


def _with_accounts(
    config: EngineConfig, account_by_path: dict[str, str]
) -> EngineConfig:
    return config._replace(
        folders=tuple(
            folder._replace(account=account_by_path.get(str(folder.path), ""))
            for folder in config.folders
        ),
    )


def _disambiguate_names(accounts: list[Account]) -> list[Account]:
    """Let a name that two accounts share be followed by the folder."""
    names = [account.name for account in accounts]
    return [
        account._replace(name=f"{account.name} ({account.path})")
        if names.count(account.name) > 1
        else account
        for account in accounts
    ]
