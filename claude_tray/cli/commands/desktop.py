"""Run `claude-tray desktop`: install or remove the menu entry."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from claude_tray.cli.shared import add_json_argument, print_json
from claude_tray.errors import DesktopError, gettext_noop
from claude_tray.i18n.translator import list_translations
from claude_tray.platform.app_id import TITLE
from claude_tray.platform.desktop_entry import COMMENT
from claude_tray.platform.launch_command import (
    build_login_command,
    current_process,
)
from claude_tray.platform.paths import get_home_folder
from claude_tray.platform.system import current_system

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what",
        choices=("install", "remove"),
        help=gettext_noop("add the entry and its icons, or delete them"),
    )
    add_json_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    entry = current_system().build_menu_entry(os.environ, get_home_folder())
    if entry is None:
        raise DesktopError(
            gettext_noop(
                "Menu entries are only supported on Linux and Windows."
            )
        )
    try:
        if arguments.what == "install":
            process = current_process(os.environ)
            comments = list_translations(COMMENT)
            paths = entry.install(build_login_command(process), comments)
        else:
            paths = entry.remove()
    except OSError as error:
        raise DesktopError(
            gettext_noop("Cannot change the menu entry {path}: {reason}."),
            path=error.filename or TITLE,
            reason=error.strerror,
        ) from error
    if arguments.json:
        print_json([str(path) for path in paths])
    else:
        print(*paths, sep="\n")
    return 0
