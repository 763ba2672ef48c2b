"""Check whether Claude Code runs our status line and our hook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from claude_tray.cli.doctor.finding import Finding
from claude_tray.core.time import format_iso_ms
from claude_tray.errors import SettingsError
from claude_tray.ingest.limit_samples import SAMPLE_COUNT_KEY
from claude_tray.platform import start_command
from claude_tray.providers.base import displayable_path
from claude_tray.providers.claude_code.statusline import (
    backup,
    connection,
    handler,
    hook_install,
    install,
    overrides,
)
from claude_tray.store import metadata
from claude_tray.store.claude_reports import list_recent_statusline_sessions
from claude_tray.store.health import list_recent_projects
from claude_tray.text import make_visible

if TYPE_CHECKING:
    from claude_tray.app.context import AppContext
    from claude_tray.i18n.translator import Translator
    from claude_tray.ingest.config import EngineConfig
    from claude_tray.store.connection import Reader


_MAX_PROJECTS: Final = 50
_MAX_LISTED: Final = 5
_QUOTES: Final = "\"'"


def check_statusline(
    reader: Reader,
    context: AppContext,
    config: EngineConfig,
    translator: Translator,
) -> Finding:
    """Report what the status line delivered and what keeps it from running."""
    sample_count = int(metadata.get_value(reader, SAMPLE_COUNT_KEY, "0"))
    latest = list_recent_statusline_sessions(reader)
    last_at = format_iso_ms(latest[0].observed_at_ms) if latest else None
    backup_path = context.paths.settings_file.with_name(
        handler.BACKUP_FILE_NAME
    )
    own_commands = _list_own_commands(backup_path)
    installed = [
        folder.path
        for folder in config.folders
        if overrides.read_statusline_command(folder.path) in own_commands
    ]
    projects = list_recent_projects(reader, _MAX_PROJECTS)
    found = {
        override.path: override
        for folder in installed
        for override in overrides.find_overrides(
            folder, projects, own_commands
        )
    }
    value = {
        "heard": sample_count,
        "waiting": _count_pending(config),
        "last_heard_at": last_at,
        "installed": [displayable_path(str(path)) for path in installed],
        "overridden_by": [
            {"path": displayable_path(str(path)), "is_disabled": is_disabled}
            for path, is_disabled in found.values()
        ],
    }
    text = translator.gettext(
        "{count} reports, last at {time}",
        count=translator.format_integer(sample_count),
        time=last_at,
    )
    if not sample_count:
        text = _describe_silence(translator, is_installed=bool(installed))
    lines = [text, *_format_overrides(list(found.values()), translator)]
    return Finding("statusline", value, "\n".join(lines))


def _describe_silence(translator: Translator, *, is_installed: bool) -> str:
    if is_installed:
        return translator.gettext(
            "installed, not run yet; Claude Code runs it with its next response"
        )
    return translator.gettext(
        "never reported; set it up with: {command} statusline install",
        command=start_command.get_start_command(),
    )


def _list_own_commands(backup_path: Path) -> set[str]:
    commands = {connection.build_own_command()}
    try:
        backups = backup.load_backups(backup_path)
    except SettingsError:
        return commands
    return commands | {
        command
        for b in backups.values()
        if (command := install.get_own_command(b))
    }


def _count_pending(config: EngineConfig) -> int:
    """Return the number of samples that are not stored yet."""
    if config.spool_dir is None:
        return 0
    return sum(
        len(provider.read_samples(config.spool_dir))
        for provider in {folder.provider for folder in config.folders}
    )


def _format_overrides(
    found: list[overrides.SettingsOverride], translator: Translator
) -> list[str]:
    lines = []
    for path, is_disabled in found[:_MAX_LISTED]:
        name = make_visible(displayable_path(str(path)))
        if is_disabled:
            line = translator.gettext(
                "disabled by disableAllHooks in {path}", path=name
            )
        else:
            line = translator.gettext(
                "overridden by the statusLine in {path}", path=name
            )
        lines.append(line)
    return lines


def check_hook(
    reader: Reader,
    context: AppContext,
    config: EngineConfig,
    translator: Translator,
) -> Finding:
    """Report where the hook is installed, and what keeps it from running."""
    gettext = translator.gettext
    try:
        commands = _read_commands(context, config)
    except SettingsError as error:
        text = error.describe(translator.catalog.gettext)
        return Finding("hook", None, text)
    if not commands:
        none: dict[str, list[str]] = {
            "installed": [],
            "missing": [],
            "disabled_by": [],
        }
        return Finding("hook", none, gettext("not installed"))
    programs = dict.fromkeys(map(_find_program, commands.values()))
    missing = [p for p in programs if p and not Path(p).exists()]
    disabled = _list_disabling(reader, list(commands))
    lines = [
        *(gettext("{path} does not exist", path=_show(p)) for p in missing),
        *(
            gettext("disabled by disableAllHooks in {path}", path=_show(p))
            for p in disabled[:_MAX_LISTED]
        ),
    ]
    value = {
        "installed": [displayable_path(str(path)) for path in commands],
        "missing": [displayable_path(program) for program in missing],
        "disabled_by": [displayable_path(path) for path in disabled],
    }
    hint = ""
    if missing:
        hint = gettext(
            "Run: {command}",
            command=f"{start_command.get_start_command()} hook install",
        )
    return Finding(
        "hook", value, "\n".join(lines) or gettext("installed"), hint
    )


def _read_commands(
    context: AppContext, config: EngineConfig
) -> dict[Path, str]:
    """Return the command of the hook in each folder that has it."""
    backup_path = context.paths.settings_file.with_name(
        hook_install.HOOK_BACKUP_FILE
    )
    commands = {
        folder.path: hook_install.read_hook_command(folder.path, backup_path)
        for folder in config.folders
    }
    return {path: command for path, command in commands.items() if command}


def _list_disabling(reader: Reader, folders: list[Path]) -> list[str]:
    """Return the settings files that disable all hooks."""
    projects = list_recent_projects(reader, _MAX_PROJECTS)
    found = [
        override
        for folder in folders
        for override in overrides.find_overrides(folder, projects, ())
    ]
    paths = (str(item.path) for item in found if item.is_disabled)
    return list(dict.fromkeys(paths))


def _find_program(command: str) -> str:
    """
    Return the full path that a command begins with; empty if it has none.

    Claude Code's shell would find another one by its name.
    """
    first = command[:1]
    if first and first in _QUOTES:
        program = command[1:].partition(first)[0]
    else:
        program = command.partition(" ")[0]
    return program if Path(program).is_absolute() else ""


def _show(path: str) -> str:
    return make_visible(displayable_path(path))
