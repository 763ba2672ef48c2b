"""`claude-tray uninstall`: out of everything it was put into."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.app.context import load_context, print_message
from claude_tray.app.instance_client import is_tray_running, request_quit
from claude_tray.cli.output import print_json
from claude_tray.errors import ClaudeTrayError, DesktopError, SettingsError
from claude_tray.platform.autostart.base import AutostartState
from claude_tray.platform.autostart_service import build_autostart
from claude_tray.platform.desktop_entry import (
    get_data_folder,
    list_installed_files,
    remove_menu_entry,
)
from claude_tray.platform.launch_command import (
    current_process,
    get_uninstall_command,
)
from claude_tray.platform.paths import (
    delete_paths,
    disposable_files,
    get_home_folder,
    user_data_files,
)
from claude_tray.platform.single_instance import wait_until_stopped
from claude_tray.platform.system import current_system
from claude_tray.providers.claude_code.statusline import install as statusline
from claude_tray.providers.claude_code.statusline.backup import (
    BACKUP_FILE_NAME,
    load_backups,
)

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from claude_tray.app.context import AppContext


_QUIT_TIMEOUT_SECONDS: Final = 15.0


class UninstallStep(NamedTuple):
    """One thing to undo: what a person reads, and how it is done."""

    text: str
    undo: Callable[[], object]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="tell what would be undone, and undo nothing",
    )
    parser.add_argument(
        "--data",
        action="store_true",
        help="delete the settings and the store as well, for good",
    )
    parser.add_argument("--json", action="store_true", help="for programs")


def run(arguments: argparse.Namespace) -> int:
    context = load_context(arguments)
    kept_paths = [] if arguments.data else user_data_files(context.paths)
    undone = []
    failed = False
    for step in _list_steps(context, with_data=arguments.data):
        try:
            if not arguments.dry_run:
                step.undo()
        except (ClaudeTrayError, OSError) as error:
            failed = True
            print_message(f"not undone: {step.text}. {error}")
        else:
            undone.append(step.text)
    program = get_uninstall_command(current_process(os.environ))
    if arguments.json:
        report = {"undone": undone, "kept": [str(path) for path in kept_paths]}
        print_json(
            {**report, "dry_run": arguments.dry_run, "program": program}
        )
    else:
        _print_report(undone, kept_paths, program, is_dry=arguments.dry_run)
    return 1 if failed else 0


def _print_report(
    undone: list[str],
    kept_paths: list[Path],
    program: str,
    *,
    is_dry: bool,
) -> None:
    lines = [f"{'would undo' if is_dry else 'undone'}: {t}" for t in undone]
    lines += [f"kept: {path} (--data deletes it)" for path in kept_paths]
    lines.append(f"left to you: the program itself: {program}")
    print(*lines, sep="\n")


def _list_steps(
    context: AppContext, *, with_data: bool
) -> Iterator[UninstallStep]:
    """Yield what there is to undo, in the order in which it must be."""
    paths = context.paths
    if is_tray_running(paths.state_folder):
        yield UninstallStep(
            "the tray that runs", lambda: _quit_tray(paths.state_folder)
        )
    yield from _list_desktop_steps()
    yield from _list_statusline_steps(
        paths.settings_file.with_name(BACKUP_FILE_NAME)
    )
    for path in disposable_files(paths):
        yield UninstallStep(f"own note: {path}", partial(delete_paths, [path]))
    for path in user_data_files(paths) if with_data else ():
        yield UninstallStep(f"own data: {path}", partial(delete_paths, [path]))


def _list_statusline_steps(backup_path: Path) -> Iterator[UninstallStep]:
    """Yield where Claude Code was given our command."""
    try:
        folders = [Path(folder) for folder in load_backups(backup_path)]
    except SettingsError:
        # Asked again, it says what is wrong with what was noted.
        yield UninstallStep("statusline", partial(load_backups, backup_path))
        return
    for claude_folder in folders:
        text = f"statusline: {claude_folder / 'settings.json'}"
        yield UninstallStep(
            text, partial(_remove_statusline, claude_folder, backup_path)
        )


def _list_desktop_steps() -> Iterator[UninstallStep]:
    """Yield what the desktop knows of this program."""
    autostart = build_autostart()
    status = autostart.status(("",))
    if status.state is not AutostartState.OFF:
        text = f"start at login: {status.where}"
        yield UninstallStep(text, autostart.disable)
    if current_system().has_menu_entries:
        data = get_data_folder(os.environ, get_home_folder())
        if installed_files := list_installed_files(data):
            text = f"menu entry: {installed_files[0]} and {len(installed_files) - 1} pictures"
            yield UninstallStep(text, partial(remove_menu_entry, data))


def _quit_tray(state: Path) -> None:
    request_quit(state)
    if not wait_until_stopped(state, _QUIT_TIMEOUT_SECONDS):
        summary = f"It still runs after {_QUIT_TIMEOUT_SECONDS:.0f} seconds"
        raise DesktopError(summary)


def _remove_statusline(claude_folder: Path, backup_path: Path) -> None:
    """Give Claude Code's settings back what stood in them before us."""
    statusline.uninstall_statusline(claude_folder, backup_path)
    if not load_backups(backup_path):
        delete_paths([backup_path])
