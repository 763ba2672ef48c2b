"""What Linux tells of its watches: how many there are, and may be."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROC: Final = Path("/proc")
_INSTANCE: Final = "anon_inode:inotify"
_WATCH: Final = "inotify wd:"
# The second holds in a container too.
_LIMITS: Final = (
    "sys/fs/inotify/max_user_{}",
    "sys/user/max_inotify_{}",
)


class Inotify(NamedTuple):
    """
    Watches and what holds them; None where unknown.

    Attributes:
        watches: One for each folder.
        instances: One for each program that watches.
    """

    watches: int | None
    instances: int | None


def watch_count() -> int | None:
    """
    Return how many folders this process watches; None where unknown.

    Linux tells them; watchdog is silent when there are no watches left.
    """
    if sys.platform != "linux":
        return None
    try:
        return sum(_watches(_PROC / "self"))
    except OSError:
        return None


def most() -> Inotify:
    """Return how many one user may have."""
    return Inotify(_least("watches"), _least("instances"))


def used() -> Inotify:
    """Return how many this user's programs have."""
    watches = instances = 0
    try:
        for process in _PROC.iterdir():
            if process.name.isdecimal():
                # Another user's, or ended by now.
                with suppress(OSError):
                    counts = list(_watches(process))
                    watches += sum(counts)
                    instances += len(counts)
    except OSError:
        return Inotify(None, None)
    return Inotify(watches, instances)


def _watches(process: Path) -> Iterator[int]:
    """Give out how many watches each of a process's instances has."""
    for file in (process / "fd").iterdir():
        # The one that lists the folder is closed by now.
        with suppress(FileNotFoundError):
            if str(file.readlink()) == _INSTANCE:
                info = process / "fdinfo" / file.name
                yield info.read_text("ascii", "replace").count(_WATCH)


def _least(name: str) -> int | None:
    found = []
    for place in _LIMITS:
        with suppress(OSError, ValueError):
            found.append(int((_PROC / place.format(name)).read_text("ascii")))
    return min(found, default=None)
