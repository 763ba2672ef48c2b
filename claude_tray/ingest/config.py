"""Configure the ingest pipeline; users may change it at any time."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.accounts import Account
from claude_tray.platform.paths import get_home_folder
from claude_tray.store import accounts as stored_accounts
from claude_tray.store.connection import Reader, Writer, transaction
from claude_tray.store.session_owners import find_latest_owner

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from claude_tray.core.price_table import PriceTable
    from claude_tray.core.windows import WindowRule
    from claude_tray.providers.registry import AccountFolder


# Unfollowed folders without a session for this long are not suggested.
_UNFOLLOWED_MAX_AGE_MS: Final = 30 * 86_400_000


def resolve_accounts(writer: Writer, config: EngineConfig) -> EngineConfig:
    """
    Fill in the account of each folder, and store it.

    While a folder's account file cannot be read, its stored account remains.
    A folder without a named account has that of its latest session.
    When a user signs in for the first time, usage stored so far becomes
    that account's.
    """
    cached_by_path = stored_accounts.load_folder_accounts(writer)
    named = _load_named(config)
    unnamed = [f for f in config.folders if str(f.path) not in named]
    last_known = dict(cached_by_path)
    if len(unnamed) == 1 and (
        latest := find_latest_owner(writer, named.values())
    ):
        # A token from the environment may be of another account each time.
        last_known[str(unnamed[0].path)] = latest
    resolved = _resolve(config, named, last_known)
    if any(
        cached_by_path.get(str(folder.path)) != folder.account
        for folder in resolved.folders
    ):
        with transaction(writer):
            _assign_unowned_usage(writer, cached_by_path, resolved)
            stored_accounts.save_folder_accounts(
                writer, {str(f.path): f.account for f in resolved.folders}
            )
    return resolved


def cached_accounts(
    reader: Reader | Writer, config: EngineConfig
) -> EngineConfig:
    """Fill in the last known account of each folder from the store."""
    cached_by_path = stored_accounts.load_folder_accounts(reader)
    return config._replace(
        folders=tuple(
            folder._replace(
                account=cached_by_path.get(
                    str(folder.path), folder.qualify_account("")
                )
            )
            for folder in config.folders
        ),
    )


def accounts_from_files(config: EngineConfig) -> EngineConfig:
    """Fill in the account of each folder from its own files."""
    return _resolve(config, _load_named(config), {})


def list_accounts(config: EngineConfig) -> list[Account]:
    """Return the accounts of the followed folders without repetition."""
    accounts: dict[str, Account] = {}
    for folder in config.folders:
        accounts.setdefault(
            folder.account,
            Account(
                folder.account,
                folder.name,
                str(folder.path),
                config.rule,
                config.plan,
            ),
        )
    return _disambiguate_names(list(accounts.values()))


def unfollowed_folders(
    reader: Reader | Writer, config: EngineConfig, now_ms: int
) -> list[str]:
    """
    Return folders with sessions that are not followed.

    The status line reported them lately, or they are in the user's home.
    """
    recent_paths = stored_accounts.list_seen_folders(
        reader, now_ms - _UNFOLLOWED_MAX_AGE_MS
    )
    return list_unfollowed(config.folders, recent_paths)


def list_unfollowed(
    folders: Sequence[AccountFolder], recent_paths: Iterable[str] = ()
) -> list[str]:
    """Return the paths, and folders in the home, that are not followed."""
    known = {os.path.realpath(folder.path) for folder in folders}
    home = get_home_folder()
    found = []
    for path in (
        *recent_paths,
        *(
            str(path)
            for provider in dict.fromkeys(f.provider for f in folders)
            for path in provider.find_other_folders(home)
        ),
    ):
        real_path = os.path.realpath(path)
        if real_path not in known:
            known.add(real_path)
            found.append(path)
    return found


def _load_named(config: EngineConfig) -> dict[str, str]:
    """Return the accounts of the folders whose own files name one."""
    infos = {
        folder: folder.provider.load_account(folder.path)
        for folder in config.folders
    }
    return {
        str(folder.path): folder.qualify_account(info.account)
        for folder, info in infos.items()
        if info is not None and info.account
    }


def _resolve(
    config: EngineConfig, named: dict[str, str], last_known: dict[str, str]
) -> EngineConfig:
    return config._replace(
        folders=tuple(
            folder._replace(
                account=named.get(str(folder.path))
                or last_known.get(str(folder.path))
                or folder.qualify_account("")
            )
            for folder in config.folders
        ),
    )


def _assign_unowned_usage(
    writer: Writer,
    cached_by_path: dict[str, str],
    resolved: EngineConfig,
) -> None:
    """Attribute usage without an account to the first new account."""
    accounts = {folder.account for folder in resolved.folders}
    assigned: set[str] = set()
    for folder in resolved.folders:
        unowned = folder.qualify_account("")
        if (
            folder.account != unowned
            and unowned not in accounts | assigned
            and cached_by_path.get(str(folder.path), unowned) == unowned
        ):
            assigned.add(unowned)
            stored_accounts.assign_unattributed_usage(
                writer, folder.account, unowned
            )


def _disambiguate_names(accounts: list[Account]) -> list[Account]:
    """Append the folder to names that several accounts share."""
    names = [account.name for account in accounts]
    return [
        account._replace(name=f"{account.name} ({account.path})")
        if names.count(account.name) > 1
        else account
        for account in accounts
    ]


class EngineConfig(NamedTuple):
    """
    Values that the ingest pipeline runs with.

    Attributes:
        folders: The followed folders.
        prices: Determines the cost of records.
        rule: How windows start; None is "auto".
        spool_dir: Directory of the statusline's samples; None without them.
        rescan_interval: Seconds between two full rescans.
        config_error: Problem with the settings, for users; mostly empty.
        folds_worktrees: Whether worktrees are part of their project.
        plan: Plan of all accounts, as "api"; "auto" or empty if unknown.
    """

    folders: tuple[AccountFolder, ...]
    prices: PriceTable
    rule: WindowRule | None = None
    spool_dir: Path | None = None
    rescan_interval: float = 60.0
    config_error: str = ""
    folds_worktrees: bool = True
    plan: str = ""
