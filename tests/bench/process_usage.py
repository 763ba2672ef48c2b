"""Read what a running process uses; see proc(5)."""

from __future__ import annotations

import mmap
import os
import sys
from pathlib import Path
from typing import NamedTuple

if sys.platform == "win32":
    sys.exit("It reads /proc, which is Linux's.")
_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


class ProcessUsage(NamedTuple):
    """CPU time since the start, and memory now."""

    cpu_seconds: float
    resident_mib: float


def read_process_usage(pid: int) -> ProcessUsage:
    """Return what a process uses, without its children."""
    folder = Path(f"/proc/{pid}")
    fields = (folder / "stat").read_text("ascii").rpartition(")")[2].split()
    pages = int((folder / "statm").read_text("ascii").split()[1])
    return ProcessUsage(
        sum(map(int, fields[11:13])) / _TICKS_PER_SECOND,
        pages * mmap.PAGESIZE / 2**20,
    )


def read_load() -> float:
    """Return the machine's load average of a minute."""
    return os.getloadavg()[0]
