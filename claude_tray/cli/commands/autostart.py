"""Run `claude-tray autostart`: start the tray at login."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.cli.shared import add_json_argument, print_json
from claude_tray.errors import gettext_noop
from claude_tray.platform.autostart_service import (
    build_autostart,
    build_autostart_command,
    build_autostart_error,
    set_autostart,
)

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what",
        choices=("on", "off", "status"),
        nargs="?",
        default="status",
        help=gettext_noop("turn it on or off; default: show the status"),
    )
    add_json_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    autostart = build_autostart()
    try:
        if arguments.what != "status":
            set_autostart(is_on=arguments.what == "on")
        status = autostart.status(build_autostart_command())
    except OSError as error:
        raise build_autostart_error(error) from error
    if arguments.json:
        print_json({**status._asdict(), "state": status.state.value})
    else:
        print(f"{status.state} ({status.where})")
    return 0
