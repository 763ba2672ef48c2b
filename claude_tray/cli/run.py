"""`claude-tray`: the tray, or without one a line in the terminal."""

from __future__ import annotations

import argparse
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from claude_tray.cli.context import context_of
from claude_tray.desktop.autostart.state import FLAG
from claude_tray.desktop.foreground import let_others_come_forward
from claude_tray.desktop.instance import (
    Instance,
    ask,
    ask_soon,
    wait_for_the_end,
)
from claude_tray.desktop.logs import start_logging
from claude_tray.errors import DesktopError

if TYPE_CHECKING:
    from claude_tray.cli.context import Context

_PANEL_SECONDS: Final = 10.0
# At login the panel may be the last thing to start.
_LOGIN_SECONDS: Final = 120.0
_ASK_SECONDS: Final = 5.0
_END_SECONDS: Final = 10.0


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
        # Late, as all that the first reading can do without.
        from claude_tray.cli.autostart import repair_entry  # noqa: PLC0415

        repair_entry()
    if arguments.demo:
        # Late: most people have usage of their own.
        from claude_tray.cli.demo import run_demo  # noqa: PLC0415

        return run_demo(context, has_tray=not arguments.no_tray)
    return _run_app(context, arguments)


def _run_app(context: Context, arguments: argparse.Namespace) -> int:
    instance = Instance(context.own.state)
    if not instance.claim():
        return _show_first(context, arguments)
    # Late: the demo follows nothing, nor does a second start.
    from claude_tray.cli.parts import Parts  # noqa: PLC0415

    if sys.stderr.isatty():
        # Late: at login nobody reads it.
        from claude_tray.cli.offer import offer_once  # noqa: PLC0415

        offer_once(context)
    Parts(context, arguments).run(
        instance,
        has_tray=not arguments.no_tray,
        patience=_LOGIN_SECONDS if arguments.autostart else _PANEL_SECONDS,
    )
    return 0


def _quit(context: Context) -> int:
    if ask(context.own.state, "quit", _ASK_SECONDS) is None:
        summary = "No tray runs."
        raise DesktopError(summary)
    # Whoever puts another version in its place relies on it.
    if not wait_for_the_end(context.own.state, _END_SECONDS):
        summary = "The tray was asked to end and still runs."
        raise DesktopError(summary)
    return 0


def _show_first(context: Context, arguments: argparse.Namespace) -> int:
    """Let the tray that runs show its popup; at login nothing is to be."""
    if arguments.autostart or arguments.no_tray:
        return 0
    let_others_come_forward()
    if ask_soon(context.own.state, "show", _ASK_SECONDS) is None:
        summary = "claude-tray runs already, but does not answer."
        raise DesktopError(summary, hint="End it with `claude-tray --quit`.")
    return 0
