from __future__ import annotations

import json

import pytest

from claude_tray.core.limits import LimitKind
from claude_tray.core.notifications.model import (
    NotificationKind,
    NotificationState,
    PeakUsage,
    SentMarker,
)
from claude_tray.core.notifications.state_data import (
    parse_state,
    serialize_state,
)

STATE = NotificationState(
    sent_markers=(
        SentMarker("~/.claude", NotificationKind.USED, 7),
        SentMarker("", NotificationKind.WEEK, 8, "Opus"),
    ),
    peaks=(
        PeakUsage("~/.claude", "work", 9, 81.5),
        PeakUsage("a", "", 9, 100.0, LimitKind.MODEL, "Opus"),
    ),
    last_sent_ms=5,
    last_sent_kind=NotificationKind.WEEK,
    muted_until_ms=6,
)


@pytest.mark.parametrize("state", [NotificationState(), STATE])
def test_the_state_survives_json(state: NotificationState) -> None:
    data = json.loads(json.dumps(serialize_state(state)))

    assert parse_state(data) == state


def test_peaks_of_0_1_0_are_those_of_the_window() -> None:
    data = serialize_state(NotificationState())
    data["peaks"] = [["a", "work", 9, 50]]

    (peak,) = parse_state(data).peaks
    assert peak.is_window
