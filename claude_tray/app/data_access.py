"""Open the store for commands that read it."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from claude_tray.app.context import AppContext, utc_now
from claude_tray.errors import StoreCorruptError, UsageError, gettext_noop
from claude_tray.ingest.config import cached_accounts, list_accounts
from claude_tray.store.connection import (
    Reader,
    open_reader,
    translate_sqlite_errors,
)

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator

    from claude_tray.core.accounts import Account
    from claude_tray.ingest.config import EngineConfig


def select_accounts(
    reader: Reader,
    arguments: argparse.Namespace,
    context: AppContext,
) -> list[Account]:
    """
    Return the account that `--profile` names, or all accounts.

    Raises:
        UsageError: No account has this name.
    """
    config = cached_accounts(reader, context.engine_config())
    return filter_accounts(config, arguments)


def filter_accounts(
    config: EngineConfig, arguments: argparse.Namespace
) -> list[Account]:
    """Do the same with a config whose accounts are known."""
    accounts = list_accounts(config)
    if arguments.profile is None:
        return accounts
    matching = [a for a in accounts if a.name == arguments.profile]
    if not matching:
        raise unknown_account_error(
            arguments.profile, [account.name for account in accounts]
        )
    return matching


def unknown_account_error(name: str, names: Iterable[str]) -> UsageError:
    """Build an error that lists the known accounts."""
    return UsageError(
        gettext_noop("There is no account “{name}”."),
        hint=gettext_noop("Accounts: {names}."),
        name=name,
        names=", ".join(names),
    )


@contextmanager
def open_for_reading(
    arguments: argparse.Namespace,
    context: AppContext,
) -> Iterator[Reader]:
    """
    Read new transcripts, unless `--no-refresh` is given, and open the store.

    `arguments.refreshed` is then the result of reading them.

    Raises:
        StoreError: The store cannot be used.
    """
    if not arguments.no_refresh or not context.paths.database.exists():
        # Late: --no-refresh needs none of it.
        from claude_tray.app.refresh import refresh_store

        arguments.refreshed = refresh_store(context)
    store = context.paths.database
    try:
        with (
            closing(open_reader(store)) as reader,
            translate_sqlite_errors(store),
        ):
            yield reader
    except StoreCorruptError as error:
        # Late: databases are rarely damaged.
        from claude_tray.store.integrity import (
            is_damaged,
            move_corrupt_database,
        )

        if not is_damaged(store):
            raise
        corrupt_copy = move_corrupt_database(store, utc_now())
        raise StoreCorruptError(
            gettext_noop("The store was damaged and moved to {name}."),
            hint=gettext_noop(
                "Run the command again: the store is rebuilt from the"
                " transcripts."
            ),
            name=corrupt_copy.name,
        ) from error
