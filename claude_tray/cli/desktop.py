"""`claude-tray desktop`: the menu entry, in and out."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from claude_tray.cli.show import print_json
from claude_tray.desktop import entry
from claude_tray.desktop.icons import theme_pictures
from claude_tray.desktop.paths import home_folder
from claude_tray.desktop.relaunch import launch_command, running
from claude_tray.errors import DesktopError

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("install", "remove"))
    parser.add_argument("--json", action="store_true", help="for programs")


def run(arguments: argparse.Namespace) -> int:
    if not sys.platform.startswith("linux"):
        summary = "Menu entries are made here on Linux only."
        raise DesktopError(summary)
    data = entry.data_folder(os.environ, home_folder())
    try:
        if arguments.what == "install":
            command = launch_command(running(os.environ))
            paths = entry.install(data, command, theme_pictures())
        else:
            paths = entry.remove(data)
    except OSError as error:
        summary = f"The menu cannot be changed: {error.strerror}."
        raise DesktopError(summary, hint=str(error.filename or "")) from error
    if arguments.json:
        print_json([str(path) for path in paths])
    else:
        print(*paths, sep="\n")  # noqa: T201
    return 0
