from __future__ import annotations

import math
import os
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.core.limits import LimitMoney, LimitSample
from claude_tray.providers.claude_code import statusline_samples
from claude_tray.providers.claude_code.statusline import handler
from claude_tray.providers.claude_code.statusline.handler import (
    find_claude_dir,
    write_sample,
)
from claude_tray.providers.claude_code.statusline_samples import parse_session

if TYPE_CHECKING:
    from pathlib import Path


NAN = math.nan
RESET = 1_795_358_400
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
    write_sample(tmp_path, PAYLOAD, NOW_NS)

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
        write_sample(tmp_path, PAYLOAD, time_ns)

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
        {},
        {"five_hour": None},
    ],
)
def test_a_payload_without_limits_writes_no_sample(
    tmp_path: Path,
    limits: Any,
) -> None:
    write_sample(tmp_path / "new", {"rate_limits": limits}, NOW_NS)

    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("limits", "ignored"),
    [
        ([], 1),
        ({"": {"used_percentage": 1}}, 1),
        ({"five_hour": 3}, 1),
        ({"five_hour": {"used_percentage": None, "resets_at": RESET}}, 1),
        ({"five_hour": {"used_percentage": "1", "resets_at": RESET}}, 1),
        ({"five_hour": {"used_percentage": NAN, "resets_at": RESET}}, 1),
        ({"five_hour": {"used_percentage": 1e308, "resets_at": RESET}}, 1),
        ({"five_hour": {"used_percentage": 10_001, "resets_at": RESET}}, 1),
        ({"five_hour": {"used_percentage": -1, "resets_at": RESET}}, 1),
        ({"five_hour": {"used_percentage": True, "resets_at": RESET}}, 1),
        ({"five_hour": {"used_percentage": 1, "resets_at": math.inf}}, 1),
        ({"five_hour": {"used_percentage": 1, "resets_at": 1}}, 1),
        ({"five_hour": {"used_percentage": 1, "resets_at": 10**12}}, 1),
        ({"five_hour": {"used_percentage": 1, "resets_at": []}}, 1),
        ({f"x{n}": {"used_percentage": "?"} for n in range(100)}, 100),
    ],
)
def test_values_that_cannot_be_read_are_counted(
    tmp_path: Path, limits: Any, ignored: int
) -> None:
    write_sample(tmp_path, {"rate_limits": limits}, NOW_NS)

    (sample,) = statusline_samples.read_samples(tmp_path)
    assert (sample.limits, sample.ignored) == ((), ignored)


def test_a_spend_limit_has_amounts(tmp_path: Path) -> None:
    spend_limit = {
        "used_percentage": 77,
        "resets_at": RESET,
        "used_usd": 19.25,
        "limit_usd": 25,
        "period": "monthly",
    }
    payload = {
        "session_id": "s1",
        "rate_limits": {"spend_limit": spend_limit, "five_hour": "?"},
    }
    write_sample(tmp_path, payload, NOW_NS)

    (sample,) = statusline_samples.read_samples(tmp_path)
    (limit,) = sample.limits
    assert (limit.name, limit.percent, limit.session) == (
        "spend_limit",
        77,
        "s1",
    )
    assert limit.money == LimitMoney(
        Decimal("19.25"), Decimal("25.00"), "USD", "monthly"
    )
    assert sample.unreadable == ("five_hour",)


def test_samples_of_earlier_versions_are_read(tmp_path: Path) -> None:
    (tmp_path / "1.json").write_text(
        '{"claude": "/c", "told_ms": 1795340400123,'
        ' "limits": {"five_hour": [38.5, 1795358400000]}}'
    )

    (sample,) = statusline_samples.read_samples(tmp_path)
    assert sample.to_limits("ana") == [
        LimitSample("ana", "five_hour", 38.5, 1795358400000, 1795340400123)
    ]
    assert (sample.unreadable, sample.ignored) == ((), 0)


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
        b'{"claude": "", "told_ms": 1, "limits": {"a": [1, 2, ["x", 1]]}}',
        (
            b'{"claude": "", "told_ms": 1, "limits": {"a": [1, 2,'
            b' ["x", null, "", ""]]}}'
        ),
        b'{"claude": "", "told_ms": 1, "limits": {}, "unreadable": 1}',
        b'{"claude": "", "told_ms": 1, "limits": {}, "ignored": "1"}',
    ],
)
def test_invalid_samples_are_deleted(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "1.json").write_bytes(data)

    assert statusline_samples.read_samples(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_the_folder_is_found_in_a_windows_path() -> None:
    path = r"C:\Users\ana\.claude\projects\-shop\3f0c.jsonl"

    found = find_claude_dir({"transcript_path": path})

    assert found == r"C:\Users\ana\.claude"


@pytest.mark.parametrize("path", [None, 3, "/home/ana/3f0c.jsonl", ""])
def test_a_path_outside_projects_has_no_folder(path: Any) -> None:
    assert find_claude_dir({"transcript_path": path}) == ""


def test_without_an_ingest_the_oldest_samples_are_deleted(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(statusline_samples, "_MAX_SAMPLES", 2)
    monkeypatch.setattr(handler, "_PRUNE_INTERVAL", 1)

    for number in range(4):
        write_sample(tmp_path, PAYLOAD, NOW_NS + number)

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
        write_sample(tmp_path, PAYLOAD, NOW_NS)

    assert list(tmp_path.iterdir()) == [in_the_way]


@pytest.mark.parametrize(
    ("cache", "expected"),
    [
        (
            {"expires_at": 1_772_355_600, "recache_tokens_if_cold": 217_000},
            (1_772_355_600_000, 217_000),
        ),
        ({"expires_at": 1_772_355_600}, (None, None)),
        ({"recache_tokens_if_cold": 217_000}, (None, None)),
        ({"expires_at": 1e12, "recache_tokens_if_cold": 1}, (None, None)),
        ({"expires_at": 1e30, "recache_tokens_if_cold": 1}, (None, None)),
        ({"expires_at": 1, "recache_tokens_if_cold": 2**50}, (None, None)),
        ({"expires_at": "soon", "recache_tokens_if_cold": 1}, (None, None)),
        ([], (None, None)),
    ],
)
def test_a_prompt_cache_needs_a_time_and_a_size(
    cache: object, expected: tuple[int | None, int | None]
) -> None:
    session = parse_session({"prompt_cache": cache}, 0)

    assert (session.cache_expires_ms, session.wake_tokens) == expected
