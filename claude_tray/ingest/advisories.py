"""What a person should know beside the figures, found out at each look."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.snapshot import Retention
from claude_tray.ingest.accounts import unfollowed_folders
from claude_tray.providers.claude_code.config_files import load_cleanup_days
from claude_tray.providers.claude_code.discovery import get_transcript_root
from claude_tray.store import cursors

if TYPE_CHECKING:
    from claude_tray.ingest.config import AccountFolder, EngineConfig
    from claude_tray.store.connection import Reader, Writer


_WARNING_DAYS: Final = 3
_DAY_NS: Final = 86_400 * 10**9


class Advisories(NamedTuple):
    """
    Fields of the snapshot that change seldom.

    Attributes:
        unfollowed_folders: Folders that sessions run in and nobody follows.
        retention: What Claude Code will soon delete; None if nothing.
    """

    unfollowed_folders: tuple[str, ...] = ()
    retention: Retention | None = None


def collect_advisories(
    reader: Reader | Writer,
    config: EngineConfig,
    now_ms: int,
) -> Advisories:
    """Return what is to be told now."""
    folders = unfollowed_folders(reader, config, now_ms)
    return Advisories(
        tuple(path for path in folders if Path(path).is_dir()),
        compute_retention(reader, config, now_ms),
    )


def compute_retention(
    reader: Reader | Writer,
    config: EngineConfig,
    now_ms: int,
) -> Retention | None:
    """Return which transcripts go within three days; None if none does."""
    periods, file_count, saved_count = [], 0, 0
    for folder in config.folders:
        period = load_cleanup_days(folder.path)
        if period is None:
            continue
        saved_flags = _check_expiring_files(reader, folder, period, now_ms)
        periods.append(period)
        file_count += len(saved_flags)
        saved_count += sum(saved_flags)
    return (
        Retention(min(periods), file_count, saved_count)
        if file_count
        else None
    )


def _check_expiring_files(
    reader: Reader | Writer,
    folder: AccountFolder,
    period: int,
    now_ms: int,
) -> list[bool]:
    """Tell of each old transcript whether it has been read to its end."""
    before_ns = now_ms * 10**6 - (period - _WARNING_DAYS) * _DAY_NS
    root = get_transcript_root(folder.path) + os.sep
    return [
        is_read
        for path, is_read in cursors.list_files_before(reader, before_ns)
        if path.startswith(root)
    ]
