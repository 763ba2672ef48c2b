"""What is done about a store that is damaged."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


def set_aside(path: Path, now: datetime) -> Path:
    """
    Move a damaged store out of the way and return where it lies.

    What the transcripts still hold is read again; what they no longer do is
    only in the file that was set aside.
    """
    aside = path.with_name(f"{path.name}.corrupt-{now:%Y%m%dT%H%M%S}")
    path.replace(aside)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    return aside
