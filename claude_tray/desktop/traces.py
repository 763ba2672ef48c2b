"""What of the program lies in its own folders."""

from __future__ import annotations

import shutil
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from claude_tray.desktop.paths import Own

# What a person chose or would miss, by folder: config, data.
_CHOSEN: Final = ("settings.toml", ".env", "alias-key")
_COUNTED: Final = (
    "usage.db*",
    "machine-id",
    "server.sqlite3*",
    "server-secret-key",
)
# What the program makes anew when it needs it. By name, because some systems
# keep all of it in one folder, and CLAUDE_TRAY_HOME may name any.
_BESIDE: Final = (".settings.toml.*",)
_PASSING: Final = (
    "claude-tray.log*",
    "instance.*",
    "notices.json",
    "offered",
    "popup.html",
    "statusline",
)
_LOCKS: Final = ("sync.lock",)


def worth_keeping(own: Own) -> list[Path]:
    """Return the settings and the store, with what belongs to them."""
    found = {
        *_found(own.settings.parent, _CHOSEN),
        *_found(own.store.parent, _COUNTED),
    }
    return sorted(found)


def passing(own: Own) -> list[Path]:
    """Return what nobody would miss: the log, locks, notes of its own."""
    found = {
        *_found(own.settings.parent, _BESIDE),
        *_found(own.store.parent, _LOCKS),
        *_found(own.state, _PASSING),
    }
    return sorted(found)


def clear(paths: Iterable[Path]) -> None:
    """
    Delete files and folders, then those folders that this left empty.

    Raises:
        OSError: One cannot be deleted.
    """
    parents: set[Path] = set()
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
        parents.add(path.parent)
    for folder in parents:
        with suppress(OSError):
            # Fails where something else lies in it, which then stays.
            folder.rmdir()


def _found(folder: Path, patterns: Iterable[str]) -> Iterator[Path]:
    for pattern in patterns:
        yield from folder.glob(pattern)
