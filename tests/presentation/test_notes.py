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
        ["No price is known for house, other."],
    ),
    "replies without an end": (
        {"last_30_days": Totals(100, incomplete=3)},
        ["Costs are the least they were: 3% of requests are incomplete."],
    ),
    "a few of them": (
        {"last_30_days": Totals(1000, incomplete=1)},
        ["Costs are the least they were: 1% of requests are incomplete."],
    ),
    "a folder that may be followed": (
        {"unfollowed_folders": ("/home/ada/.claude-new",)},
        [
            (
                "Sessions run in /home/ada/.claude-new too, which is not"
                " followed."
            ),
        ],
    ),
    "transcripts that go": (
        {"retention": Retention(30, 218, 218)},
        [
            (
                "Claude Code deletes 218 transcripts within 3 days; their"
                " numbers are saved."
            ),
        ],
    ),
    "transcripts that are not wholly read": (
        {"retention": Retention(30, 2, 1)},
        [
            (
                "Claude Code deletes 2 transcripts within 3 days; the numbers"
                " of 1 are saved."
            ),
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_said_what_must_be_known_of_the_figures(case: str) -> None:
    fields, expected = CASES[case]
    snapshot = Snapshot(at("12:00"), **fields)  # type: ignore[arg-type]

    assert build_snapshot_notes(snapshot, ViewContext(at("12:00"))) == expected
