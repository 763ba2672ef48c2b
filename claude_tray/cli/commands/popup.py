"""Run `claude-tray popup`: open the popup, or write it as a web page."""

from __future__ import annotations

import argparse
import threading

from claude_tray.app.context import (
    AppContext,
    load_context,
    print_message,
    utc_now,
)
from claude_tray.app.instance_client import request_popup
from claude_tray.app.refresh import refresh_store
from claude_tray.app.windows import WindowManager, build_show_command
from claude_tray.errors import gettext_noop
from claude_tray.platform.autostart_service import set_autostart
from claude_tray.ui.popup.compose import load_view
from claude_tray.ui.popup.data import StoreSource
from claude_tray.ui.popup.html import write_page
from claude_tray.ui.toolkit.messages import ActionKind, UserAction


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--html",
        action="store_true",
        help=gettext_noop("write a web page, open it and print its path"),
    )
    parser.add_argument(
        "--no-browser",
        action="store_true",
        help=gettext_noop("with --html: do not open the page"),
    )
    parser.add_argument(
        "--process",
        action="store_true",
        help=argparse.SUPPRESS,
    )


def run(arguments: argparse.Namespace) -> int:
    if arguments.process:
        # Late: the process of a window needs nothing else of this module.
        from claude_tray.ui.__main__ import main

        return main()
    context = load_context(arguments)
    if arguments.html:
        return _export_page(context, opens_browser=not arguments.no_browser)
    if request_popup(context.paths.state_folder):
        return 0
    refresh_store(context)
    return _run_window(context)


def _export_page(context: AppContext, *, opens_browser: bool) -> int:
    refresh_store(context)
    source = StoreSource(build_show_command(context, "popup"))
    try:
        view = load_view(source, context.translator, utc_now())
    finally:
        source.close()
    path = write_page(view, context.translator, context.paths.state_folder)
    print(path)
    if opens_browser:
        import webbrowser

        webbrowser.open(path.absolute().as_uri())
    return 0


def _run_window(context: AppContext) -> int:
    """Show the popup without a tray until it is closed."""
    closed = threading.Event()

    def on_action(action: UserAction) -> None:
        if action.kind is ActionKind.REFRESH:
            refresh_store(context)
        elif action.kind is ActionKind.NOTIFY and action.notification:
            print("\n".join(filter(None, action.notification)))
        elif action.kind is ActionKind.ENABLE_AUTOSTART:
            set_autostart(is_on=True)
        elif action.kind is ActionKind.DISABLE_AUTOSTART:
            set_autostart(is_on=False)
        elif action.kind is ActionKind.QUIT:
            closed.set()
        else:
            windows.open_for_action(action)

    windows = WindowManager(lambda: context, on_action, closed.set)
    windows.open_popup()
    try:
        closed.wait()
    except KeyboardInterrupt:
        print_message(context.translator.gettext("Closed."))
    finally:
        has_failed = windows.has_failed
        windows.stop()
    return int(has_failed)
