from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.core.limits import LimitSample
from claude_tray.providers.claude_code import statusline_samples
from claude_tray.providers.claude_code.statusline_samples import (
    parse_claude_folder,
)

if TYPE_CHECKING:
    from pathlib import Path


NOW_NS = 1_795_340_400_123_456_789
PAYLOAD = {
    "transcript_path": "/home/ana/.claude/projects/-shop/3f0c.jsonl",
    "rate_limits": {
        "five_hour": {"used_percentage": 23.5, "resets_at": 1795358400},
        "seven_day": {"used_percentage": 41, "resets_at": 1795672800},
    },
}


def test_samples_remain_until_they_are_deleted(
    tmp_path: Path,
) -> None:
    statusline_samples.write_sample(tmp_path, PAYLOAD, NOW_NS)

    (sample,) = statusline_samples.read_samples(tmp_path)
    assert sample.folder == "/home/ana/.claude"
    assert sample.to_limits("ana") == [
        LimitSample("ana", "five_hour", 23.5, 1795358400000, NOW_NS // 10**6),
        LimitSample("ana", "seven_day", 41.0, 1795672800000, NOW_NS // 10**6),
    ]
    assert statusline_samples.read_samples(tmp_path) == [sample]
    statusline_samples.delete_samples([sample.path])
    assert statusline_samples.read_samples(tmp_path) == []


def test_samples_come_oldest_first(tmp_path: Path) -> None:
    for time_ns in (NOW_NS + 10**9, NOW_NS):
        statusline_samples.write_sample(tmp_path, PAYLOAD, time_ns)

    times = [
        sample.observed_at_ms
        for sample in statusline_samples.read_samples(tmp_path)
    ]

    assert times == sorted(times)
    assert len(times) == 2


@pytest.mark.parametrize(
    "limits",
    [
        None,
        [],
        {"five_hour": None},
        {"five_hour": {"used_percentage": None, "resets_at": 1}},
        {"five_hour": {"used_percentage": float("nan"), "resets_at": 1}},
        {"five_hour": {"used_percentage": 1, "resets_at": float("inf")}},
        {"five_hour": {"used_percentage": True, "resets_at": 1}},
    ],
)
def test_a_payload_without_limits_writes_no_sample(
    tmp_path: Path,
    limits: Any,
) -> None:
    statusline_samples.write_sample(
        tmp_path / "new", {"rate_limits": limits}, NOW_NS
    )

    assert not (tmp_path / "new").exists()


def test_an_unfinished_file_is_not_seen(tmp_path: Path) -> None:
    (tmp_path / "1.new").write_text("{")

    assert statusline_samples.read_samples(tmp_path) == []


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff",
        b"[" * 100_000,
        b'{"limits": {"a": 3}}',
        b'{"claude": "", "told_ms": 1, "limits": []}',
        b'{"claude": "", "told_ms": -1, "limits": {}}',
        b'{"claude": "", "told_ms": 1, "limits": {"a": [NaN, 1]}}',
        b'{"claude": "", "told_ms": 1, "limits": {}, "session": ["s"]}',
    ],
)
def test_invalid_samples_are_deleted(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "1.json").write_bytes(data)

    assert statusline_samples.read_samples(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_the_folder_is_found_in_a_windows_path() -> None:
    path = r"C:\Users\ana\.claude\projects\-shop\3f0c.jsonl"

    found = parse_claude_folder({"transcript_path": path})

    assert found == r"C:\Users\ana\.claude"


@pytest.mark.parametrize("path", [None, 3, "/home/ana/3f0c.jsonl", ""])
def test_a_path_outside_projects_has_no_folder(path: Any) -> None:
    assert parse_claude_folder({"transcript_path": path}) == ""


def test_without_an_ingest_the_oldest_samples_are_deleted(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(statusline_samples, "_MAX_SAMPLES", 2)
    monkeypatch.setattr(statusline_samples, "_PRUNE_INTERVAL", 1)

    for number in range(4):
        statusline_samples.write_sample(tmp_path, PAYLOAD, NOW_NS + number)

    names = [
        sample.path.name
        for sample in statusline_samples.read_samples(tmp_path)
    ]
    assert [name[:20] for name in names] == [
        f"{NOW_NS + number:020d}" for number in (2, 3)
    ]


def test_unreadable_samples_are_kept(tmp_path: Path) -> None:
    (tmp_path / "1.json").mkdir()

    assert statusline_samples.read_samples(tmp_path) == []
    assert (tmp_path / "1.json").exists()


def test_a_failed_write_leaves_no_partial_file(tmp_path: Path) -> None:
    in_the_way = tmp_path / f"{NOW_NS:020d}-{os.getpid()}.json"
    in_the_way.mkdir()

    with pytest.raises(OSError, match=r"\S"):
        statusline_samples.write_sample(tmp_path, PAYLOAD, NOW_NS)

    assert list(tmp_path.iterdir()) == [in_the_way]
