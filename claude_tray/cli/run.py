"""`claude-tray`: the tray, or without one a line in the terminal."""

from __future__ import annotations

import signal
import sys
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from claude_tray.cli.context import context_of, tell
from claude_tray.desktop.instance import Instance, ask
from claude_tray.desktop.logs import start_logging
from claude_tray.errors import DesktopError, NoTrayError
from claude_tray.tray.choice import shells
from claude_tray.tray.follow import follow
from claude_tray.tray.view import Action, lines_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from claude_tray.app import App
    from claude_tray.cli.context import Context
    from claude_tray.engine.board import Board
    from claude_tray.tray.shell import Shell
    from claude_tray.tray.view import TrayView

_ASK_SECONDS: Final = 5.0
_MINUTE: Final = 60.0
_CLEAR_LINE: Final = "\r\x1b[K"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--no-tray",
        action="store_true",
        help="follow and count without an icon",
    )
    parser.add_argument(
        "--demo",
        action="store_true",
        help="show made-up usage, labelled as that",
    )
    parser.add_argument(
        "--quit",
        action="store_true",
        help="end the tray that runs",
    )


def run(arguments: argparse.Namespace) -> int:
    context = context_of(arguments)
    if arguments.quit:
        return _quit(context)
    start_logging(context.own.log)
    ending = Ending()
    if arguments.demo:
        return _run_demo(context, ending, has_tray=not arguments.no_tray)
    # Late: the demo follows nothing.
    from claude_tray.app import App, claimed  # noqa: PLC0415

    instance = claimed(Instance(context.own.state))
    app = App(context.own, context.choices(), ending.ask)
    app.start(instance)
    try:
        _show(app.board, _doer(app, ending), ending, context, arguments)
    finally:
        app.stop(instance)
    return 0


class Ending:
    """The wish to end, from the menu, a signal or another process."""

    def __init__(self) -> None:
        self.is_asked = threading.Event()
        self._stop: Callable[[], None] = lambda: None
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.ask())

    def ask(self) -> None:
        self.is_asked.set()
        self._stop()

    def stops(self, shell: Shell) -> None:
        """Let the wish stop a shell; at once if it was uttered before."""
        self._stop = shell.stop
        if self.is_asked.is_set():
            shell.stop()


def _quit(context: Context) -> int:
    if ask(context.own.state, "quit", _ASK_SECONDS) is None:
        summary = "No tray runs."
        raise DesktopError(summary)
    return 0


def _doer(app: App, ending: Ending) -> Callable[[Action], None]:
    def do(action: Action) -> None:
        if action is Action.QUIT:
            ending.ask()
        else:
            app.refresh()

    return do


def _run_demo(context: Context, ending: Ending, *, has_tray: bool) -> int:
    from claude_tray.engine.board import Board  # noqa: PLC0415
    from claude_tray.tray.demo import demo_snapshot  # noqa: PLC0415

    board = Board()
    board.post(demo_snapshot(datetime.now(UTC)))
    panel = context.settings.icon_panel

    def do(action: Action) -> None:
        if action is Action.QUIT:
            ending.ask()

    try:
        if not has_tray or not _in_a_tray(board, do, ending, panel):
            _in_the_terminal(board, ending)
    finally:
        board.end()
    return 0


def _show(
    board: Board,
    do: Callable[[Action], None],
    ending: Ending,
    context: Context,
    arguments: argparse.Namespace,
) -> None:
    panel = context.settings.icon_panel
    is_shown = not arguments.no_tray and _in_a_tray(board, do, ending, panel)
    if not is_shown and not ending.is_asked.is_set():
        _in_the_terminal(board, ending)


def _in_a_tray(
    board: Board,
    do: Callable[[Action], None],
    ending: Ending,
    panel: str,
) -> bool:
    """Show the icon until the end; False where no tray takes it."""
    reason = ""
    try:
        for shell in shells(do, "tile" if panel == "auto" else panel):
            try:
                _run_shell(shell, board, ending)
            except NoTrayError as error:
                reason = error.summary
            else:
                return True
    except NoTrayError as error:
        reason = error.summary
    tell(f"{reason} Going on in the terminal; Ctrl+C ends it.")
    return False


def _run_shell(shell: Shell, board: Board, ending: Ending) -> None:
    follower = threading.Thread(
        target=follow,
        args=(board, shell.show),
        name="follow",
    )
    ending.stops(shell)
    try:
        shell.run(follower.start)
    finally:
        if follower.is_alive():
            board.end()
            follower.join()


def _in_the_terminal(board: Board, ending: Ending) -> None:
    """Show one live line where a person looks, else one for each change."""
    is_live = sys.stdout.isatty()
    printed: list[str] = []

    def show(_: TrayView) -> None:
        nonlocal printed
        snapshot = board.newest()
        if snapshot is None:
            return
        lines = lines_of(snapshot, datetime.now(UTC))
        if is_live:
            text = f"{_CLEAR_LINE}{' | '.join(lines)}"
            print(text, end="", flush=True)  # noqa: T201
        elif lines[1:] != printed:
            printed = lines[1:]
            print(" | ".join(lines), flush=True)  # noqa: T201

    follower = threading.Thread(
        target=follow,
        args=(board, show),
        name="follow",
    )
    follower.start()
    while not ending.is_asked.wait(_MINUTE):
        pass
    board.end()
    follower.join()
    if is_live:
        print()  # noqa: T201
