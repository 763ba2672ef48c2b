"""Run `claude-tray popup`: open the popup, or save the dashboard."""

from __future__ import annotations

import argparse
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

from claude_tray.app.context import (
    AppContext,
    load_context,
    print_message,
)
from claude_tray.app.instance_client import request_popup, request_popup_toggle
from claude_tray.app.refresh import refresh_store
from claude_tray.app.windows import WindowManager
from claude_tray.errors import ClaudeTrayError, gettext_noop
from claude_tray.platform.autostart_service import set_autostart
from claude_tray.platform.system import current_system
from claude_tray.ui.toolkit.messages import ActionKind, UserAction

if TYPE_CHECKING:
    from collections.abc import Callable


_SAVED_PAGE: Final = "popup.html"
_PRIVATE: Final = 0o600


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--html",
        nargs="?",
        const="",
        metavar="FILE",
        help=gettext_noop("save the dashboard as one file and open it"),
    )
    parser.add_argument(
        "--no-browser",
        action="store_true",
        help=gettext_noop("with --html: do not open the page"),
    )
    parser.add_argument(
        "--toggle",
        action="store_true",
        help=gettext_noop("close the popup if it is open, for a shortcut"),
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
    if arguments.html is not None:
        return _save_page(
            context, arguments.html, opens_browser=not arguments.no_browser
        )
    current_system().allow_foreground_windows()
    request = request_popup_toggle if arguments.toggle else request_popup
    if request(context.paths.state_folder):
        return 0
    refresh_store(context)
    return _run_window(context)


def _save_page(context: AppContext, file: str, *, opens_browser: bool) -> int:
    """Save the overview to a file; "" is one in the folder of the state."""
    # Late: the popup needs none of it.
    from claude_tray.local_page.saved_page import render_saved_overview
    from claude_tray.platform.atomic_write import write_atomically

    refreshed = refresh_store(context)
    path = Path(file) if file else context.paths.state_folder / _SAVED_PAGE
    html = render_saved_overview(context)
    write_atomically(path, html.encode(), _PRIVATE)
    print(path)
    if opens_browser:
        import webbrowser

        webbrowser.open(path.absolute().as_uri())
    return int(not refreshed.is_stored)


def _run_window(context: AppContext) -> int:
    """Show the popup without a tray until it is closed."""
    closed = threading.Event()
    handlers: dict[ActionKind, Callable[[UserAction], object]] = {
        ActionKind.REFRESH: lambda _: refresh_store(context),
        ActionKind.NOTIFY: lambda action: print(
            "\n".join(filter(None, action.notification or ()))
        ),
        ActionKind.ENABLE_AUTOSTART: lambda _: set_autostart(is_on=True),
        ActionKind.DISABLE_AUTOSTART: lambda _: set_autostart(is_on=False),
        ActionKind.QUIT: lambda _: closed.set(),
    }

    def on_action(action: UserAction) -> None:
        handle = handlers.get(action.kind, windows.open_for_action)
        try:
            handle(action)
        except ClaudeTrayError as error:
            translate = context.translator.catalog.gettext
            print_message(error.describe(translate))

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
