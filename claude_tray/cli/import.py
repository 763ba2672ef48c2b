"""`claude-tray import`: takes in what another program kept."""  # noqa: N999

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from claude_tray.cli.context import context_of, now, tell
from claude_tray.cli.reading import (
    accounts_in,
    add_profile_argument,
    reading,
)
from claude_tray.cli.show import print_json
from claude_tray.engine.importing import take_in
from claude_tray.engine.settle import settle
from claude_tray.errors import UsageError
from claude_tray.history import own
from claude_tray.history.read import history_in
from claude_tray.store.connection import explained, open_writer
from claude_tray.store.leavings import is_store, rows_left
from claude_tray.wire.export_file import VERSION

if TYPE_CHECKING:
    import argparse

    from claude_tray.cli.context import Context
    from claude_tray.domain.history import History
    from claude_tray.engine.importing import Brought


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        type=Path,
        help="of claude-tray export, ccusage, cc-cockpit or claude-monitor;"
        " or a store that was set aside",
    )
    parser.add_argument("--json", action="store_true", help="for programs")
    add_profile_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    history = _history_in(arguments.file)
    context = context_of(arguments)
    # What can be read is read first: it holds over what is imported.
    arguments.no_refresh = False
    with reading(arguments, context) as reader:
        accounts = accounts_in(reader, arguments, context)
    if len(accounts) > 1 and _is_nobodys(history):
        summary = "Several profiles are followed."
        names = ", ".join(account.name for account in accounts)
        hint = f"Say whose it is with --profile: {names}."
        raise UsageError(summary, hint=hint)
    brought = _taken_in(context, history, accounts[0].key)
    if arguments.json:
        print_json({"source": history.source, **brought._asdict()})
    else:
        _print(history.source, brought)
    return 0


def _history_in(path: Path) -> History:
    try:
        if not is_store(path):
            return history_in(path)
    except OSError as error:
        summary = f"{path} cannot be read: {error.strerror}."
        raise UsageError(summary) from error
    rows, lost = rows_left(path)
    found = own.read({"version": VERSION, "records": rows})
    harmed = (("damaged", lost),) * bool(lost)
    return found._replace(left_out=(*found.left_out, *harmed))


def _is_nobodys(history: History) -> bool:
    """Tell whether a file does not say whose anything in it is."""
    told = [reply.account for reply in history.replies]
    return None in told or any(one.account is None for one in history.sums)


def _taken_in(context: Context, history: History, account: str) -> Brought:
    choices, store = context.choices(), context.own.store
    with closing(open_writer(store)) as writer, explained(store):
        brought = take_in(writer, history, account, choices.prices)
        now_ms = int(now().timestamp() * 1000)
        for _ in settle(writer, choices, now_ms):
            pass
    return brought


def _print(source: str, brought: Brought) -> None:
    print(  # noqa: T201
        f"Imported from {source}: {brought.added} replies"
        f" ({brought.updated} known better now, {brought.known} known"
        f" already), sums of {brought.days} days.",
    )
    for reason, count in brought.left_out.items():
        tell(f"Left out {count}: {reason}.")
