"""Check settings, folders, the running tray and sync."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray import __version__
from claude_tray.app.instance_client import is_tray_running
from claude_tray.cli.doctor.finding import Finding
from claude_tray.cli.doctor.watching import check_watch_coverage
from claude_tray.config.settings import read_settings, unknown_key_error
from claude_tray.errors import SettingsError
from claude_tray.providers.base import displayable_path
from claude_tray.providers.registry import index_by_root

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.app.context import AppContext
    from claude_tray.i18n.translator import Translator


# A folder may hold thousands of unreadable files.
_MAX_LISTED_PATHS: Final = 3


def collect_path_findings(
    context: AppContext, translator: Translator
) -> list[Finding]:
    """Run the checks that need no store."""
    gettext, paths = translator.gettext, context.paths
    is_running = is_tray_running(paths.state_folder)
    return [
        Finding("version", __version__, __version__),
        _check_settings(paths.settings_file, translator),
        Finding("store", str(paths.database), str(paths.database)),
        Finding("log", str(paths.log_file), str(paths.log_file)),
        Finding(
            "tray_runs",
            is_running,
            gettext("yes") if is_running else gettext("no"),
        ),
        *_check_transcripts(context, translator),
        _check_sync(context, translator),
    ]


def _check_settings(path: Path, translator: Translator) -> Finding:
    translate = translator.catalog.gettext
    try:
        settings = read_settings(path)
    except SettingsError as error:
        text = error.describe(translate)
        hint = translator.gettext("Using the defaults.")
        return Finding("settings", str(path), text, hint)
    problems = [
        unknown_key_error(key).describe(translate)
        for key in settings.unknown_keys
    ]
    return Finding("settings", str(path), str(path), " ".join(problems))


def _check_transcripts(
    context: AppContext, translator: Translator
) -> list[Finding]:
    gettext = translator.gettext
    summaries = []
    hints = []
    folders = 0
    folder_by_root = index_by_root(context.engine_config().folders)
    for root, folder in folder_by_root.items():
        scan = folder.provider.scan_directory(folder.path)
        folders += scan.folder_count
        unreadable = list(map(displayable_path, scan.unreadable))
        summaries.append(
            {
                "path": root,
                "files": len(scan.transcripts),
                "bytes": sum(t.size for t in scan.transcripts),
                "unreadable": unreadable,
            },
        )
        if not scan.folder_count:
            hints.append(
                gettext("{path} is missing or not readable.", path=root)
            )
        hints += [
            gettext("Cannot read {path}.", path=path)
            for path in unreadable[:_MAX_LISTED_PATHS]
        ]
        if len(unreadable) > _MAX_LISTED_PATHS:
            more = translator.format_integer(
                len(unreadable) - _MAX_LISTED_PATHS
            )
            hints.append(gettext("Cannot read {count} more.", count=more))
    if hints:
        hints.append(gettext("Check --claude-path and the permissions."))
    text = ", ".join(
        gettext("{path}: {count} files", path=t["path"], count=t["files"])
        for t in summaries
    )
    return [
        Finding("transcripts", summaries, text, " ".join(hints)),
        check_watch_coverage(context, folders, translator),
    ]


def _check_sync(context: AppContext, translator: Translator) -> Finding:
    gettext = translator.gettext
    is_on = context.settings.sync_enabled
    url = context.environment.api_url or context.settings.sync_url
    text = gettext("off: nothing is sent")
    if is_on:
        text = gettext("on: {url}", url=url or gettext("no address set"))
    return Finding("sync", {"enabled": is_on, "url": url or None}, text)
