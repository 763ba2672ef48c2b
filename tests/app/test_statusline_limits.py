from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from claude_tray.app.statusline_limits import StatuslineLimitsWriter
from claude_tray.core.snapshot import AccountSnapshot, LimitUsage, Snapshot
from claude_tray.providers.claude_code.statusline.handler import (
    StatuslinePaths,
    build_output,
)
from claude_tray.providers.claude_code.statusline.shown_limits import (
    SHOWN_LIMITS_FILE_NAME,
)
from tests.support.builders import at, ms
from tests.support.limits import make_limit_usage

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def make_snapshot(*limits: LimitUsage, is_demo: bool = False) -> Snapshot:
    account = AccountSnapshot("work", "/ana/.claude", limits=limits)
    return Snapshot(at("10:00"), (account,), is_demo=is_demo)


def print_line(folder: Path, payload: object, clock: str) -> str:
    paths = StatuslinePaths(folder / "statusline", folder / "statusline.json")
    data = json.dumps(payload).encode()
    return build_output(data, ms(clock) * 10**6, paths).decode().strip()


def test_the_status_line_prints_the_limits_of_the_snapshot(
    tmp_path: Path,
) -> None:
    snapshot = make_snapshot(
        make_limit_usage("five_hour", 23.5, at("12:30"), at("09:50")),
        make_limit_usage("seven_day", 41, at("10:00", day=4), at("09:50")),
        make_limit_usage(
            "seven_day_opus", 96, at("10:00", day=4), at("09:00")
        ),
        make_limit_usage("extra_usage", 81, None, at("09:00")),
        make_limit_usage(
            "seven_day_sonnet", 12, at("10:00", day=4), at("9:00")
        ),
        make_limit_usage("credits", None, None, at("09:00")),
    )
    payload = {"transcript_path": "/ana/.claude/projects/-p/s.jsonl"}

    StatuslineLimitsWriter(tmp_path).write(snapshot)

    assert print_line(tmp_path, payload, "10:00") == (
        "2h 30m · 24% · week 41% · Opus 96% · Extra usage 81%"
    )
    path = tmp_path / SHOWN_LIMITS_FILE_NAME
    assert path.stat().st_mode & 0o077 == 0


def test_a_report_that_the_tray_has_merged_is_not_preferred(
    tmp_path: Path,
) -> None:
    # An idle session reports at 09:55 what it learned at 09:00; the tray
    # knows a response of 09:50.
    payload = {
        "session_id": "s",
        "transcript_path": "/ana/.claude/projects/-p/s.jsonl",
        "rate_limits": {
            "five_hour": {
                "used_percentage": 50,
                "resets_at": ms("12:30") // 1000,
            }
        },
    }
    limit = make_limit_usage("five_hour", 60, at("12:30"), at("09:50"))
    account = AccountSnapshot("work", "/ana/.claude", limits=(limit,))
    heard = replace(account, last_report_at=at("09:55"))

    assert print_line(tmp_path, payload, "09:55") == "2h 35m · 50%"
    StatuslineLimitsWriter(tmp_path).write(Snapshot(at("09:55"), (account,)))
    assert print_line(tmp_path, payload, "09:56") == "2h 34m · 50%"
    StatuslineLimitsWriter(tmp_path).write(Snapshot(at("09:56"), (heard,)))
    assert print_line(tmp_path, payload, "09:57") == "2h 33m · 60%"

    payload["rate_limits"] = {
        "five_hour": {"used_percentage": 61, "resets_at": ms("12:30") // 1000}
    }
    assert print_line(tmp_path, payload, "09:58") == "2h 32m · 61%"


def test_the_file_is_written_when_the_limits_change(tmp_path: Path) -> None:
    writer = StatuslineLimitsWriter(tmp_path)
    path = tmp_path / SHOWN_LIMITS_FILE_NAME
    limit = make_limit_usage("five_hour", 23, at("12:30"), at("09:50"))
    writer.write(make_snapshot(limit))
    path.unlink()

    writer.write(make_snapshot(limit))
    assert not path.exists()

    writer.write(make_snapshot())
    assert json.loads(path.read_text()) == {"folders": {"/ana/.claude": []}}


def test_made_up_limits_are_not_written(tmp_path: Path) -> None:
    StatuslineLimitsWriter(tmp_path).write(make_snapshot(is_demo=True))

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")

    StatuslineLimitsWriter(tmp_path / "file").write(make_snapshot())

    assert "Cannot write the shown limits" in caplog.text
