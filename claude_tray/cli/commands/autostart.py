"""Run `claude-tray autostart`: start the tray at login."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.app.context import load_translator
from claude_tray.cli.shared import add_json_argument, print_json
from claude_tray.errors import gettext_noop
from claude_tray.platform.autostart.base import AutostartState
from claude_tray.platform.autostart_service import (
    build_autostart,
    build_autostart_command,
    build_autostart_error,
    set_autostart,
)

if TYPE_CHECKING:
    import argparse


_STATE_NAMES: Final = {
    AutostartState.ON: gettext_noop("on"),
    AutostartState.OFF: gettext_noop("off"),
    AutostartState.STALE: gettext_noop("starts another installation"),
    AutostartState.BLOCKED: gettext_noop("turned off in the system settings"),
}


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
        name = load_translator().gettext(_STATE_NAMES[status.state])
        print(f"{name} ({status.where})")
    return 0
