from __future__ import annotations

from typing import Any

import pytest

from claude_tray.importers import ccusage

MODEL = {"modelName": "claude-opus-4-5", "inputTokens": 1, "outputTokens": 2}
DAY: dict[str, Any] = {"date": "2026-04-01", "modelBreakdowns": [MODEL]}


def _count_skipped(*rows: Any) -> dict[str, int]:
    return dict(ccusage.parse_report({"daily": list(rows)}).skipped)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("x", "no counts by model"),
        (DAY | {"modelBreakdowns": []}, "no counts by model"),
        (DAY | {"modelBreakdowns": ["x"]}, "no counts by model"),
        (DAY | {"agent": "codex"}, "another program's usage"),
        (
            DAY
            | {"agent": "all", "metadata": {"agents": ["claude", "codex"]}},
            "another program's usage",
        ),
        (DAY | {"date": "April"}, "no valid day"),
        (DAY | {"date": "0001-01-01"}, "no valid day"),
        (DAY | {"date": "9999-12-31"}, "no valid day"),
        (
            {
                "sessionId": "s",
                "firstActivity": "9999-12-31T23:59:59Z",
                "lastActivity": "9999-12-31T23:59:59Z",
                "modelBreakdowns": [MODEL],
            },
            "no valid time",
        ),
        (
            {
                "sessionId": "s",
                "firstActivity": "2026-04-01",
                "lastActivity": "soon",
                "modelBreakdowns": [MODEL],
            },
            "no valid time",
        ),
        (
            DAY | {"modelBreakdowns": [MODEL | {"inputTokens": 1.5}]},
            "impossible token counts",
        ),
        (
            DAY
            | {"modelBreakdowns": [MODEL | {"inputTokens": (1 << 40) + 1}]},
            "impossible token counts",
        ),
        (
            DAY | {"modelBreakdowns": [MODEL | {"inputTokens": True}]},
            "impossible token counts",
        ),
    ],
)
def test_unusable_row_is_skipped(row: Any, reason: str) -> None:
    assert _count_skipped(row) == {reason: 1}


def test_integers_may_be_written_as_floats() -> None:
    row = DAY | {"modelBreakdowns": [MODEL | {"inputTokens": 7.0}]}

    (one,) = ccusage.parse_report({"daily": [row]}).day_totals

    assert one.tokens.input == 7


def test_malformed_projects_are_ignored() -> None:
    assert ccusage.parse_report({"projects": {"p": 3}}).day_totals == ()


def test_totals_of_a_day_and_model_are_added_up() -> None:
    (one,) = ccusage.parse_report({"daily": [DAY, DAY]}).day_totals

    assert one.tokens.output == 4


def test_day_with_one_model_needs_no_breakdown() -> None:
    row = {"date": "2026-04-01", "modelsUsed": ["claude-opus-4-5"]}
    two = row | {"modelsUsed": ["claude-opus-4-5", "claude-sonnet-4-5"]}
    counts = {"inputTokens": 1, "outputTokens": 2, "cacheCreationTokens": 3}

    history = ccusage.parse_report({"daily": [row | counts, two | counts]})

    (one,) = history.day_totals
    assert (one.model, one.tokens.total) == ("claude-opus-4-5", 6)
    assert dict(history.skipped) == {"no counts by model": 1}
