"""Run `claude-tray uninstall`: undo everything that was set up."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.app.context import AppContext, load_context, print_message
from claude_tray.app.instance_client import is_tray_running, request_quit
from claude_tray.cli.shared import add_json_argument, print_json
from claude_tray.errors import (
    ClaudeTrayError,
    DesktopError,
    SettingsError,
    gettext_noop,
)
from claude_tray.i18n.translator import ENGLISH, Translator
from claude_tray.platform import (
    autostart_service,
    launch_command,
    paths,
    single_instance,
    system,
)
from claude_tray.platform.autostart.base import AutostartState
from claude_tray.providers.claude_code.statusline import (
    backup,
    connection,
    handler,
    hook_install,
    install,
)

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator


_QUIT_TIMEOUT_SECONDS: Final = 15.0


class UninstallStep(NamedTuple):
    """One thing to undo: its name, already translated, and a function."""

    text: str
    undo: Callable[[], object]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help=gettext_noop("print what would be removed; remove nothing"),
    )
    parser.add_argument(
        "--data",
        action="store_true",
        help=gettext_noop("also delete the settings and the store"),
    )
    add_json_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    context = load_context(arguments)
    remaining_paths = (
        [] if arguments.data else paths.list_user_data_files(context.paths)
    )
    undone = []
    failed = False
    # Programs read the names of the steps in English.
    translator = ENGLISH if arguments.json else context.translator
    for step in _list_steps(context, translator, with_data=arguments.data):
        try:
            if not arguments.dry_run:
                step.undo()
        except (ClaudeTrayError, OSError) as error:
            failed = True
            print_message(_describe_failure(step, error, translator))
        else:
            undone.append(step.text)
    program = launch_command.get_uninstall_command(
        launch_command.current_process(os.environ)
    )
    if arguments.json:
        report = {
            "undone": undone,
            "kept": [str(path) for path in remaining_paths],
        }
        print_json(
            {**report, "dry_run": arguments.dry_run, "program": program}
        )
    else:
        lines = _format_undone(undone, translator, is_dry=arguments.dry_run)
        print(*lines, sep="\n")
        _print_rest(remaining_paths, program, translator)
    return 1 if failed else 0


def _describe_failure(
    step: UninstallStep,
    error: ClaudeTrayError | OSError,
    translator: Translator,
) -> str:
    problem = str(error)
    if isinstance(error, ClaudeTrayError):
        problem = error.describe(translator.catalog.gettext)
    return translator.gettext(
        "Could not remove {step}. {problem}", step=step.text, problem=problem
    )


def _format_undone(
    undone: list[str], translator: Translator, *, is_dry: bool
) -> list[str]:
    gettext = translator.gettext
    if is_dry:
        return [gettext("Would remove {step}", step=text) for text in undone]
    return [gettext("Removed {step}", step=text) for text in undone]


def _print_rest(
    remaining_paths: list[Path], program: str, translator: Translator
) -> None:
    for path in remaining_paths:
        print(
            translator.gettext("Kept {path} (delete with --data)", path=path)
        )
    print(translator.gettext("To finish, run: {command}", command=program))


def _list_steps(
    context: AppContext, translator: Translator, *, with_data: bool
) -> Iterator[UninstallStep]:
    """Yield the steps in the order in which they must be undone."""
    own_paths, gettext = context.paths, translator.gettext
    if is_tray_running(own_paths.state_folder):
        yield UninstallStep(
            gettext("the running tray"),
            lambda: _quit_tray(own_paths.state_folder),
        )
    yield from _list_desktop_steps(translator)
    yield from _list_statusline_steps(
        own_paths.settings_file.with_name(handler.BACKUP_FILE_NAME), translator
    )
    yield from _list_hook_steps(
        own_paths.settings_file.with_name(hook_install.HOOK_BACKUP_FILE),
        translator,
    )
    for path in paths.list_disposable_files(own_paths):
        text = gettext("temporary data: {path}", path=path)
        yield UninstallStep(text, partial(paths.delete_paths, [path]))
    for path in paths.list_user_data_files(own_paths) if with_data else ():
        text = gettext("user data: {path}", path=path)
        yield UninstallStep(text, partial(paths.delete_paths, [path]))


def _list_statusline_steps(
    backup_path: Path, translator: Translator
) -> Iterator[UninstallStep]:
    """Yield the Claude folders whose settings run our status line."""
    gettext = translator.gettext
    try:
        folders = [Path(folder) for folder in backup.load_backups(backup_path)]
    except SettingsError:
        # The step fails with the same error, which is then reported.
        yield UninstallStep(
            gettext("the status line"),
            partial(backup.load_backups, backup_path),
        )
        return
    for claude_folder in folders:
        path = claude_folder / "settings.json"
        yield UninstallStep(
            gettext("the status line in {path}", path=path),
            partial(_remove_statusline, claude_folder, backup_path),
        )


def _list_hook_steps(
    backup_path: Path, translator: Translator
) -> Iterator[UninstallStep]:
    """Yield the Claude folders whose settings run our hook."""
    try:
        folders = [Path(folder) for folder in backup.load_backups(backup_path)]
    except SettingsError:
        # The step fails with the same error, which is then reported.
        yield UninstallStep(
            translator.gettext("the hook"),
            partial(backup.load_backups, backup_path),
        )
        return
    for folder in folders:
        yield UninstallStep(
            translator.gettext(
                "the hook in {path}", path=folder / "settings.json"
            ),
            partial(hook_install.uninstall_hook, folder, backup_path),
        )


def _list_desktop_steps(translator: Translator) -> Iterator[UninstallStep]:
    gettext = translator.gettext
    autostart = autostart_service.build_autostart()
    status = autostart.status(("",))
    if status.state is not AutostartState.OFF:
        text = gettext("start at login: {path}", path=status.where)
        yield UninstallStep(text, autostart.disable)
    entry = system.current_system().build_menu_entry(
        os.environ, paths.get_home_folder()
    )
    if entry is not None and (files := entry.list_files()):
        text = gettext(
            "menu entry: {path} and {count} icons",
            path=files[0],
            count=len(files) - 1,
        )
        if len(files) == 1:
            text = gettext("menu entry: {path}", path=files[0])
        yield UninstallStep(text, entry.remove)


def _quit_tray(state: Path) -> None:
    request_quit(state)
    if not single_instance.wait_until_stopped(state, _QUIT_TIMEOUT_SECONDS):
        raise DesktopError(
            gettext_noop("The tray is still running after {seconds} seconds."),
            seconds=round(_QUIT_TIMEOUT_SECONDS),
        )


def _remove_statusline(claude_folder: Path, backup_path: Path) -> None:
    """Restore the status line of Claude Code's settings."""
    install.uninstall_statusline(
        claude_folder, backup_path, connection.build_own_command()
    )
    if not backup.load_backups(backup_path):
        paths.delete_paths([backup_path])
