from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from claude_tray.core.snapshot import Pace, SyncPhase, SyncState
from claude_tray.core.tokens import TokenCounts
from claude_tray.core.totals import Totals
from claude_tray.core.windows import InferredRule, ValueSource, WindowRule
from claude_tray.i18n.formats import DASH
from claude_tray.i18n.translator import load_translator
from claude_tray.presentation.context import format_plan_name
from claude_tray.presentation.status_text import DisplayStatus
from claude_tray.ui.popup.compose import build_view
from tests.support.popup_states import END, START, STATES, make_popup_state

NOW = datetime(2026, 11, 24, 12, 13, tzinfo=UTC)
EXPECTED = {
    "pace": (
        ("2h 47m", "until 15:00", DisplayStatus.OK, "On pace"),
        "On track to use 66% by the reset.",
    ),
    "fast": (
        ("2h 47m", "until 15:00", DisplayStatus.WARNING, "Ahead of pace"),
        "You'll hit the limit at 13:01, 1h 59m before it resets.",
    ),
    "almost": (
        ("38m", "until 15:00", DisplayStatus.CRITICAL, "Almost out"),
        "You'll hit the limit at 14:56, 4m before it resets.",
    ),
    "limit": (
        ("1h 08m", "until 15:00", DisplayStatus.LIMIT, "Limit reached"),
        "Claude Code is available again at 15:00.",
    ),
    "week": (
        (
            "1d 20h",
            "until Thu 09:00",
            DisplayStatus.LIMIT,
            "Weekly limit reached",
        ),
        "Claude Code is available again at Thu 09:00.",
    ),
    "idle": (
        ("5h 00m", "available", DisplayStatus.IDLE, "Ready"),
        "Your next message starts a new 5-hour window.",
    ),
    "unknown": (
        (
            "2h 47m",
            "until about 15:00",
            DisplayStatus.UNKNOWN,
            "Limit unknown",
        ),
        "405K tokens in and out. Your typical window: 256K.",
    ),
    "stale": (
        ("2h 47m", "until 15:00", DisplayStatus.STALE, "As of 11:41"),
        "At least 38% used (last update 11:41).",
    ),
    "reading": (
        ("42%", "", DisplayStatus.READING, "Reading logs"),
        "Reading Claude Code's logs: 42%. This happens only once.",
    ),
    "error": (
        ("2h 47m", "until 15:00", DisplayStatus.ERROR, "Action needed"),
        (
            "~/.claude/projects cannot be read: permission denied."
            " Run `claude-tray doctor`."
        ),
    ),
}


@pytest.mark.parametrize("state", EXPECTED)
def test_each_state_says_what_it_is(state: str) -> None:
    head = build_view(*make_popup_state(state)).headline

    actual = (
        (head.countdown, head.until, head.status, head.pill),
        head.sentence,
    )
    assert actual == EXPECTED[state]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_state_has_a_view_in_every_language(
    state: str,
    language: str,
) -> None:
    view = build_view(*make_popup_state(state, load_translator(language)))

    assert view.sentence.startswith("Claude Code: ")
    assert "{" not in str(view)


def test_all_that_matters_is_one_sentence() -> None:
    assert build_view(*make_popup_state("pace")).sentence == (
        "Claude Code: 2h 47m until 15:00, 38%. On pace. On track to use 66% by the reset."
    )


def test_percentages_tell_what_is_left_if_one_wants_that() -> None:
    view = build_view(*make_popup_state("pace", shows_remaining=True))

    assert view.chart.now is not None
    assert view.chart.now.label == "62% left"
    assert [week.value for week in view.weekly_limits] == [
        "79% left",
        "66% left",
    ]


def test_the_curve_ends_at_the_share_that_is_known() -> None:
    chart = build_view(*make_popup_state("pace")).chart

    assert chart.now is not None
    assert chart.now.y == pytest.approx(0.38)
    assert chart.curve[0][:2] == (0, 0)
    assert chart.curve[-1].x == pytest.approx(133 / 300)
    assert chart.projection is not None
    assert (
        chart.projection.x,
        chart.projection.y,
        chart.projection.label,
    ) == (1, 0.66, "66%")


