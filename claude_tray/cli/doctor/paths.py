"""What the doctor finds of files, folders and what runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray import __version__
from claude_tray.app.instance_client import is_tray_running
from claude_tray.cli.doctor.finding import Finding
from claude_tray.cli.doctor.watching import check_watch_coverage
from claude_tray.config.settings import read_settings
from claude_tray.errors import SettingsError
from claude_tray.providers.base import displayable_path
from claude_tray.providers.registry import index_by_root

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.app.context import AppContext


# So many paths are named; a folder may hold thousands.
_MAX_LISTED_PATHS: Final = 3


def collect_path_findings(context: AppContext) -> list[Finding]:
    """Return what is found without the store."""
    paths = context.paths
    is_running = is_tray_running(paths.state_folder)
    return [
        Finding("version", __version__, __version__),
        _check_settings(paths.settings_file),
        Finding("store", str(paths.database), str(paths.database)),
        Finding("log", str(paths.log_file), str(paths.log_file)),
        Finding("tray_runs", is_running, "yes" if is_running else "no"),
        *_check_transcripts(context),
        _check_sync(context),
    ]


def _check_settings(path: Path) -> Finding:
    try:
        unknown = read_settings(path).unknown_key_warnings
    except SettingsError as error:
        text = f"{path}: {error.summary}"
        hint = error.hint or "The defaults are used."
        return Finding("settings", str(path), text, hint)
    return Finding("settings", str(path), str(path), " ".join(unknown))


def _check_transcripts(context: AppContext) -> list[Finding]:
    summaries = []
    hints = []
    folders = 0
    folder_by_root = index_by_root(context.engine_config().folders)
    for root, folder in folder_by_root.items():
        scan = folder.provider.scan_directory(folder.path)
        folders += scan.folder_count
        summaries.append(
            {
                "path": root,
                "files": len(scan.transcripts),
                "bytes": sum(t.size for t in scan.transcripts),
                "unreadable": list(map(displayable_path, scan.unreadable)),
            },
        )
        if not scan.folder_count:
            hints.append(f"{root} is not there or not readable.")
        unreadable = list(map(displayable_path, scan.unreadable))
        hints += [
            f"{path} cannot be read."
            for path in unreadable[:_MAX_LISTED_PATHS]
        ]
        if len(unreadable) > _MAX_LISTED_PATHS:
            hints.append(
                f"{len(unreadable) - _MAX_LISTED_PATHS:,} more cannot be read."
            )
    text = ", ".join(f"{t['path']}: {t['files']} files" for t in summaries)
    if hints:
        hints.append("Check --claude-path and the permissions.")
    return [
        Finding("transcripts", summaries, text, " ".join(hints)),
        check_watch_coverage(context, folders),
    ]


def _check_sync(context: AppContext) -> Finding:
    is_on = context.settings.sync_enabled
    url = context.environment.api_url or context.settings.sync_url
    text = f"on, to {url or 'no address'}" if is_on else "off: nothing leaves"
    return Finding("sync", {"enabled": is_on, "url": url or None}, text)
