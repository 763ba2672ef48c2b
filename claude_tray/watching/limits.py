"""Read inotify usage and limits, and detect network file systems."""

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
# The second one applies in user namespaces, such as containers.
_LIMIT_FILES: Final = (
    "sys/fs/inotify/max_user_{}",
    "sys/user/max_inotify_{}",
)


class InotifyCounts(NamedTuple):
    """
    Numbers of watches and inotify instances; None if unknown.

    Attributes:
        watches: One for each watched folder.
        instances: At least one for each process that watches.
    """

    watches: int | None
    instances: int | None


def count_own_watches() -> int | None:
    """
    Return how many folders this process watches; None if unknown.

    Watchdog does not report a folder that it cannot watch, so the watches
    are counted in `/proc`.
    """
    try:
        return sum(_iter_watch_counts(_PROC / "self"))
    except OSError:
        return None


def user_watch_limits() -> InotifyCounts:
    """Return the limits for one user."""
    return InotifyCounts(
        _read_lowest_limit("watches"), _read_lowest_limit("instances")
    )


def user_watch_counts() -> InotifyCounts:
    """Return how many this user's processes have."""
    watches = instances = 0
    try:
        for process in _PROC.iterdir():
            if process.name.isdecimal():
                # Processes of other users, or just ended.
                with suppress(OSError):
                    counts = list(_iter_watch_counts(process))
                    watches += sum(counts)
                    instances += len(counts)
    except OSError:
        return InotifyCounts(None, None)
    return InotifyCounts(watches, instances)


def _iter_watch_counts(process: Path) -> Iterator[int]:
    """Yield the number of watches of each inotify instance of a process."""
    for file in (process / "fd").iterdir():
        # The descriptor of this listing is closed by now.
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
    Return the network file system of a folder; empty for a local one.

    Args:
        path: With links resolved.
    """
    if path.startswith("\\\\"):
        # Windows: a mapped drive letter resolves to a UNC path.
        return path.split("\\")[2]
    try:
        device = os.stat(path).st_dev  # noqa: PTH116 - a str
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
