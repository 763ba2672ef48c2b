"""`claude-tray desktop`: the menu entry, in and out."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from claude_tray.cli.output import print_json
from claude_tray.errors import DesktopError
from claude_tray.platform.desktop_entry import (
    get_data_folder,
    install_menu_entry,
    load_theme_icons,
    remove_menu_entry,
)
from claude_tray.platform.launch_command import (
    build_launch_command,
    current_process,
)
from claude_tray.platform.paths import get_home_folder
from claude_tray.platform.system import current_system

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("install", "remove"))
    parser.add_argument("--json", action="store_true", help="for programs")


def run(arguments: argparse.Namespace) -> int:
    if not current_system().has_menu_entries:
        summary = "Menu entries are made here on Linux only."
        raise DesktopError(summary)
    data = get_data_folder(os.environ, get_home_folder())
    try:
        if arguments.what == "install":
            command = build_launch_command(current_process(os.environ))
            paths = install_menu_entry(data, command, load_theme_icons())
        else:
            paths = remove_menu_entry(data)
    except OSError as error:
        summary = f"The menu cannot be changed: {error.strerror}."
        raise DesktopError(summary, hint=str(error.filename or "")) from error
    if arguments.json:
        print_json([str(path) for path in paths])
    else:
        print(*paths, sep="\n")
    return 0
