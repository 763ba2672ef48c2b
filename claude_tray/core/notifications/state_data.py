"""Convert the state of notifications to plain data and back."""

from __future__ import annotations

from typing import Any

from claude_tray.core.limits import LimitKind
from claude_tray.core.notifications.model import (
    NotificationKind,
    NotificationState,
    PeakUsage,
    SentMarker,
)


def serialize_state(state: NotificationState) -> dict[str, Any]:
    """Return what outlives a run, as values of JSON."""
    return {
        "latches": [list(marker) for marker in state.sent_markers],
        "peaks": [list(peak) for peak in state.peaks],
        "sent_ms": state.last_sent_ms,
        "sent": state.last_sent_kind,
        "muted_until_ms": state.muted_until_ms,
    }


def parse_state(data: dict[str, Any]) -> NotificationState:
    """
    Return the state of plain data.

    Raises:
        KeyError, TypeError, ValueError: The data is malformed.
    """
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
