"""What Linux tells of its watches: how many there are, and may be."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.platform.system import current_system

if TYPE_CHECKING:
    from collections.abc import Iterator


_PROC: Final = Path("/proc")
_INOTIFY_LINK: Final = "anon_inode:inotify"
_WATCH_PREFIX: Final = "inotify wd:"
# The second holds in a container too.
_LIMIT_FILES: Final = (
    "sys/fs/inotify/max_user_{}",
    "sys/user/max_inotify_{}",
)


class InotifyCounts(NamedTuple):
    """
    Watches and what holds them; None where unknown.

    Attributes:
        watches: One for each folder.
        instances: One for each program that watches.
    """

    watches: int | None
    instances: int | None


def count_own_watches() -> int | None:
    """
    Return how many folders this process watches; None where unknown.

    Linux tells them; watchdog is silent when there are no watches left.
    """
    try:
        return sum(_iter_watch_counts(_PROC / "self"))
    except OSError:
        return None


def user_watch_limits() -> InotifyCounts:
    """Return how many one user may have."""
    return InotifyCounts(
        _read_lowest_limit("watches"), _read_lowest_limit("instances")
    )


def user_watch_counts() -> InotifyCounts:
    """Return how many this user's programs have."""
    watches = instances = 0
    try:
        for process in _PROC.iterdir():
            if process.name.isdecimal():
                # Another user's, or ended by now.
                with suppress(OSError):
                    counts = list(_iter_watch_counts(process))
                    watches += sum(counts)
                    instances += len(counts)
    except OSError:
        return InotifyCounts(None, None)
    return InotifyCounts(watches, instances)


def _iter_watch_counts(process: Path) -> Iterator[int]:
    """Give out how many watches each of a process's instances has."""
    for file in (process / "fd").iterdir():
        # The one that lists the folder is closed by now.
        with suppress(FileNotFoundError):
            if str(file.readlink()) == _INOTIFY_LINK:
                info = process / "fdinfo" / file.name
                yield info.read_text("ascii", "replace").count(_WATCH_PREFIX)


def _read_lowest_limit(name: str) -> int | None:
    values = []
    for template in _LIMIT_FILES:
        with suppress(OSError, ValueError):
            values.append(
                int((_PROC / template.format(name)).read_text("ascii"))
            )
    return min(values, default=None)


_MOUNTINFO_FILE: Final = Path("/proc/self/mountinfo")
_NETWORK_FS_TYPES: Final = frozenset(
    {
        "9p", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "drvfs",
        "fakeowner", "fuse.glusterfs", "fuse.gvfsd-fuse", "fuse.rclone",
        "fuse.s3fs", "fuse.sshfs", "fuse.vmhgfs-fuse", "glusterfs", "gpfs",
        "grpcfuse", "lustre", "ncpfs", "nfs", "nfs4", "orangefs", "prl_fs",
        "smb3", "smbfs", "vboxsf", "virtiofs", "vmhgfs",
    },
)  # fmt: skip


def network_fs_type(path: str) -> str:
    """
    Return the kind of share that a folder lies on; empty where on none.

    Args:
        path: With its links resolved.
    """
    if path.startswith("\\\\"):
        # Windows: with its links resolved, a drive letter is a UNC path too.
        return path.split("\\")[2]
    try:
        device = os.stat(path).st_dev  # noqa: PTH116 - a text
        mounts = _MOUNTINFO_FILE.read_text("utf-8", "replace")
    except OSError:
        return ""
    device_number = current_system().format_device_number(device)
    for mount in mounts.splitlines():
        mount_info, _, fs_info = mount.partition(" - ")
        fs_type = fs_info.split(" ", 1)[0]
        if (
            mount_info.split()[2] == device_number
            and fs_type in _NETWORK_FS_TYPES
        ):
            return fs_type
    return ""
