"""How commands read the store."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from claude_tray.cli.context import now
from claude_tray.engine.accounts import accounts_of, recalled
from claude_tray.errors import StoreCorruptError, UsageError
from claude_tray.store.connection import explained, open_reader

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from claude_tray.cli.context import Context
    from claude_tray.domain.account import Account
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


def accounts_in(
    reader: Reader,
    arguments: argparse.Namespace,
    context: Context,
) -> list[Account]:
    """
    Return the accounts that are asked for: all, or the one that was named.

    Raises:
        UsageError: There is none of this name.
    """
    accounts = accounts_of(recalled(reader, context.choices()))
    if arguments.profile is None:
        return accounts
    named = [a for a in accounts if a.name == arguments.profile]
    if not named:
        summary = f"There is no profile {arguments.profile!r}."
        names = ", ".join(account.name for account in accounts)
        raise UsageError(summary, hint=f"There are: {names}.")
    return named


@contextmanager
def reading(
    arguments: argparse.Namespace,
    context: Context,
) -> Iterator[Reader]:
    """
    Give a reader of the store, with what is new in it.

    Raises:
        StoreError: The store cannot be used.
    """
    if not arguments.no_refresh or not context.own.store.exists():
        # Late: with --no-refresh nothing of it is needed.
        from claude_tray.cli.refresh import refreshed  # noqa: PLC0415

        refreshed(context)
    store = context.own.store
    try:
        with closing(open_reader(store)) as reader, explained(store):
            yield reader
    except StoreCorruptError as error:
        # Late, like the moment itself.
        from claude_tray.store.repair import (  # noqa: PLC0415
            is_damaged,
            set_aside,
        )

        if not is_damaged(store):
            raise
        aside = set_aside(store, now())
        summary = f"{error.summary} It was set aside as {aside.name}."
        hint = "Ask again: it is read anew from the transcripts."
        raise StoreCorruptError(summary, hint=hint) from error
