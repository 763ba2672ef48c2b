"""What a person should know beside the figures, found out at each look."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.domain.snapshot import Retention
from claude_tray.engine.accounts import offered
from claude_tray.store import cursors
from claude_tray.transcripts.cleanup import cleanup_days
from claude_tray.transcripts.locate import root_of

if TYPE_CHECKING:
    from claude_tray.engine.choices import Choices, Folder
    from claude_tray.store.connection import Reader, Writer

_SOON_DAYS: Final = 3
_DAY_NS: Final = 86_400 * 10**9


class Notices(NamedTuple):
    """
    Fields of the snapshot that change seldom.

    Attributes:
        offered: Folders that sessions run in and nobody follows.
        retention: What Claude Code will soon delete; None if nothing.
    """

    offered: tuple[str, ...] = ()
    retention: Retention | None = None


def notices_of(
    reader: Reader | Writer,
    choices: Choices,
    now_ms: int,
) -> Notices:
    """Return what is to be told now."""
    heard = offered(reader, choices, now_ms)
    return Notices(
        tuple(path for path in heard if Path(path).is_dir()),
        retention_of(reader, choices, now_ms),
    )


def retention_of(
    reader: Reader | Writer,
    choices: Choices,
    now_ms: int,
) -> Retention | None:
    """Return which transcripts go within three days; None if none does."""
    days, files, saved = [], 0, 0
    for folder in choices.folders:
        period = cleanup_days(folder.path)
        if period is None:
            continue
        are_saved = _old_files(reader, folder, period, now_ms)
        days.append(period)
        files += len(are_saved)
        saved += sum(are_saved)
    return Retention(min(days), files, saved) if files else None


def _old_files(
    reader: Reader | Writer,
    folder: Folder,
    period: int,
    now_ms: int,
) -> list[bool]:
    """Tell of each old transcript whether it has been read to its end."""
    before_ns = now_ms * 10**6 - (period - _SOON_DAYS) * _DAY_NS
    root = root_of(folder.path) + os.sep
    return [
        is_read
        for path, is_read in cursors.older(reader, before_ns)
        if path.startswith(root)
    ]
