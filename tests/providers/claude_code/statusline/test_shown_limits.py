from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_tray.core.limits import identify_limit
from claude_tray.providers.claude_code.statusline.shown_limits import (
    SHOWN_LIMITS_FILE_NAME,
    ShownLimit,
    find_report_time,
    is_file_name,
    merge_limits,
    parse_payload_limits,
    read_tray_limits,
)

if TYPE_CHECKING:
    from pathlib import Path


NOW_MS = 1_795_340_400_000


@pytest.mark.parametrize(
    "limits",
    [
        None,
        3,
        [],
        {"five_hour": 3},
        {"five_hour": {"used_percentage": 5}},
        {"five_hour": {"used_percentage": "5", "resets_at": 5}},
        {"five_hour": {"used_percentage": True, "resets_at": 5}},
        {"five_hour": {"used_percentage": 5, "resets_at": 1e12}},
        {"five_hour": {"used_percentage": 1e308, "resets_at": 5}},
        {"five_hour": {"used_percentage": -1, "resets_at": 5}},
        {"five_hour": {"used_percentage": float("nan"), "resets_at": 5}},
    ],
)
def test_limits_of_another_form_are_ignored(limits: Any) -> None:
    assert parse_payload_limits({"rate_limits": limits}, 0) == {}


@pytest.mark.parametrize(
    "name",
    [
        *("five_hour", "seven_day", "seven_day_opus", "seven_day_fable"),
        *("seven_day_overage_included", "spend_limit", "monthly_team"),
    ],
)
def test_limits_have_the_names_that_the_tray_gives_them(name: str) -> None:
    table = {name: {"used_percentage": 5, "resets_at": 9}}

    (limit,) = parse_payload_limits({"rate_limits": table}, 0).values()

    assert limit.label == identify_limit(name).scope


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"folders": 3}',
        '{"folders": {"/c": 3}}',
        '{"folders": {"/c": [3, [1], ["a", 1, 2, 3, 4], [1, 1, 2, 3, "x"]]}}',
        '{"folders": {"/c": [["a", null, 2, 3, "x"]]}}',
        '{"folders": {"/d": [["a", 1, 2, 3, "x"]]}}',
    ],
)
def test_a_file_of_another_form_has_no_limits(
    tmp_path: Path, content: str
) -> None:
    (tmp_path / SHOWN_LIMITS_FILE_NAME).write_text(content)

    assert read_tray_limits(str(tmp_path), "/c") == {}


def test_the_limits_of_the_tray_are_read(tmp_path: Path) -> None:
    rows = [["Opus", 96.5, 7, 5, "Opus"]]
    (tmp_path / SHOWN_LIMITS_FILE_NAME).write_text(
        json.dumps({"folders": {"/c": rows}})
    )

    (limit,) = read_tray_limits(str(tmp_path), "/c").values()

    assert vars(limit) == {
        "percent": 96.5,
        "resets_ms": 7,
        "observed_at_ms": 5,
        "label": "Opus",
    }


def test_the_time_of_a_report_is_that_of_its_first(tmp_path: Path) -> None:
    def report(percent: int, at_ms: int, session: object = "s-1") -> int:
        payload = {"session_id": session, "rate_limits": {"x": percent}}
        return find_report_time(str(tmp_path), payload, at_ms)

    assert report(60, 10) == 10
    assert report(60, 20) == 10
    assert report(60, 30, "s-2") == 30
    assert report(61, 40) == 40
    assert report(60, 50) == 50
    # The clock was set back.
    assert report(60, 5) == 5
    assert report(60, 60, "../s-1") == 60
    assert report(60, 70, None) == 70


def test_a_session_may_have_been_idle_before_its_first_report(
    tmp_path: Path,
) -> None:
    transcript = tmp_path / "idle.jsonl"
    transcript.touch()
    os.utime(transcript, (100, 100))

    def report(session: str, percent: int, path: object) -> int:
        payload = {
            "session_id": session,
            "rate_limits": {"x": percent},
            "transcript_path": path,
        }
        return find_report_time(str(tmp_path), payload, 200_000)

    assert report("idle", 60, str(transcript)) == 100_000
    assert report("idle", 60, str(transcript)) == 100_000
    assert report("idle", 61, str(transcript)) == 200_000
    for number, path in enumerate(("/nowhere", "\0", "\ud800", 7, None)):
        assert report(f"s-{number}", 60, path) == 200_000
    os.utime(transcript, (300, 300))
    assert report("ahead", 60, str(transcript)) == 200_000


def test_without_a_folder_each_report_is_new(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    payload: dict[str, object] = {"session_id": "s-1", "rate_limits": {}}

    assert find_report_time(str(tmp_path / "file"), payload, 7) == 7


@given(st.text())
def test_only_plain_ids_are_file_names(session: str) -> None:
    if is_file_name(session):
        assert not set(session) & set("/\\.:\0 ")


def _merge(
    payload: dict[str, ShownLimit],
    tray: dict[str, ShownLimit],
    at_ms: int = 10,
) -> dict[str, float]:
    merged = merge_limits(payload, tray, at_ms)
    return {name: limit.percent for name, limit in merged.items()}


def test_the_later_report_of_each_limit_wins() -> None:
    def at(percent: float, observed_at_ms: int, label: str = "") -> ShownLimit:
        return ShownLimit(percent, NOW_MS, observed_at_ms, label)

    reported = {"five_hour": at(60, 10), "seven_day": at(40, 10)}
    known = {"five_hour": at(62, 11), "seven_day": at(41, 9)}
    assert _merge(reported, known) == {"five_hour": 62, "seven_day": 40}
    assert _merge({}, known) == {"five_hour": 62, "seven_day": 41}
    # The session reports that there is no 5-hour limit any more.
    week = {"seven_day": at(40, 10)}
    assert _merge(week, {"five_hour": at(5, 9)}) == {"seven_day": 40}
    assert _merge(week, {"five_hour": at(5, 11)}) == {
        "seven_day": 40,
        "five_hour": 5,
    }
    # No session reports the limits of single models.
    assert _merge(week, {"Opus": at(96, 1, "Opus")}) == {
        "seven_day": 40,
        "Opus": 96,
    }
