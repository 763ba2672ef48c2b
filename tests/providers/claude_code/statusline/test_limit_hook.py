"""Decide what the hook says; its process is run in tests/cli."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from claude_tray.providers.claude_code.statusline.limit_hook import (
    build_message,
)

if TYPE_CHECKING:
    from pathlib import Path

NOW_MS = 1_800_000_000_000
HOUR_MS = 3_600_000


def test_limits_of_the_tray_count_too(tmp_path: Path) -> None:
    """A limit without a reset time, and one of a model."""
    rows = [
        ["seven_day", 90.5, 10**14, NOW_MS, ""],
        ["Opus", 96, NOW_MS + 48 * HOUR_MS, NOW_MS, "Opus"],
        ["five_hour", 20, NOW_MS + HOUR_MS, NOW_MS, ""],
    ]
    (tmp_path / "statusline-limits.json").write_text(
        json.dumps({"folders": {"/home/ada/.claude": rows}})
    )

    text = build_message(
        {"session_id": "a"}, str(tmp_path), "/home/ada/.claude", NOW_MS, 25
    )

    assert "10% of the weekly limit left." in text
    assert "4% of the Opus limit left, resets 20" in text
    assert "5-hour" not in text


def test_a_reset_is_the_end_of_what_was_said(tmp_path: Path) -> None:
    texts = []
    for resets_ms in (NOW_MS + HOUR_MS, NOW_MS + 6 * HOUR_MS):
        row = ["five_hour", 90, resets_ms, NOW_MS, ""]
        (tmp_path / "statusline-limits.json").write_text(
            json.dumps({"folders": {"/c": [row]}})
        )
        texts += [
            build_message({"session_id": "a"}, str(tmp_path), "/c", NOW_MS, 25)
            for _ in range(2)
        ]

    assert [bool(text) for text in texts] == [True, False, True, False]
    assert "turns" not in "".join(texts)
