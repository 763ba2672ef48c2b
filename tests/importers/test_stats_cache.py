from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.core.usage import TokenCounts
from claude_tray.importers.detect import load_history
from claude_tray.importers.stats_cache import is_stats_cache, parse_stats_cache

if TYPE_CHECKING:
    from pathlib import Path

CACHE = {
    "version": 2,
    "lastComputedDate": "2026-02-20",
    "dailyActivity": [{"date": "2026-02-01", "messageCount": 120}],
    "dailyModelTokens": [
        {
            "date": "2026-02-01",
            "tokensByModel": {"claude-opus-5": 123_456, "claude-haiku-9": 7},
        },
        {"date": "2026-02-02", "tokensByModel": {"claude-opus-5": 0}},
    ],
    "modelUsage": {},
}


def _parse_days(*days: Any) -> tuple[list[tuple[str, int]], dict[str, int]]:
    history = parse_stats_cache({"dailyModelTokens": list(days)})
    return (
        [(d.model, d.tokens.input) for d in history.day_totals],
        dict(history.skipped),
    )


def test_each_model_of_a_day_is_a_total(tmp_path: Path) -> None:
    path = tmp_path / "stats-cache.json"
    path.write_text(json.dumps(CACHE))

    history = load_history(path)

    assert history.source == "stats-cache.json"
    assert [
        (d.kind, d.day, d.model, d.tokens, d.account)
        for d in history.day_totals
    ] == [
        (
            "stats-cache",
            date(2026, 2, 1),
            "claude-opus-5",
            TokenCounts(123_456),
            None,
        ),
        (
            "stats-cache",
            date(2026, 2, 1),
            "claude-haiku-9",
            TokenCounts(7),
            None,
        ),
    ]
    assert history.skipped == ()


def test_a_day_that_is_listed_twice_counts_once() -> None:
    day = {"date": "2026-02-01", "tokensByModel": {"a": 5}}
    more = {"date": "2026-02-01", "tokensByModel": {"a": 6}}

    assert _parse_days(day, more, day) == ([("a", 6)], {})


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (5, "no valid day"),
        ({}, "no valid day"),
        ({"date": "1999-01-01", "tokensByModel": {"a": 1}}, "no valid day"),
        ({"date": "2026-02-01"}, "no valid day"),
        (
            {"date": "2026-02-01", "tokensByModel": {"a": -1}},
            "impossible token counts",
        ),
        (
            {"date": "2026-02-01", "tokensByModel": {"a": "x"}},
            "impossible token counts",
        ),
    ],
)
def test_invalid_days_are_skipped(entry: Any, reason: str) -> None:
    assert _parse_days(entry) == ([], {reason: 1})


def test_synthetic_and_nameless_models_are_ignored() -> None:
    day = {"date": "2026-02-01", "tokensByModel": {"<synthetic>": 5, "": 3}}

    assert _parse_days(day) == ([], {})


def test_other_objects_are_no_statistics() -> None:
    assert not is_stats_cache({"dailyModelTokens": {}})
    assert not is_stats_cache({})
