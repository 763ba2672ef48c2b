from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from claude_tray.core.snapshot import SyncPhase, SyncState
from claude_tray.presentation.context import ViewContext
from claude_tray.presentation.sync_text import (
    build_sync_line,
    format_last_sync,
    format_sync_delay,
    format_sync_state,
    list_sync_details,
)
from tests.support.builders import at

NOW = at("12:13")
CONTEXT = ViewContext(NOW, zone=UTC)
RECENT = NOW - timedelta(minutes=3)
EARLIER = NOW - timedelta(hours=3)


@pytest.mark.parametrize(
    ("sync", "pictogram", "text"),
    [
        (SyncState(), "no cloud", "Not synced"),
        (SyncState(SyncPhase.RUNNING), "refresh", "Syncing…"),
        (SyncState(SyncPhase.IDLE), "cloud", "Not synced yet"),
        (SyncState(SyncPhase.IDLE, RECENT), "cloud", "Synced 3m ago"),
        (SyncState(SyncPhase.STOPPED), "warn", "Not synced yet"),
        (
            SyncState(SyncPhase.DELAYED, EARLIER),
            "warn",
            "Not synced since 09:13",
        ),
    ],
)
def test_each_state_has_a_line(
    sync: SyncState, pictogram: str, text: str
) -> None:
    line = build_sync_line(sync, CONTEXT)

    assert (line.pictogram, line.text) == (pictogram, text)


@pytest.mark.parametrize(
    ("sync", "expected"),
    [
        (SyncState(), "off"),
        (SyncState(SyncPhase.RUNNING), "running"),
        (SyncState(SyncPhase.IDLE), "pending"),
        (SyncState(SyncPhase.IDLE, RECENT), "3 min ago"),
        (SyncState(SyncPhase.DELAYED), "failing"),
        (
            SyncState(SyncPhase.STOPPED, failing_since=EARLIER),
            "failing since 09:13",
        ),
    ],
)
def test_each_state_has_a_word(sync: SyncState, expected: str) -> None:
    assert format_sync_state(sync, CONTEXT) == expected


def test_a_delay_is_shown_only_while_failing() -> None:
    for sync in (SyncState(SyncPhase.IDLE, EARLIER), SyncState()):
        assert format_sync_delay(sync, CONTEXT) == ""


def test_details_have_a_line_each() -> None:
    sync = SyncState(SyncPhase.DELAYED, EARLIER, 312, 1, "No answer in 10 s.")

    assert list_sync_details(sync, CONTEXT) == [
        "Last sync: at 09:13",
        "312 records pending",
        "1 record quarantined",
        "No answer in 10 s.",
    ]
    assert list_sync_details(SyncState(), CONTEXT) == []


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=59), "59 min ago"),
        (timedelta(hours=3), "at 09:13"),
        (timedelta(days=2), "Fri 12:13"),
    ],
)
def test_the_last_sync_is_as_short_as_possible(
    age: timedelta, expected: str
) -> None:
    sync = SyncState(SyncPhase.IDLE, NOW - age)

    assert format_last_sync(sync, CONTEXT) == expected
