"""Run `claude-tray`: the tray, or a line in the terminal."""

from __future__ import annotations

import argparse
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from claude_tray.app.context import AppContext, load_context
from claude_tray.app.instance_client import request_popup, request_quit
from claude_tray.errors import DesktopError, gettext_noop
from claude_tray.platform import single_instance, start_command
from claude_tray.platform.autostart.base import AUTOSTART_FLAG
from claude_tray.platform.logging_setup import start_logging
from claude_tray.platform.system import current_system

if TYPE_CHECKING:
    from claude_tray.app.instance_messages import PrintStatus


_PANEL_TIMEOUT_SECONDS: Final = 10.0
# At login the panel may be the last thing to start.
_LOGIN_PANEL_TIMEOUT_SECONDS: Final = 120.0
_QUIT_TIMEOUT_SECONDS: Final = 10.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--no-tray",
        action="store_true",
        help=gettext_noop("run without an icon"),
    )
    parser.add_argument(
        "--demo",
        action="store_true",
        help=gettext_noop("try it with sample data"),
    )
    parser.add_argument(
        AUTOSTART_FLAG,
        action="store_true",
        help=argparse.SUPPRESS,
    )
    parser.add_argument(
        "--quit",
        action="store_true",
        help=gettext_noop("quit the running tray"),
    )


def run(arguments: argparse.Namespace) -> int:
    context = load_context(arguments)
    if arguments.quit:
        return _quit_tray(context)
    with suppress(OSError):
        # An unwritable folder is reported by the parts that need it.
        start_logging(context.paths.log_file)
    if arguments.autostart:
        # Late: the first scan should start soon.
        from claude_tray.platform.autostart_service import (
            repair_autostart_entry,
        )

        repair_autostart_entry()
    if arguments.demo:
        # Late: the demo is run rarely.
        from claude_tray.app.demo import run_demo

        if not run_demo(context, has_tray=not arguments.no_tray):
            print(
                context.translator.gettext("The sample data is already shown.")
            )
        return 0
    return _run_tray(context, arguments)


def _run_tray(context: AppContext, arguments: argparse.Namespace) -> int:
    instance = single_instance.SingleInstance(context.paths.state_folder)
    if not instance.acquire():
        return _show_running_instance(context, arguments)
    # Late: neither the demo nor a second start needs the tray.
    from claude_tray.app.tray_app import TrayApp

    TrayApp(context, arguments).run(
        instance,
        has_tray=not arguments.no_tray,
        panel_timeout=_LOGIN_PANEL_TIMEOUT_SECONDS
        if arguments.autostart
        else _PANEL_TIMEOUT_SECONDS,
        build_status=_build_status,
    )
    return 0


def _build_status(context: AppContext, request: PrintStatus) -> str | None:
    # Late: most trays are never asked.
    from claude_tray.cli.commands.status_reply import build_reply

    return build_reply(context, request)


def _quit_tray(context: AppContext) -> int:
    """Quit the tray, and a demo beside it."""
    # Late: the tray's first scan should start soon.
    from claude_tray.app.demo import get_instance_folder

    state_folder = context.paths.state_folder
    running = [
        folder
        for folder in (state_folder, get_instance_folder(state_folder))
        if request_quit(folder)
    ]
    if not running:
        raise DesktopError(gettext_noop("claude-tray isn't running."))
    # Installers replace the files as soon as this command ends.
    if not all(
        single_instance.wait_until_stopped(folder, _QUIT_TIMEOUT_SECONDS)
        for folder in running
    ):
        raise DesktopError(
            gettext_noop("The tray is still running after {seconds} seconds."),
            hint=gettext_noop("See the log: {path}"),
            seconds=round(_QUIT_TIMEOUT_SECONDS),
            path=context.paths.log_file,
        )
    return 0


def _show_running_instance(
    context: AppContext, arguments: argparse.Namespace
) -> int:
    """Open the popup of the running tray, but not at login."""
    if arguments.autostart:
        return 0
    gettext = context.translator.gettext
    if arguments.no_tray:
        print(gettext("claude-tray is already running."))
        return 0
    current_system().allow_foreground_windows()
    if not request_popup(context.paths.state_folder, waits_for_start=True):
        raise DesktopError(
            gettext_noop(
                "claude-tray is already running but does not respond."
            ),
            hint=gettext_noop("Quit it with: {command} --quit"),
            command=start_command.get_start_command(),
        )
    print(gettext("claude-tray is already running; its popup is open now."))
    return 0
