from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claude_tray.core.limits import LimitKind
from claude_tray.core.notifications.model import (
    NotificationKind,
    NotificationState,
    PeakUsage,
    SentMarker,
)
from claude_tray.platform.notification_state_file import (
    load_notification_state,
    save_notification_state,
)

if TYPE_CHECKING:
    from pathlib import Path


MEMORY = NotificationState(
    sent_markers=(
        SentMarker("/a", NotificationKind.USED, 5),
        SentMarker("/a", NotificationKind.MODEL_LIMIT, 6, "Opus"),
    ),
    peaks=(
        PeakUsage("/a", "work", 5, 91.5),
        PeakUsage("/a", "work", 6, 100.0, LimitKind.MODEL, "Opus"),
    ),
    last_sent_ms=7,
    last_sent_kind=NotificationKind.USED,
    muted_until_ms=9,
)


def test_the_state_is_saved_and_loaded(tmp_path: Path) -> None:
    path = tmp_path / "state" / "notices.json"

    save_notification_state(
        path, MEMORY._replace(evaluated_ms=3, problem_since_ms=4)
    )

    assert load_notification_state(path) == MEMORY
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_of_an_older_version_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "notices.json"
    path.write_text(
        '{"latches": [["/a", "used", 5]], "peaks": [["/a", "", 5, 91.5]],'
        ' "sent_ms": 7, "sent": "used", "muted_until_ms": 9}'
    )

    state = load_notification_state(path)

    assert state.sent_markers == (SentMarker("/a", NotificationKind.USED, 5),)
    assert state.peaks == (PeakUsage("/a", "", 5, 91.5),)


def test_a_missing_file_is_an_empty_state(tmp_path: Path) -> None:
    assert load_notification_state(tmp_path / "no") == NotificationState()


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"latches": [["a", "no such kind", 1]]}', "\x00"],
)
def test_a_corrupt_file_is_an_empty_state(tmp_path: Path, text: str) -> None:
    path = tmp_path / "notices.json"
    path.write_text(text)

    assert load_notification_state(path) == NotificationState()


def test_a_failure_to_save_is_logged(
    tmp_path: Path,
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")

    save_notification_state(blocked / "notices.json", MEMORY)

    assert blocked.read_text() == ""
