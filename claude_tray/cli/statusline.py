"""`claude-tray statusline`: what Claude Code runs, and how it comes to."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from claude_tray.desktop.paths import claude_folders, home_folder, own_files
from claude_tray.errors import SettingsError, UsageError
from claude_tray.settings.environment import environment_of
from claude_tray.settings.file import read_settings
from claude_tray.settings.parse import Settings
from claude_tray.statusline.memory import NAME
from claude_tray.statusline.run import respond

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from claude_tray.desktop.paths import Own


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what",
        choices=("install", "remove", "status"),
        nargs="?",
        help="if left out: read Claude Code's JSON from stdin, print a line",
    )
    parser.add_argument("--json", action="store_true", help="for programs")


def run(arguments: argparse.Namespace) -> int:
    if arguments.what is None:
        return respond()
    # Late: Claude Code's own runs need none of it.
    from claude_tray.cli.show import print_json  # noqa: PLC0415

    environment = environment_of(os.environ)
    own = own_files(environment)
    try:
        settings = read_settings(own.settings)
    except SettingsError:
        settings = Settings()
    folders = claude_folders(
        arguments.claude_path,
        environment,
        settings.claude_paths,
        home_folder(),
    )
    states = {
        str(folder): _change(arguments.what, folder, _memory(own))
        for folder in folders
    }
    if arguments.json:
        print_json(states)
    else:
        for name, state in states.items():
            print(f"{name}: {state}")  # noqa: T201
    return 0


def _change(what: str, claude: Path, memory: Path) -> str:
    # Late: Claude Code's own runs need none of it.
    from claude_tray.desktop.relaunch import (  # noqa: PLC0415
        launch_command,
        running,
    )
    from claude_tray.statusline import install  # noqa: PLC0415

    if not claude.is_dir():
        summary = f"There is no folder {claude}."
        raise UsageError(summary, hint="Name it with --claude-path.")
    if what == "remove":
        was_there = install.remove(claude, memory)
        return "removed" if was_there else "was not there"
    words = (*launch_command(running(os.environ)), "statusline")
    command = install.command_line(words)
    if what == "install":
        is_new = install.install(claude, memory, command)
        return "installed" if is_new else "was there already"
    is_on = install.is_installed(claude, command)
    return "installed" if is_on else "not installed"


def _memory(own: Own) -> Path:
    return own.settings.with_name(NAME)
