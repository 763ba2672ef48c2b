"""`claude-tray`: the tray, or without one a line in the terminal."""

from __future__ import annotations

import argparse
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from claude_tray.cli.autostart import repair_entry
from claude_tray.cli.context import context_of, live_context
from claude_tray.cli.ending import Ending
from claude_tray.cli.forwarding import Forwards
from claude_tray.cli.manners import Manners
from claude_tray.cli.offer import offer_once
from claude_tray.cli.popups import joined
from claude_tray.cli.stage import Stage
from claude_tray.cli.wishes import Wishes
from claude_tray.desktop.autostart.state import FLAG
from claude_tray.desktop.instance import Instance, ask
from claude_tray.desktop.logs import start_logging
from claude_tray.errors import DesktopError
from claude_tray.settings.live import LiveSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claude_tray.app import App
    from claude_tray.cli.context import Context
    from claude_tray.cli.popups import Popups

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
    if arguments.demo:
        # Late: most people have usage of their own.
        from claude_tray.cli.demo import run_demo  # noqa: PLC0415

        return run_demo(context, has_tray=not arguments.no_tray)
    return _run_app(context, arguments)


def _run_app(context: Context, arguments: argparse.Namespace) -> int:
    # Late: the demo follows nothing.
    from claude_tray.app import App, claimed  # noqa: PLC0415

    instance = claimed(Instance(context.own.state))
    if instance is None:
        return _show_first(context, arguments)
    offer_once(context)
    ending = Ending()
    live = LiveSettings(context.own.settings)
    wishes = Wishes(ending, live)
    app = App(context.own, context.choices(live.problem), wishes)
    manners = Manners(app.board, context)
    wishes.join(app, manners)
    popups = joined(arguments, context.own, live, wishes)

    def look() -> Context:
        return live_context(arguments, context.own, live.current)

    forwards = Forwards(app.forwarding, look)
    forwards.choose(context)
    live.tell(lambda _: _choose(look(), live, app, manners, forwards))
    patience = _LOGIN_SECONDS if arguments.autostart else _PANEL_SECONDS
    stage = Stage(app.board, manners.now, ending)
    with _running(app, instance, live, popups):
        stage.run(None if arguments.no_tray else wishes, patience)
    return 0


@contextmanager
def _running(
    app: App,
    instance: Instance,
    live: LiveSettings,
    popups: Popups,
) -> Iterator[None]:
    """Start what runs beside the icon; end it in order."""
    app.start(instance)
    live.start()
    popups.follow(app.board)
    try:
        yield
    finally:
        live.stop()
        app.stop(instance)
        popups.stop()


def _choose(
    chosen: Context,
    live: LiveSettings,
    app: App,
    manners: Manners,
    forwards: Forwards,
) -> None:
    """Let all parts go on by other settings."""
    app.choose(chosen.choices(live.problem))
    manners.choose(chosen)
    forwards.choose(chosen)


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
