from __future__ import annotations

from datetime import timedelta

import pytest

from claude_tray.core.cost import Totals
from claude_tray.core.forecasts import ForecastRecord
from claude_tray.core.snapshot import AccountSnapshot, Retention, Snapshot
from claude_tray.core.windows import InferredRule, ValueSource, WindowRule
from claude_tray.i18n.translator import ENGLISH
from claude_tray.presentation.context import ViewContext
from claude_tray.presentation.notes import (
    build_snapshot_notes,
    build_window_notes,
    list_forecast_record,
    list_remote_start,
)
from claude_tray.presentation.status_lines import build_source_lines
from claude_tray.ui.popup.compose import build_view
from tests.support.builders import at
from tests.support.popup_states import START, make_popup_state

CASES = {
    "no note": ({}, []),
    "a cost without a transcript": (
        {"pending_cost": 2_000_000_000},
        ["Not in a transcript yet: \N{GREATER-THAN OR EQUAL TO} $2.00"],
    ),
    "unpriced models": (
        {"unpriced_models": ("house", "other")},
        ["No price known for house, other."],
    ),
    "a request without a response": (
        {"unanswered_requests": 1},
        ["1 request has no response: its cost is unknown."],
    ),
    "requests without a response": (
        {"unanswered_requests": 2},
        ["2 requests have no response: their cost is unknown."],
    ),
    "incomplete requests": (
        {"last_30_days": Totals(100, incomplete=3)},
        ["Costs are a minimum: 3% of requests ended early."],
    ),
    "few incomplete requests": (
        {"last_30_days": Totals(1000, incomplete=1)},
        ["Costs are a minimum: 1% of requests ended early."],
    ),
    "an untracked folder": (
        {"unfollowed_folders": ("/home/ada/.claude-new",)},
        [
            ("Also found sessions in /home/ada/.claude-new."),
        ],
    ),
    "saved transcripts": (
        {"retention": Retention(30, 218, 218)},
        [
            (
                "Claude Code will delete 218 old transcripts soon. Your stats are already saved."
            ),
        ],
    ),
    "partly saved transcripts": (
        {"retention": Retention(30, 2, 1)},
        [
            (
                "Claude Code will delete 2 old transcripts soon. The stats of 1 are already saved."
            ),
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_each_note_is_one_sentence(case: str) -> None:
    fields, expected = CASES[case]
    snapshot = Snapshot(at("12:00"), **fields)  # type: ignore[arg-type]

    assert build_snapshot_notes(snapshot, ViewContext(at("12:00"))) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("pace", ["Window started on another device at 10:00."]),
        ("idle", []),
        ("empty", []),
    ],
)
def test_a_remote_start_is_noted_only_while_its_window_is_open(
    name: str, expected: list[str]
) -> None:
    state = make_popup_state(name)
    if state.data.snapshot.accounts:
        state = state.change_account(remote_start_at=START)

    assert list_remote_start(state.context) == expected


@pytest.mark.parametrize(
    ("name", "changes", "expected"),
    [
        ("pace", {}, ()),
        ("empty", {}, ()),
        (
            "pace",
            {"is_provisional": True},
            (
                "One computer has not synced yet; the window may have started earlier.",
            ),
        ),
        (
            "idle",
            {"is_provisional": True},
            (
                "One computer has not synced yet; a window may already be open.",
            ),
        ),
        (
            "unknown",
            {
                "inferred_rule": InferredRule(
                    WindowRule.EXACT, 3, timedelta(minutes=2)
                )
            },
            ("Reset time inferred from earlier resets, ±2m.",),
        ),
    ],
)
def test_uncertain_windows_have_a_note(
    name: str, changes: dict[str, object], expected: tuple[str, ...]
) -> None:
    state = make_popup_state(name)
    if name == "unknown":
        window = state.context.window
        assert window is not None
        changes["window"] = window._replace(source=ValueSource.INFERRED)
    if changes:
        state = state.change_account(**changes)

    assert build_window_notes(state.context) == expected


@pytest.mark.parametrize(
    ("record", "sentence"),
    [
        (
            ForecastRecord(40, 3.0, 40, 12 * 60_000),
            "My last 40 forecasts were off by ±12 min.",
        ),
        (
            ForecastRecord(17, 6.4),
            "My last 17 forecasts were off by ±6% at the reset.",
        ),
    ],
)
def test_the_record_of_forecasts_is_a_sentence(
    record: ForecastRecord, sentence: str
) -> None:
    assert list_forecast_record(record, ENGLISH) == [sentence]
    assert list_forecast_record(None, ENGLISH) == []
    state = make_popup_state("pace").change_account(forecast_record=record)
    assert sentence in build_view(*state).headline_tooltip
    assert sentence in build_source_lines(state.context)
    idle = make_popup_state("empty").context._replace(
        account=AccountSnapshot("a", "/a", forecast_record=record)
    )
    assert build_source_lines(idle) == [sentence]