def test_a_curve_never_falls() -> None:
    heights = [
        reading.y
        for reading in build_view(*make_popup_state("fast")).chart.curve
    ]

    assert heights == sorted(heights)


def test_between_two_known_values_the_curve_is_about() -> None:
    chart = build_view(*make_popup_state("pace")).chart

    assert chart.curve[10].label.startswith("10:")
    assert "≈" in chart.curve[10].label


def test_what_was_told_long_ago_is_gone_on_from() -> None:
    chart = build_view(*make_popup_state("stale")).chart

    assert chart.now is not None
    assert chart.now.label == "≈ 39%"
    assert chart.projection is None


def test_an_old_share_holds_while_nothing_more_was_used() -> None:
    state = make_popup_state("stale")
    observed_at = state.context.now - timedelta(minutes=32)

    for last in (None, observed_at):
        view = build_view(*state.change_account(last_record_at=last))
        assert view.headline.status is DisplayStatus.OK


def test_a_limit_before_the_reset_is_where_the_curve_heads() -> None:
    chart = build_view(*make_popup_state("fast")).chart

    assert chart.projection is not None
    assert chart.projection.is_limit
    assert chart.projection.label == "13:01"
    assert chart.is_limit_near


def test_without_a_limit_the_axis_is_of_tokens_beside_the_usual() -> None:
    chart = build_view(*make_popup_state("unknown")).chart

    assert chart.limit_label == ""
    assert [level.label for level in chart.reference_lines] == [
        "typical 256K",
        "busy day 402K",
    ]
    assert chart.now is not None
    assert chart.now.label == "299K"
    assert chart.projection is not None
    assert (
        max(chart.projection.y, *(level.y for level in chart.reference_lines))
        < 1
    )


def test_without_earlier_windows_there_is_nothing_usual() -> None:
    view = build_view(
        *make_popup_state("unknown").change_account(pace=Pace(0, None))
    )

    assert view.chart.reference_lines == ()
    assert view.chart.projection is None
    assert view.headline.sentence == (
        "Connect the status line to see how much of your limit is left."
    )
    assert view.pace_text == "0 tok/min"


def test_levels_that_are_near_each_other_are_one() -> None:
    pace = Pace(9, None, typical_tokens=(100, 110))

    view = build_view(*make_popup_state("unknown").change_account(pace=pace))

    assert len(view.chart.reference_lines) == 1


def test_in_its_first_minutes_a_window_heads_nowhere() -> None:
    for state in ("pace", "unknown"):
        view = build_view(*make_popup_state(state).change_account(pace=None))

        assert view.chart.projection is None
        assert view.pace_text == ""
    view = build_view(*make_popup_state("pace").change_account(pace=None))
    assert view.headline.sentence == "38% of the 5-hour limit used."


def test_a_pace_without_a_projection_heads_nowhere() -> None:
    view = build_view(
        *make_popup_state("pace").change_account(pace=Pace(963, 4.25))
    )

    assert view.chart.projection is None


def test_a_share_without_use_on_this_computer_has_no_curve() -> None:
    chart = build_view(
        *make_popup_state("pace").change_breakdown(buckets=())
    ).chart

    assert chart.curve == ()
    assert chart.now is not None
    assert chart.now.y == pytest.approx(0.38)


def test_tokens_without_use_on_this_computer_are_none() -> None:
    chart = build_view(
        *make_popup_state("unknown").change_breakdown(buckets=())
    ).chart

    assert chart.now is not None
    assert chart.now.label == "0"


def test_where_a_price_lacks_the_curve_follows_the_tokens() -> None:
    state = make_popup_state("pace")
    steps = state.data.breakdown.buckets
    unpriced = (*steps[:-1], steps[-1]._replace(unpriced=1, cost=0))

    chart = build_view(*state.change_breakdown(buckets=unpriced)).chart

    assert chart.curve[-2].y > chart.curve[-3].y


def test_a_reached_limit_is_all_of_it_even_if_no_share_was_told() -> None:
    chart = build_view(
        *make_popup_state("limit").change_account(used=None)
    ).chart

    assert chart.now is not None
    assert chart.now.y == 1
    assert chart.projection is None


