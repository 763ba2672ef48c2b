from __future__ import annotations

import pytest

from claude_tray.core.snapshot import Retention, Snapshot
from claude_tray.core.totals import Totals
from claude_tray.presentation.context import ViewContext
from claude_tray.presentation.notes import build_snapshot_notes
from tests.support.builders import at

CASES = {
    "nothing": ({}, []),
    "a model without a price": (
        {"unpriced_models": ("house", "other")},
        ["No price known for house, other."],
    ),
    "replies without an end": (
        {"last_30_days": Totals(100, incomplete=3)},
        ["Costs are a minimum: 3% of requests ended early."],
    ),
    "a few of them": (
        {"last_30_days": Totals(1000, incomplete=1)},
        ["Costs are a minimum: 1% of requests ended early."],
    ),
    "a folder that may be followed": (
        {"unfollowed_folders": ("/home/ada/.claude-new",)},
        [
            (
                "Also found sessions in /home/ada/.claude-new, which is not tracked."
            ),
        ],
    ),
    "transcripts that go": (
        {"retention": Retention(30, 218, 218)},
        [
            (
                "Claude Code will delete 218 old transcripts soon. Your stats are already saved."
            ),
        ],
    ),
    "transcripts that are not wholly read": (
        {"retention": Retention(30, 2, 1)},
        [
            (
                "Claude Code will delete 2 old transcripts soon. The stats of 1 are already saved."
            ),
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_said_what_must_be_known_of_the_figures(case: str) -> None:
    fields, expected = CASES[case]
    snapshot = Snapshot(at("12:00"), **fields)  # type: ignore[arg-type]

    assert build_snapshot_notes(snapshot, ViewContext(at("12:00"))) == expected
