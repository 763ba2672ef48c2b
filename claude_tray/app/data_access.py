"""How commands read the store."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from claude_tray.app.context import utc_now
from claude_tray.errors import StoreCorruptError, UsageError
from claude_tray.ingest.accounts import cached_accounts, list_accounts
from claude_tray.store.connection import open_reader, translate_sqlite_errors

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from claude_tray.app.context import AppContext
    from claude_tray.core.accounts import Account
    from claude_tray.store.connection import Reader


def add_reading_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of a command that reads the store."""
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument(
        "--no-refresh",
        action="store_true",
        help="show what was read before, without looking for more",
    )


def add_profile_argument(parser: argparse.ArgumentParser) -> None:
    """Add the option of a command that tells accounts apart."""
    parser.add_argument(
        "--profile",
        metavar="NAME",
        help="only the account of this name",
    )


def select_accounts(
    reader: Reader,
    arguments: argparse.Namespace,
    context: AppContext,
) -> list[Account]:
    """
    Return the accounts that are asked for: all, or the one that was named.

    Raises:
        UsageError: There is none of this name.
    """
    accounts = list_accounts(cached_accounts(reader, context.engine_config()))
    if arguments.profile is None:
        return accounts
    matching = [a for a in accounts if a.name == arguments.profile]
    if not matching:
        summary = f"There is no profile {arguments.profile!r}."
        names = ", ".join(account.name for account in accounts)
        raise UsageError(summary, hint=f"There are: {names}.")
    return matching


@contextmanager
def open_for_reading(
    arguments: argparse.Namespace,
    context: AppContext,
) -> Iterator[Reader]:
    """
    Give a reader of the store, with what is new in it.

    Raises:
        StoreError: The store cannot be used.
    """
    if not arguments.no_refresh or not context.paths.database.exists():
        # Late: with --no-refresh nothing of it is needed.
        from claude_tray.app.refresh import refresh_store

        refresh_store(context)
    store = context.paths.database
    try:
        with (
            closing(open_reader(store)) as reader,
            translate_sqlite_errors(store),
        ):
            yield reader
    except StoreCorruptError as error:
        # Late, like the moment itself.
        from claude_tray.store.integrity import (
            is_damaged,
            move_corrupt_database,
        )

        if not is_damaged(store):
            raise
        corrupt_copy = move_corrupt_database(store, utc_now())
        summary = f"{error.summary} It was moved to {corrupt_copy.name}."
        hint = "Run the command again to rebuild it from the transcripts."
        raise StoreCorruptError(summary, hint=hint) from error