def test_a_week_that_is_over_says_nothing_of_the_window() -> None:
    chart = build_view(
        *make_popup_state("week").change_account(used=None)
    ).chart

    assert chart.limit_label == ""


def test_a_limit_without_a_window_is_the_weeks_if_it_is_far() -> None:
    state = make_popup_state("week").change_account(window=None, used=None)

    assert build_view(*state).headline.title == "Weekly limit"


def test_a_share_whose_reset_has_passed_is_gone() -> None:
    state = make_popup_state("pace")
    assert state.context.usage is not None
    for resets_at, expected in (
        (state.context.now - timedelta(minutes=1), DisplayStatus.UNKNOWN),
        (None, DisplayStatus.OK),
    ):
        used = replace(state.context.usage, resets_at=resets_at)

        view = build_view(*state.change_account(used=used))
        assert view.headline.status is expected


def test_a_limit_long_before_the_reset_warns_at_any_share() -> None:
    state = make_popup_state("pace")
    for minutes, expected in (
        (20, DisplayStatus.CRITICAL),
        (60, DisplayStatus.WARNING),
        (165, DisplayStatus.OK),
        (-1, DisplayStatus.OK),
    ):
        end = state.context.now + timedelta(minutes=minutes)
        view = build_view(*state.change_account(pace=Pace(1, 1, 100, end)))

        assert view.headline.status is expected


def test_a_window_that_was_learnt_says_how_far_it_may_be_off() -> None:
    state = make_popup_state("pace")
    assert state.context.window is not None
    window = state.context.window._replace(
        source=ValueSource.INFERRED, rule=WindowRule.EXACT
    )
    learned = InferredRule(WindowRule.EXACT, 14, timedelta(minutes=2))

    known = build_view(
        *state.change_account(window=window, inferred_rule=learned)
    )
    unknown = build_view(
        *state.change_account(window=window, inferred_rule=None)
    )

    assert known.headline.until == "until 15:00 ± 2m"
    assert unknown.headline.until == "until about 15:00"


def test_weekly_limits_are_judged_by_their_share() -> None:
    weeks = build_view(*make_popup_state("week")).weekly_limits

    assert [week.status for week in weeks] == [
        DisplayStatus.CRITICAL,
        DisplayStatus.WARNING,
    ]
    assert [week.name for week in weeks] == [
        "Week · all models",
        "Week · Opus",
    ]
    assert weeks[0].reset_text == "resets Thu 09:00"
    assert weeks[0].remaining_text == "in 1d 20h"
    assert weeks[0].elapsed_fraction == pytest.approx(
        1 - 44.783 / 168, abs=1e-3
    )


def test_a_weekly_limit_without_a_reset_has_no_mark() -> None:
    state = make_popup_state("pace")
    weekly = state.data.snapshot.accounts[0].weekly
    endless = tuple(replace(used, resets_at=None) for used in weekly)

    week = build_view(*state.change_account(weekly=endless)).weekly_limits[0]

    assert (week.elapsed_fraction, week.reset_text, week.remaining_text) == (
        None,
        "",
        "",
    )


def test_kinds_share_the_cost_and_projects_the_dearest() -> None:
    view = build_view(*make_popup_state("pace"))

    assert sum(kind.fraction for kind in view.token_costs) == pytest.approx(1)
    assert view.token_costs[0][:3] == ("Cache read", "19.7M", "$2.96")
    assert [row.name for row in view.models] == [
        "Opus 4.6",
        "Sonnet 4.6",
        "Haiku 4.5",
    ]
    assert view.projects[0].fraction == 1
    assert view.projects[1].fraction == pytest.approx(2.44 / 5.12)


def test_kinds_without_a_price_are_a_dash() -> None:
    state = make_popup_state("pace")
    kinds = state.data.breakdown.cost_breakdown._replace(is_complete=False)

    view = build_view(*state.change_breakdown(cost_breakdown=kinds))

    assert {kind.cost for kind in view.token_costs} == {DASH}


def test_without_any_price_rows_are_compared_by_tokens() -> None:
    models = (
        ("a", Totals(1, TokenCounts(input=10), unpriced=1)),
        ("b", Totals(1, TokenCounts(input=5), unpriced=1)),
    )

    rows = build_view(
        *make_popup_state("pace").change_breakdown(models=models)
    ).models

    assert [(row.fraction, row.cost) for row in rows] == [
        (1, DASH),
        (0.5, DASH),
    ]


