"""Write the limits that are shown to a file for the status line."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from claude_tray.core.limits import FIVE_HOUR, SEVEN_DAY
from claude_tray.core.time import to_epoch_ms
from claude_tray.providers.claude_code.statusline.light_json import encode_json
from claude_tray.providers.claude_code.statusline.shown_limits import (
    MAX_NUMBER,
    SHOWN_LIMITS_FILE_NAME,
)
from claude_tray.providers.claude_code.statusline.state_files import (
    write_state_file,
)

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from claude_tray.core.snapshot import LimitUsage, Snapshot


_log = logging.getLogger(__name__)


class StatuslineLimitsWriter:
    """
    Write the limits of snapshots, when they have changed.

    Args:
        state_folder: Folder of the program's state.
    """

    def __init__(self, state_folder: Path) -> None:
        self._state_folder = state_folder
        self._written = b""

    def write(self, snapshot: Snapshot) -> None:
        """Write the limits of a snapshot; a full disk is only logged."""
        data = format_shown_limits(snapshot)
        if data == self._written or snapshot.is_demo:
            return
        try:
            write_state_file(
                str(self._state_folder), SHOWN_LIMITS_FILE_NAME, data
            )
        except OSError as error:
            _log.warning("Cannot write the shown limits error=%s", error)
        else:
            self._written = data


def format_shown_limits(snapshot: Snapshot) -> bytes:
    """Return the file's content: rows by Claude folder."""
    folders = {
        account.path: [
            _build_row(usage, account.last_report_at)
            for usage in account.limits
            if usage.percent is not None
        ]
        for account in snapshot.accounts
    }
    return encode_json({"folders": folders}).encode()


def _build_row(
    usage: LimitUsage, last_report_at: datetime | None
) -> list[object]:
    """Return a row; every report before its last time is merged into it."""
    resets_at = usage.resets_at
    merged_until_ms: int = to_epoch_ms(usage.as_of)
    if last_report_at is not None:
        merged_until_ms = max(merged_until_ms, to_epoch_ms(last_report_at) + 1)
    return [
        usage.name,
        usage.percent,
        MAX_NUMBER if resets_at is None else to_epoch_ms(resets_at),
        merged_until_ms,
        "" if usage.name in {FIVE_HOUR, SEVEN_DAY} else usage.scope,
    ]
