"""Load and save which notifications were sent."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

from claude_tray.core.limits import LimitKind
from claude_tray.core.notifications.model import (
    NotificationKind,
    NotificationState,
    PeakUsage,
    SentMarker,
)
from claude_tray.platform.atomic_write import write_atomically
from claude_tray.platform.small_file import read_small_file

if TYPE_CHECKING:
    from pathlib import Path


_log = logging.getLogger(__name__)


def load_notification_state(path: Path) -> NotificationState:
    """Load the state; start with an empty one if the file is unreadable."""
    try:
        return _parse_notification_state(json.loads(read_small_file(path)))
    except FileNotFoundError:
        return NotificationState()
    except (
        OSError,
        ValueError,
        TypeError,
        KeyError,
        RecursionError,
    ) as error:
        _log.warning("Cannot read the notification state error=%s", error)
        return NotificationState()


def save_notification_state(path: Path, state: NotificationState) -> None:
    """Save the state; log a failure."""
    data = {
        "latches": [list(marker) for marker in state.sent_markers],
        "peaks": [list(peak) for peak in state.peaks],
        "sent_ms": state.last_sent_ms,
        "sent": state.last_sent_kind,
        "muted_until_ms": state.muted_until_ms,
    }
    try:
        write_atomically(path, json.dumps(data).encode(), 0o600)
    except OSError as error:
        _log.warning("Cannot save the notification state error=%s", error)


def _parse_peak(
    account: object,
    name: object,
    reset_ms: Any,
    percent: Any,
    kind: str = LimitKind.FIVE_HOUR,
    scope: object = "",
) -> PeakUsage:
    """Parse a peak; files of 0.1.0 have those of the 5-hour limit only."""
    return PeakUsage(
        str(account),
        str(name),
        int(reset_ms),
        float(percent),
        LimitKind(kind),
        str(scope),
    )


def _parse_notification_state(data: dict[str, Any]) -> NotificationState:
    return NotificationState(
        sent_markers=tuple(
            SentMarker(
                str(account),
                NotificationKind(kind),
                int(reset_ms),
                *map(str, scope),
            )
            for account, kind, reset_ms, *scope in data["latches"]
        ),
        peaks=tuple(_parse_peak(*values) for values in data["peaks"]),
        last_sent_ms=int(data["sent_ms"]),
        last_sent_kind=None
        if data["sent"] is None
        else NotificationKind(data["sent"]),
        muted_until_ms=int(data["muted_until_ms"]),
    )