def test_days_are_marked_on_mondays() -> None:
    days = build_view(*make_popup_state("pace")).daily_costs

    assert len(days.bars) == 30
    assert days.bars[0].mark == "Oct 26"
    assert days.bars[1].mark == ""
    assert days.bars[-1].name == "Tue Nov 24"
    assert max(bar.fraction for bar in days.bars) == 1
    assert days.bars[5].is_weekend


@pytest.mark.parametrize(
    ("sync", "pictogram", "text"),
    [
        (SyncState(), "no cloud", "Not synced"),
        (SyncState(SyncPhase.RUNNING), "refresh", "Syncing…"),
        (SyncState(SyncPhase.IDLE), "cloud", "Not synced yet"),
        (
            SyncState(SyncPhase.IDLE, NOW - timedelta(minutes=3)),
            "cloud",
            "Synced 3m ago",
        ),
        (SyncState(SyncPhase.STOPPED), "warn", "Not synced yet"),
        (
            SyncState(SyncPhase.DELAYED, NOW - timedelta(hours=3)),
            "warn",
            "Not synced since 09:13",
        ),
    ],
)
def test_forwarding_says_how_it_stands(
    sync: SyncState,
    pictogram: str,
    text: str,
) -> None:
    line = build_view(
        *make_popup_state("pace").change_snapshot(sync=sync)
    ).sync

    assert (line.pictogram, line.text) == (pictogram, text)


def test_sync_now_is_offered_where_there_is_something_to_sync_with() -> None:
    off = make_popup_state("pace").change_snapshot(sync=SyncState())
    actions = {
        name: [b.action for b in build_view(*state).controls.menu if b]
        for name, state in (
            ("on", make_popup_state("pace")),
            ("off", off),
        )
    }

    assert actions["on"][0] == "sync-now"
    assert "sync-now" not in actions["off"]
    assert actions["off"][-1] == "quit"


def test_accounts_can_be_chosen_where_there_are_several() -> None:
    state = make_popup_state("accounts")

    tabs = build_view(
        *state.change_context(account=state.data.snapshot.accounts[1])
    ).accounts

    assert tabs == (("work", False), ("private", True))
    assert build_view(*make_popup_state("pace")).accounts == ()


def test_what_must_be_known_of_the_figures_is_said() -> None:
    state = make_popup_state("pace").change_account(started_elsewhere_at=START)
    state = state.change_snapshot(unpriced_models=("claude-x", "claude-y"))

    assert build_view(*state).notes == (
        "Window started on another device at 10:00.",
        "No price known for claude-x, claude-y.",
    )


def test_made_up_usage_is_labelled() -> None:
    state = make_popup_state("pace").change_snapshot(is_demo=True)

    assert build_view(*state).headline.corner == "Demo"


def test_without_a_plan_it_says_when_the_share_was_told() -> None:
    corners = [
        build_view(
            *make_popup_state(state).change_context(plan="")
        ).headline.corner
        for state in ("pace", "unknown")
    ]

    assert corners == ["Limits updated 12:12", ""]


def test_a_problem_without_a_window_has_no_countdown() -> None:
    state = make_popup_state("empty").change_snapshot(
        problem="The store is damaged."
    )

    assert build_view(*state).headline.countdown == DASH


def test_plans_are_called_as_people_call_them() -> None:
    plans = [
        format_plan_name(plan) for plan in ("auto", "pro", "max5", "max20")
    ]

    assert plans == ["", "Pro", "Max 5x", "Max 20x"]


def test_hours_are_those_of_the_clock_on_the_wall() -> None:
    state = make_popup_state("pace")
    assert state.context.window is not None
    late = timedelta(minutes=37)
    odd = state.context.window._replace(start=START + late, end=END + late)

    hours = build_view(*state.change_account(window=odd)).chart.hour_marks

    assert [label for _, label in hours][:2] == ["11:00", "12:00"]
    assert hours[0][0] == pytest.approx(23 / 300)
