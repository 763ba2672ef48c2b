"""Run `claude-tray sync`: send pending usage once, also from a timer."""

from __future__ import annotations

import io
import logging
import sys
import time
from contextlib import closing, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Final

from claude_tray.app.context import AppContext, load_context
from claude_tray.app.refresh import refresh_store
from claude_tray.app.sync_control import load_config_to_send
from claude_tray.cli.shared import add_reading_arguments, print_json
from claude_tray.errors import (
    SettingsError,
    SyncDelayedError,
    SyncError,
    SyncMisconfiguredError,
    SyncRefusedError,
    gettext_noop,
)
from claude_tray.store.connection import (
    Writer,
    open_writer,
    transaction,
    translate_sqlite_errors,
)
from claude_tray.store.outbox import load_destination, retry_quarantined
from claude_tray.sync.client import (
    AlreadyRunningError,
    SyncClient,
    SyncDependencies,
    SyncStats,
    current_time_ms,
)
from claude_tray.sync.retry import remaining_backoff

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from claude_tray.i18n.translator import Translator


# EX_TEMPFAIL, EX_NOPERM and EX_CONFIG of sysexits.h.
_DELAYED: Final = 75
_REFUSED: Final = 77
_MISCONFIGURED: Final = 78
_EXIT_CODES: Final[dict[type[Exception], int]] = {
    SyncDelayedError: _DELAYED,
    SyncRefusedError: _REFUSED,
    SyncMisconfiguredError: _MISCONFIGURED,
    SettingsError: _MISCONFIGURED,
}
# The lines of a run stay English: cron jobs that used agent-sync match them.
# A timer runs the command again within minutes.
_MAX_WAIT_SECONDS: Final = 60.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_reading_arguments(parser)
    modes = parser.add_mutually_exclusive_group()
    modes.add_argument(
        "--status",
        action="store_true",
        help=gettext_noop("show the state of sync; send nothing"),
    )
    modes.add_argument(
        "--dry-run",
        action="store_true",
        help=gettext_noop("print the requests; send nothing"),
    )
    modes.add_argument(
        "--retry-quarantined",
        action="store_true",
        help=gettext_noop("send the messages that the server rejected again"),
    )
    modes.add_argument(
        "--save-token",
        action="store_true",
        help=gettext_noop("prompt for the token, or read it from a pipe"),
    )


def run(arguments: argparse.Namespace) -> int:
    for stream in (sys.stdout, sys.stderr):
        # Print "?" where the encoding lacks the check mark.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    # Errors are printed at the end; keep them off stderr before.
    logging.getLogger("claude_tray").addHandler(logging.NullHandler())
    context = load_context(arguments)
    try:
        return _run_sync(arguments, context)
    except (SyncError, SettingsError) as error:
        return _print_failure(
            error, context.translator, is_json=arguments.json
        )
    except AlreadyRunningError as error:
        text = error.describe(context.translator.catalog.gettext)
        _print_text(text, is_json=arguments.json)
        if arguments.json:
            print_json({"status": "busy", "message": error.summary})
        return 0


def _run_sync(arguments: argparse.Namespace, context: AppContext) -> int:
    if arguments.save_token:
        # Late: it runs once.
        from claude_tray.cli.commands.sync_token import save_token

        return save_token(context)
    is_sending = not (arguments.status or arguments.dry_run)
    if is_sending:
        started_at = datetime.now().astimezone().replace(tzinfo=None)
        stamp = started_at.isoformat(timespec="seconds")
        text = f"[{stamp}] Starting Claude usage sync..."
        _print_text(text, is_json=arguments.json)
    if not arguments.no_refresh or not context.paths.database.exists():
        refresh_store(context)
    store = context.paths.database
    with closing(open_writer(store)) as writer, translate_sqlite_errors(store):
        if is_sending:
            return _send(arguments, context, writer)
        # Late: sending needs no report.
        from claude_tray.cli.commands import sync_report

        report = (
            sync_report.show_sync_status
            if arguments.status
            else sync_report.show_dry_run
        )
        return report(context, writer, is_json=arguments.json)


def _send(
    arguments: argparse.Namespace,
    context: AppContext,
    writer: Writer,
) -> int:
    config = load_config_to_send(context, writer)
    as_of_ms = current_time_ms()

    def run_in_transaction(write: Callable[[Writer], None]) -> None:
        with transaction(writer):
            write(writer)

    if arguments.retry_quarantined:
        with transaction(writer):
            retry_quarantined(writer, config.endpoint.url)
    with _show_progress(is_shown=not arguments.json) as on_progress:
        dependencies = SyncDependencies(
            context.paths.database,
            run_in_transaction,
            lambda: as_of_ms,
            on_progress,
        )
        client = SyncClient(config, dependencies)
        try:
            stats = _sync_with_waits(client, writer)
        finally:
            client.close()
    return _print_success(stats, is_json=arguments.json)


def _sync_with_waits(client: SyncClient, writer: Writer) -> SyncStats:
    """Send; wait for a short backoff and retry."""
    deadline = time.monotonic() + _MAX_WAIT_SECONDS
    # At a terminal, ignore the backoff on the first attempt.
    is_interactive = sys.stdout.isatty()
    while True:
        try:
            return client.sync(is_manual=is_interactive)
        except SyncDelayedError:
            destination = load_destination(writer, client.url)
            seconds = remaining_backoff(
                destination.not_before_ms, current_time_ms()
            )
            if not seconds or time.monotonic() + seconds > deadline:
                raise
            time.sleep(seconds)


def _print_success(stats: SyncStats, *, is_json: bool) -> int:
    projects, sessions = len(stats.projects), len(stats.sessions)
    message = (
        f"Synced {projects} projects, {sessions} sessions,"
        f" {stats.row_count} snapshots"
    )
    if is_json:
        print_json(
            {
                "status": "success",
                "message": message,
                "projects": projects,
                "sessions": sessions,
                "snapshots": stats.row_count,
            },
        )
        return 0
    print(f"\N{CHECK MARK} Sync successful: {message}")
    print(f"  Projects: {projects}")
    print(f"  Sessions: {sessions}")
    print(f"  Snapshots: {stats.row_count}")
    return 0


def _print_failure(
    error: SyncError | SettingsError, translator: Translator, *, is_json: bool
) -> int:
    code = _EXIT_CODES[type(error)]
    if is_json:
        message = error.describe()
        print_json({"status": "error", "message": message, "exit": code})
    text = translator.gettext(
        "Sync failed: {problem}",
        problem=error.describe(translator.catalog.gettext),
    )
    print(f"\N{BALLOT X} {text}", file=sys.stderr)
    return code


def _print_text(text: str, *, is_json: bool) -> None:
    if not is_json:
        print(text, flush=True)


def _ignore_progress(_: SyncStats) -> None:
    """Show nothing."""


@contextmanager
def _show_progress(*, is_shown: bool) -> Iterator[Callable[[SyncStats], None]]:
    """Show a progress bar in a terminal."""
    if not is_shown or not sys.stderr.isatty():
        yield _ignore_progress
        return
    from rich.console import Console
    from rich.progress import Progress

    bar = Progress(console=Console(stderr=True), transient=True)
    task = bar.add_task("Sending", total=None)

    def draw(stats: SyncStats) -> None:
        total = stats.pending + stats.row_count
        bar.start()
        bar.update(task, completed=stats.row_count, total=total, refresh=True)

    try:
        yield draw
    finally:
        bar.stop()
