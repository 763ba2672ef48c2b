"""Run `claude-tray hook`: say to the agent what is left, or set that up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.cli import shared
from claude_tray.cli.commands.budget import parse_need
from claude_tray.cli.commands.statusline import select_folders
from claude_tray.errors import gettext_noop
from claude_tray.providers.claude_code.statusline import (
    connection,
    hook_install,
    limit_hook,
)
from claude_tray.text import make_visible

if TYPE_CHECKING:
    import argparse
    from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what",
        choices=("install", "remove", "status"),
        nargs="?",
        help=gettext_noop("default: answer Claude Code's hook"),
    )
    parser.add_argument(
        "--below",
        metavar="PERCENT",
        type=parse_need,
        default=limit_hook.DEFAULT_BELOW,
        help=gettext_noop("say it while less is left; by default 25%%"),
    )
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help=gettext_noop("only print what would change"),
    )
    shared.add_json_argument(parser)
    shared.add_account_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    if arguments.what is None:
        return limit_hook.run_hook(arguments.below)
    # Late: runs by Claude Code need none of it.
    from claude_tray.app.context import load_context

    context = load_context(arguments)
    backup_path = context.paths.settings_file.with_name(
        hook_install.HOOK_BACKUP_FILE
    )
    command = connection.build_own_command("hook")
    if arguments.below != limit_hook.DEFAULT_BELOW:
        command += f" --below {arguments.below:g}"
    states = {
        str(folder): _apply(arguments, folder, backup_path, command)
        for folder in select_folders(context, arguments.profile)
        if folder.is_dir()
    }
    if arguments.json:
        shared.print_json(states)
        return 0
    for name, state in states.items():
        print(f"{make_visible(name)}: {state}")
    return 0


def _apply(
    arguments: argparse.Namespace,
    folder: Path,
    backup_path: Path,
    command: str,
) -> str:
    if arguments.what == "remove" and not arguments.dry_run:
        removed = hook_install.uninstall_hook(folder, backup_path)
        return "removed" if removed else "was not there"
    if arguments.what == "install":
        change = hook_install.preview_hook(folder, command)
        if change is not None and not arguments.json:
            for sign, lines in (("-", change.removed), ("+", change.added)):
                for line in lines:
                    print(f"{sign} {make_visible(line)}")
        if arguments.dry_run:
            return "would be installed" if change else "was there already"
        is_new = hook_install.install_hook(folder, backup_path, command)
        return "installed" if is_new else "was there already"
    is_on = hook_install.is_hook_installed(folder, backup_path)
    return "installed" if is_on else "not installed"
