"""Run `claude-tray statusline`: set it up, or run it for Claude Code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.cli.shared import add_account_argument, add_json_argument
from claude_tray.errors import UsageError, gettext_noop
from claude_tray.providers.claude_code.statusline.backup import (
    find_wrapped_command,
    load_backups,
)
from claude_tray.providers.claude_code.statusline.entrypoint import (
    run_statusline,
)
from claude_tray.providers.claude_code.statusline.handler import (
    BACKUP_FILE_NAME,
)

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from claude_tray.app.context import AppContext


# English in JSON; translated where they are printed.
_INSTALLED: Final = gettext_noop("installed")
_REMOVED: Final = gettext_noop("removed")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what",
        choices=("install", "remove", "status"),
        nargs="?",
        help=gettext_noop(
            "default: read Claude Code's JSON from stdin and print a line"
        ),
    )
    add_json_argument(parser)
    add_account_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    if arguments.what is None:
        return run_statusline()
    # Late: runs by Claude Code need none of it.
    from claude_tray.app.context import load_context
    from claude_tray.cli.shared import print_json

    context = load_context(arguments)
    backup_path = context.paths.settings_file.with_name(BACKUP_FILE_NAME)
    states = {
        str(folder): _apply_operation(arguments.what, folder, backup_path)
        for folder in select_folders(context, arguments.profile)
    }
    if arguments.json:
        print_json(states)
        return 0
    gettext = context.translator.gettext
    backups = load_backups(backup_path)
    for name, state in states.items():
        original_command = find_wrapped_command(backups, name)
        line = f"{name}: {gettext(state)}"
        if original_command and state != _REMOVED:
            line = gettext(
                "{line}, after {command}", line=line, command=original_command
            )
        print(line)
    return 0


def select_folders(context: AppContext, profile: str | None) -> list[Path]:
    """Return all Claude folders, or those of one account."""
    # Late: runs by Claude Code need none of it.
    from claude_tray.ingest.config import accounts_from_files, list_accounts

    config = accounts_from_files(context.engine_config())
    if profile is None:
        return [folder.path for folder in config.folders]
    accounts = {account.name: account.key for account in list_accounts(config)}
    if profile not in accounts:
        from claude_tray.app.data_access import unknown_account_error

        raise unknown_account_error(profile, accounts)
    account_key = accounts[profile]
    return [f.path for f in config.folders if f.account == account_key]


def _apply_operation(
    operation: str, claude_folder: Path, backup_path: Path
) -> str:
    # Late: runs by Claude Code need none of it.
    from claude_tray.providers.claude_code.statusline import (
        connection,
        install,
    )

    if not claude_folder.is_dir():
        raise UsageError(
            gettext_noop("There is no folder {path}."),
            hint=gettext_noop("Pass Claude Code's folder with --claude-path."),
            path=claude_folder,
        )
    command = connection.build_own_command()
    if operation == "remove":
        was_there = install.uninstall_statusline(
            claude_folder, backup_path, command
        )
        return _REMOVED if was_there else gettext_noop("was not there")
    if operation == "install":
        is_new = install.install_statusline(
            claude_folder, backup_path, command
        )
        return _INSTALLED if is_new else gettext_noop("was there already")
    is_on = install.is_statusline_installed(claude_folder, command)
    return _INSTALLED if is_on else gettext_noop("not installed")
