"""What the doctor finds of files, folders and what runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray import __version__
from claude_tray.cli.doctor_watches import finding_of_watches
from claude_tray.cli.finding import Finding
from claude_tray.desktop.instance import ask
from claude_tray.errors import SettingsError
from claude_tray.settings.file import read_settings
from claude_tray.transcripts.locate import by_root, walk
from claude_tray.transcripts.place import readable

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.cli.context import Context

_ASK_SECONDS: Final = 2.0
# So many paths are named; a folder may hold thousands.
_NAMED: Final = 3


def findings_of_places(context: Context) -> list[Finding]:
    """Return what is found without the store."""
    own = context.own
    tray = ask(own.state, "status", _ASK_SECONDS) is not None
    return [
        Finding("version", __version__, __version__),
        _of_settings(own.settings),
        Finding("store", str(own.store), str(own.store)),
        Finding("log", str(own.log), str(own.log)),
        Finding("tray_runs", tray, "yes" if tray else "no"),
        *_of_transcripts(context),
        _of_sync(context),
    ]


def _of_settings(path: Path) -> Finding:
    try:
        unknown = read_settings(path).unknown
    except SettingsError as error:
        text = f"{path}: {error.summary}"
        hint = error.hint or "The defaults are used."
        return Finding("settings", str(path), text, hint)
    return Finding("settings", str(path), str(path), " ".join(unknown))


def _of_transcripts(context: Context) -> list[Finding]:
    told = []
    hints = []
    folders = 0
    for root, folder in by_root(context.folders).items():
        found = walk(folder)
        folders += found.folders
        told.append(
            {
                "path": root,
                "files": len(found.transcripts),
                "bytes": sum(t.size for t in found.transcripts),
                "unreadable": list(map(readable, found.unreadable)),
            },
        )
        if not found.folders:
            hints.append(f"{root} is not there or not readable.")
        shut = list(map(readable, found.unreadable))
        hints += [f"{path} cannot be read." for path in shut[:_NAMED]]
        if len(shut) > _NAMED:
            hints.append(f"{len(shut) - _NAMED:,} more cannot be read.")
    text = ", ".join(f"{t['path']}: {t['files']} files" for t in told)
    if hints:
        hints.append("Check --claude-path and the permissions.")
    return [
        Finding("transcripts", told, text, " ".join(hints)),
        finding_of_watches(context, folders),
    ]


def _of_sync(context: Context) -> Finding:
    is_on = context.settings.sync_enabled
    url = context.environment.api_url or context.settings.sync_url
    text = f"on, to {url or 'no address'}" if is_on else "off: nothing leaves"
    return Finding("sync", {"enabled": is_on, "url": url or None}, text)
