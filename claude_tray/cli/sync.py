"""`claude-tray sync`: sends what is due, once; for cron and timers, too."""

from __future__ import annotations

import io
import logging
import sys
import time
from contextlib import closing, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Final

from claude_tray.cli.context import context_of
from claude_tray.cli.forwarding import plan_in
from claude_tray.cli.refresh import refreshed
from claude_tray.cli.show import print_json
from claude_tray.errors import (
    SettingsError,
    SyncDelayedError,
    SyncError,
    SyncMisconfiguredError,
    SyncRefusedError,
)
from claude_tray.store import destinations
from claude_tray.store.connection import explained, open_writer, transaction
from claude_tray.sync.dispatch import BusyError, Dispatch, Means, now_ms
from claude_tray.sync.patience import still_to_wait

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from claude_tray.cli.context import Context
    from claude_tray.store.connection import Writer
    from claude_tray.sync.work import Tally

# As sysexits.h has them: EX_TEMPFAIL, EX_NOPERM, EX_CONFIG.
_DELAYED: Final = 75
_REFUSED: Final = 77
_MISCONFIGURED: Final = 78
_EXITS: Final[dict[type[Exception], int]] = {
    SyncDelayedError: _DELAYED,
    SyncRefusedError: _REFUSED,
    SyncMisconfiguredError: _MISCONFIGURED,
    SettingsError: _MISCONFIGURED,
}
# Whoever comes again every five minutes need not wait for long.
_PATIENCE_SECONDS: Final = 60.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument(
        "--no-refresh",
        action="store_true",
        help="send what was read before, without looking for more",
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--status",
        action="store_true",
        help="how forwarding stands; nothing is sent",
    )
    what.add_argument(
        "--dry-run",
        action="store_true",
        help="what would be sent, and to where; nothing is sent",
    )
    what.add_argument(
        "--retry-quarantined",
        action="store_true",
        help="send once more what the server would not take",
    )
    what.add_argument(
        "--save-token",
        action="store_true",
        help="ask for the token, or read it from a pipe, and keep it",
    )


def run(arguments: argparse.Namespace) -> int:
    for stream in (sys.stdout, sys.stderr):
        # A terminal without a check mark is no reason to fail.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    # What is logged is said in the end.
    logging.getLogger("claude_tray").addHandler(logging.NullHandler())
    context = context_of(arguments)
    try:
        return _run(arguments, context)
    except (SyncError, SettingsError) as error:
        return _failed(error, is_json=arguments.json)
    except BusyError as error:
        _say(f"{error.summary}", is_json=arguments.json)
        if arguments.json:
            print_json({"status": "busy", "message": error.summary})
        return 0


def _run(arguments: argparse.Namespace, context: Context) -> int:
    if arguments.save_token:
        # Late: for once in a lifetime.
        from claude_tray.cli.sync_token import save_token  # noqa: PLC0415

        return save_token(context)
    is_sending = not (arguments.status or arguments.dry_run)
    if is_sending:
        moment = datetime.now().astimezone().replace(tzinfo=None)
        stamp = moment.isoformat(timespec="seconds")
        text = f"[{stamp}] Starting Claude usage sync..."
        _say(text, is_json=arguments.json)
    if not arguments.no_refresh or not context.own.store.exists():
        refreshed(context)
    store = context.own.store
    with closing(open_writer(store)) as writer, explained(store):
        if is_sending:
            return _send(arguments, context, writer)
        # Late: who sends shows nothing.
        from claude_tray.cli import sync_show  # noqa: PLC0415

        show = sync_show.status if arguments.status else sync_show.dry_run
        return show(context, writer, is_json=arguments.json)


def _send(
    arguments: argparse.Namespace,
    context: Context,
    writer: Writer,
) -> int:
    plan = plan_in(context, writer)
    as_of = now_ms()

    def keep(work: Callable[[Writer], None]) -> None:
        with transaction(writer):
            work(writer)

    if arguments.retry_quarantined:
        keep(lambda writer: _take_up(writer, plan.address.url))
    with _progress(is_shown=not arguments.json) as told:
        means = Means(context.own.store, keep, lambda: as_of, told)
        dispatch = Dispatch(plan, means)
        try:
            tally = _patiently(dispatch, writer)
        finally:
            dispatch.close()
    return _sent(tally, is_json=arguments.json)


def _take_up(writer: Writer, url: str) -> None:
    destinations.take_up(writer, url)


def _patiently(dispatch: Dispatch, writer: Writer) -> Tally:
    """Send; what is over soon is waited for."""
    end = time.monotonic() + _PATIENCE_SECONDS
    # Who sits at a terminal has looked at what was wrong.
    is_asked = sys.stdout.isatty()
    while True:
        try:
            return dispatch.ship(is_asked=is_asked)
        except SyncDelayedError:
            known = destinations.find(writer, dispatch.url)
            wait = still_to_wait(known.not_before_ms, now_ms())
            if not wait or time.monotonic() + wait > end:
                raise
            time.sleep(wait)


def _sent(tally: Tally, *, is_json: bool) -> int:
    projects, sessions = len(tally.projects), len(tally.sessions)
    message = (
        f"Synced {projects} projects, {sessions} sessions,"
        f" {tally.snapshots} snapshots"
    )
    if is_json:
        print_json(
            {
                "status": "success",
                "message": message,
                "projects": projects,
                "sessions": sessions,
                "snapshots": tally.snapshots,
            },
        )
        return 0
    print(f"\N{CHECK MARK} Sync successful: {message}")  # noqa: T201
    print(f"  Projects: {projects}")  # noqa: T201
    print(f"  Sessions: {sessions}")  # noqa: T201
    print(f"  Snapshots: {tally.snapshots}")  # noqa: T201
    return 0


def _failed(error: SyncError | SettingsError, *, is_json: bool) -> int:
    code = _EXITS[type(error)]
    text = f"{error.summary} {error.hint}".strip()
    if is_json:
        print_json({"status": "error", "message": text, "exit": code})
    print(f"\N{BALLOT X} Sync failed: {text}", file=sys.stderr)  # noqa: T201
    return code


def _say(text: str, *, is_json: bool) -> None:
    if not is_json:
        print(text, flush=True)  # noqa: T201


def _quiet(_: Tally) -> None:
    """Nobody looks."""


@contextmanager
def _progress(*, is_shown: bool) -> Iterator[Callable[[Tally], None]]:
    """Give what draws a bar, where a person looks."""
    if not is_shown or not sys.stderr.isatty():
        yield _quiet
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress  # noqa: PLC0415

    bar = Progress(console=Console(stderr=True), transient=True)
    task = bar.add_task("Sending", total=None)

    def draw(tally: Tally) -> None:
        whole = tally.waiting + tally.snapshots
        bar.start()
        bar.update(task, completed=tally.snapshots, total=whole, refresh=True)

    try:
        yield draw
    finally:
        bar.stop()
