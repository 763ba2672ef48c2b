"""Whose the followed folders are."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from claude_tray.domain.account import Account
from claude_tray.store import folders as known_folders
from claude_tray.store.connection import transaction
from claude_tray.transcripts.account import owner_of

if TYPE_CHECKING:
    from claude_tray.engine.choices import Choices, Folder
    from claude_tray.store.connection import Reader, Writer

# A folder that nothing was heard of for so long is no longer offered.
_OFFERED_MS: Final = 30 * 86_400_000


def identified(writer: Writer, choices: Choices) -> Choices:
    """
    Return the choices with each folder's account, and remember it.

    A file that cannot be read just now leaves the account as it was known.
    Where somebody signs in for the first time, what was read before is
    theirs.
    """
    known = known_folders.accounts(writer)
    found = {str(f.path): _account(f, known) for f in choices.folders}
    if any(known.get(path) != account for path, account in found.items()):
        with transaction(writer):
            _adopt(writer, known, found)
            known_folders.remember(writer, found)
    return _with(choices, found)


def recalled(reader: Reader | Writer, choices: Choices) -> Choices:
    """Return the choices with each folder's account as it was last known."""
    return _with(choices, known_folders.accounts(reader))


def signed_in(choices: Choices) -> Choices:
    """Return the choices with each folder's account as its file tells it."""
    return _with(
        choices, {str(f.path): _account(f, {}) for f in choices.folders}
    )


def accounts_of(choices: Choices) -> list[Account]:
    """Return the accounts whose folders are followed, each once."""
    accounts: dict[str, Account] = {}
    for folder in choices.folders:
        accounts.setdefault(
            folder.account,
            Account(
                folder.account,
                folder.name,
                str(folder.path),
                choices.rule,
            ),
        )
    return _named_apart(list(accounts.values()))


def offered(
    reader: Reader | Writer, choices: Choices, now_ms: int
) -> list[str]:
    """Return the folders that sessions run in and nobody follows."""
    followed = {os.path.realpath(folder.path) for folder in choices.folders}
    heard = known_folders.heard(reader, now_ms - _OFFERED_MS)
    return [path for path in heard if path not in followed]


def _account(folder: Folder, known: dict[str, str]) -> str:
    owner = owner_of(folder.path)
    return known.get(str(folder.path), "") if owner is None else owner.account


def _adopt(
    writer: Writer,
    known: dict[str, str],
    found: dict[str, str],
) -> None:
    new = [
        account
        for path, account in found.items()
        if account and not known.get(path)
    ]
    if new and "" not in found.values():
        known_folders.adopt(writer, new[0])


def _with(choices: Choices, owners: dict[str, str]) -> Choices:
    return choices._replace(
        folders=tuple(
            folder._replace(account=owners.get(str(folder.path), ""))
            for folder in choices.folders
        ),
    )


def _named_apart(accounts: list[Account]) -> list[Account]:
    """Let a name that two accounts share be followed by the folder."""
    names = [account.name for account in accounts]
    return [
        account._replace(name=f"{account.name} ({account.path})")
        if names.count(account.name) > 1
        else account
        for account in accounts
    ]
