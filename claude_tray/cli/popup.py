"""`claude-tray popup`: the popup, or the same as a web page."""

from __future__ import annotations

import argparse
import threading
from typing import TYPE_CHECKING, Final

from claude_tray.cli.autostart import switch
from claude_tray.cli.context import context_of, now, tell
from claude_tray.cli.popups import Popups, show_of
from claude_tray.cli.refresh import refreshed
from claude_tray.desktop.instance import ask
from claude_tray.popup.browser import write_page
from claude_tray.popup.current import view_from
from claude_tray.popup.source import Source

if TYPE_CHECKING:
    from claude_tray.cli.context import Context
    from claude_tray.popup.order import Ask

_ASK_SECONDS: Final = 5.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--html",
        action="store_true",
        help="write it as a web page, open that and print its path",
    )
    parser.add_argument(
        "--no-browser",
        action="store_true",
        help="with --html: do not open it",
    )
    parser.add_argument(
        "--process",
        action="store_true",
        help=argparse.SUPPRESS,
    )


def run(arguments: argparse.Namespace) -> int:
    if arguments.process:
        # Late: it is another program, so to say.
        from claude_tray.popup.__main__ import main  # noqa: PLC0415

        return main()
    context = context_of(arguments)
    if arguments.html:
        return _page(context, is_opened=not arguments.no_browser)
    if ask(context.own.state, "show", _ASK_SECONDS) is not None:
        return 0
    refreshed(context)
    return _window(context)


def _page(context: Context, *, is_opened: bool) -> int:
    refreshed(context)
    source = Source(show_of(context, "popup"))
    try:
        view = view_from(source, context.tongue, now())
    finally:
        source.close()
    path = write_page(view, context.tongue, context.own.state)
    print(path)  # noqa: T201
    if is_opened:
        import webbrowser  # noqa: PLC0415

        webbrowser.open(path.absolute().as_uri())
    return 0


def _window(context: Context) -> int:
    """Show the popup by itself until it is closed."""
    is_over = threading.Event()

    def do(wish: Ask) -> None:
        if wish.action == "refresh":
            refreshed(context)
        elif wish.action == "notify":
            print(wish.text)  # noqa: T201
        elif wish.action in ("login-on", "login-off"):
            switch(is_on=wish.action == "login-on")
        elif wish.action in ("gone", "quit"):
            is_over.set()

    popups = Popups(lambda: context, do)
    popups.open()
    try:
        is_over.wait()
    except KeyboardInterrupt:
        tell("Closed.")
    finally:
        popups.stop()
    return 0
