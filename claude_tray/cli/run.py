"""`claude-tray`: the tray, or without one a line in the terminal."""

from __future__ import annotations

import argparse
import logging
import signal
import threading
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.cli.autostart import repair_entry
from claude_tray.cli.context import context_of, live_context, tell
from claude_tray.cli.live import show_in_terminal
from claude_tray.cli.offer import offer_once
from claude_tray.desktop.autostart.state import FLAG
from claude_tray.desktop.instance import Instance, ask
from claude_tray.desktop.logs import start_logging
from claude_tray.errors import DesktopError, NoTrayError
from claude_tray.settings.live import LiveSettings
from claude_tray.tray.action import Action, Wish
from claude_tray.tray.choice import shells
from claude_tray.tray.follow import follow

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.cli.context import Context
    from claude_tray.engine.board import Board
    from claude_tray.tray.action import Anchor
    from claude_tray.tray.shell import Shell

_log = logging.getLogger(__name__)

_PANEL_SECONDS: Final = 10.0
# At login the panel may be the last thing to start.
_LOGIN_SECONDS: Final = 120.0
_ASK_SECONDS: Final = 5.0


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
        FLAG,
        action="store_true",
        help=argparse.SUPPRESS,
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
    with suppress(OSError):
        # Whoever cannot write a log is told so by what follows.
        start_logging(context.own.log)
    if arguments.autostart:
        repair_entry()
    ending = Ending()
    looks = _looks(context, arguments)
    if arguments.demo:
        return _run_demo(looks, ending, has_tray=not arguments.no_tray)
    return _run_app(context, arguments, ending, looks)


def _run_app(
    context: Context,
    arguments: argparse.Namespace,
    ending: Ending,
    looks: Looks,
) -> int:
    # Late: the demo follows nothing.
    from claude_tray.app import App, claimed  # noqa: PLC0415

    instance = claimed(Instance(context.own.state))
    if instance is None:
        return _show_first(context, arguments)
    offer_once(context)

    def do(wish: Wish) -> None:
        if wish.action is Action.QUIT:
            ending.ask()
        elif wish.action is Action.REFRESH:
            app.refresh()
        else:
            _open_popup(wish.anchor)

    live = LiveSettings(context.own.settings)
    app = App(context.own, context.choices(live.problem), do)
    live.tell(
        lambda settings: app.choose(
            live_context(arguments, context.own, settings).choices(
                live.problem,
            ),
        ),
    )
    app.start(instance)
    live.start()
    try:
        if arguments.no_tray or not _in_a_tray(app.board, do, ending, looks):
            show_in_terminal(app.board, ending.is_asked)
    finally:
        live.stop()
        app.stop(instance)
    return 0


class Looks(NamedTuple):
    """
    How the icon is shown.

    Attributes:
        panel: What it is drawn for.
        patience: How many seconds a panel may take to appear.
    """

    panel: str
    patience: float


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


def _show_first(context: Context, arguments: argparse.Namespace) -> int:
    """Let the tray that runs show its popup; at login nothing is to be."""
    if arguments.autostart or arguments.no_tray:
        return 0
    if ask(context.own.state, "show", _ASK_SECONDS) is None:
        summary = "claude-tray runs already, but does not answer."
        raise DesktopError(summary, hint="End it with `claude-tray --quit`.")
    return 0


def _open_popup(anchor: Anchor | None) -> None:
    _log.info("The popup was asked for anchor=%s", anchor)


def _looks(context: Context, arguments: argparse.Namespace) -> Looks:
    panel = context.settings.icon_panel
    return Looks(
        "tile" if panel == "auto" else panel,
        _LOGIN_SECONDS if arguments.autostart else _PANEL_SECONDS,
    )


def _run_demo(looks: Looks, ending: Ending, *, has_tray: bool) -> int:
    from claude_tray.engine.board import Board  # noqa: PLC0415
    from claude_tray.tray.demo import demo_snapshot  # noqa: PLC0415

    board = Board()
    board.post(demo_snapshot(datetime.now(UTC)))

    def do(wish: Wish) -> None:
        if wish.action is Action.QUIT:
            ending.ask()

    try:
        if not has_tray or not _in_a_tray(board, do, ending, looks):
            show_in_terminal(board, ending.is_asked)
    finally:
        board.end()
    return 0


def _in_a_tray(
    board: Board,
    do: Callable[[Wish], None],
    ending: Ending,
    looks: Looks,
) -> bool:
    """Show the icon until the end; False where no tray takes it."""
    reason = ""
    try:
        for shell in shells(do, looks.panel, looks.patience):
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
