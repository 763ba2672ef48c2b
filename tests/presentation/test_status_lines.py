from __future__ import annotations

from dataclasses import replace
from datetime import UTC

from claude_tray.core.cost import Totals
from claude_tray.core.snapshot import Pace, Snapshot
from claude_tray.core.usage import TokenCounts
from claude_tray.presentation.context import ViewContext
from claude_tray.presentation.status_lines import (
    build_source_lines,
    build_status_lines,
)
from tests.support.assessment_states import make_account, week
from tests.support.builders import at
from tests.ui.tray.builders import (
    WINDOW,
    WINDOW_PRICED_TOTALS,
    make_snapshot,
    make_state,
    make_usage,
)


def _build_lines(snapshot: Snapshot) -> list[str]:
    account = snapshot.accounts[0] if snapshot.accounts else None
    return build_status_lines(snapshot, ViewContext(at("12:13"), account, UTC))


def test_window_started_on_another_device() -> None:
    snapshot = make_snapshot(remote_start_at=at("10:00"))

    assert (
        _build_lines(snapshot)[-1]
        == "Window started on another device at 10:00."
    )


def test_unknown_cost_is_a_dash_and_partial_cost_a_lower_bound() -> None:
    unknown = WINDOW._replace(totals=Totals(1, TokenCounts(5), unpriced=1))
    partial = WINDOW._replace(totals=WINDOW_PRICED_TOTALS._replace(unpriced=1))

    assert (
        "This window – · 5 tokens"  # noqa: RUF001 - the dash that is shown
        in _build_lines(make_snapshot(unknown))
    )
    assert "This window ≥ $9.42 · 21.4M tokens" in _build_lines(
        make_snapshot(partial)
    )


def test_demo_is_labeled() -> None:
    first, *_ = _build_lines(Snapshot(at("12:13"), is_demo=True))

    assert first.startswith("Claude Code (sample data): ")


def test_long_problem_is_not_truncated() -> None:
    snapshot = replace(make_snapshot(), problem="x" * 200)

    assert _build_lines(snapshot)[0].endswith("x" * 200)


def test_sources_of_reset_and_usage() -> None:
    context = ViewContext(at("12:13"), zone=UTC)
    pace = Pace(1, 1, typical_tokens=(94_400, 174_000))

    assert build_source_lines(context) == []
    assert build_source_lines(
        context._replace(account=make_state(pace=pace))
    ) == [
        "Estimated reset time",
        "Limit unknown. Typical window: 94.4K tokens (90% stay under 174K)",
    ]
    assert build_source_lines(
        context._replace(account=make_state(used=make_usage(38), pace=pace))
    ) == ["Estimated reset time", "Limits updated 12:00"]


def test_a_limit_without_a_reset_time_is_shown_by_its_share() -> None:
    account = make_account(
        week(41, resets_at=None), has_window=False, window=None
    )
    snapshot = Snapshot(at("12:13"), accounts=(account,))

    assert _build_lines(snapshot) == [
        "Claude Code: Week 41%",
        "Today $0.00 · 0 tokens",
    ]


def test_a_limit_is_the_main_figure_without_a_window() -> None:
    account = make_account(week(63), has_window=False, window=None)
    snapshot = Snapshot(at("12:13"), accounts=(account,))

    assert _build_lines(snapshot)[:2] == [
        "Claude Code: Week 63% · resets in 3d 20h (Thu 09:00)",
        "Runs out Tue 08:21, 2d 0h early",
    ]
