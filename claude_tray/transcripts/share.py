"""Disks on which other machines write, of which nobody tells."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

_MOUNTS: Final = Path("/proc/self/mountinfo")
_SHARES: Final = frozenset(
    {
        "9p", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "drvfs",
        "fakeowner", "fuse.glusterfs", "fuse.gvfsd-fuse", "fuse.rclone",
        "fuse.s3fs", "fuse.sshfs", "fuse.vmhgfs-fuse", "glusterfs", "gpfs",
        "grpcfuse", "lustre", "ncpfs", "nfs", "nfs4", "orangefs", "prl_fs",
        "smb3", "smbfs", "vboxsf", "virtiofs", "vmhgfs",
    },
)  # fmt: skip


def share_of(path: str) -> str:
    """
    Return the kind of share that a folder lies on; empty where on none.

    Args:
        path: With its links resolved.
    """
    if sys.platform == "win32":
        # Links resolved, a drive's letter is the share's name too.
        return path.split("\\")[2] if path.startswith("\\\\") else ""
    try:
        device = os.stat(path).st_dev  # noqa: PTH116 - a text
        mounts = _MOUNTS.read_text("utf-8", "replace")
    except OSError:
        return ""
    number = f"{os.major(device)}:{os.minor(device)}"
    for mount in mounts.splitlines():
        where, _, what = mount.partition(" - ")
        kind = what.split(" ", 1)[0]
        if where.split()[2] == number and kind in _SHARES:
            return kind
    return ""
