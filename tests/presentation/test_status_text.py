from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from claude_tray.core.forecasts import Forecast, ForecastMethod
from claude_tray.core.snapshot import Pace
from claude_tray.core.status import AccountStatus, assess_account
from claude_tray.core.time import to_epoch_ms
from claude_tray.core.windows import InferredRule, ValueSource, WindowRule
from claude_tray.i18n.formats import DASH
from claude_tray.i18n.translator import load_translator
from claude_tray.presentation.countdown import (
    build_countdown,
    compute_minutes_left,
    compute_time_left,
    format_reset_source,
    truncate_to_minute,
)
from claude_tray.presentation.status_text import (
    Headline,
    build_headline,
    describe_status,
    format_pace,
    format_summary_sentence,
)
from tests.support.builders import at
from tests.support.popup_states import (
    START,
    STATES,
    PopupState,
    make_popup_state,
)

EXPECTED = {
    "pace": (
        AccountStatus.OK,
        "On pace",
        "On track to use 66% by the reset.",
    ),
    "fast": (
        AccountStatus.WARNING,
        "Ahead of pace",
        "You'll hit the limit at 13:01, 1h 59m before it resets.",
    ),
    "almost": (
        AccountStatus.CRITICAL,
        "Almost out",
        "You'll hit the limit at 14:56, 4m before it resets.",
    ),
    "limit": (
        AccountStatus.LIMIT,
        "5-hour limit reached",
        "Claude Code is available again at 15:00.",
    ),
    "week": (
        AccountStatus.LIMIT,
        "Weekly limit reached",
        "Claude Code is available again Thursday at 09:00.",
    ),
    "idle": (
        AccountStatus.IDLE,
        "Ready",
        "Your next message starts a new 5-hour window.",
    ),
    "unknown": (
        AccountStatus.UNKNOWN,
        "Limit unknown",
        "405K tokens in and out. Your typical window: 256K.",
    ),
    "stale": (
        AccountStatus.STALE,
        "As of 11:41",
        "At least 38% of the 5-hour limit used (as of 11:41).",
    ),
    "reading": (
        AccountStatus.READING,
        "Reading logs",
        "Reading Claude Code's logs: 42%. This happens only once.",
    ),
    "error": (
        AccountStatus.ERROR,
        "Action needed",
        (
            "~/.claude/projects cannot be read: permission denied."
            " Run `claude-tray doctor`."
        ),
    ),
}


def classify(state: PopupState) -> AccountStatus:
    account, now = state.context.account, state.context.now
    return assess_account(state.data.snapshot, account, now).status


def get_sentence(state: PopupState) -> str:
    return describe_status(state.data.snapshot, state.context).sentence


@pytest.mark.parametrize("name", EXPECTED)
def test_each_state_is_described(name: str) -> None:
    state = make_popup_state(name)

    text = describe_status(state.data.snapshot, state.context)

    assert text == EXPECTED[name]


@pytest.mark.parametrize("name", STATES)
@pytest.mark.parametrize("language", ["en", "de"])
def test_all_placeholders_are_filled(name: str, language: str) -> None:
    state = make_popup_state(name, load_translator(language))

    text = describe_status(state.data.snapshot, state.context)

    assert "{" not in "".join(text)
    assert all(text)


def test_a_used_up_window_blocks_without_a_limit_hit() -> None:
    state = make_popup_state("limit").change_account(limit_reached_until=None)

    assert classify(state) is AccountStatus.LIMIT


def test_usage_after_its_reset_is_unknown() -> None:
    state = make_popup_state("pace")
    assert state.context.usage is not None
    for resets_at, expected in (
        (state.context.now - timedelta(minutes=1), AccountStatus.UNKNOWN),
        (None, AccountStatus.OK),
    ):
        used = replace(state.context.usage, resets_at=resets_at)

        assert classify(state.change_account(used=used)) is expected


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (20, AccountStatus.CRITICAL),
        (60, AccountStatus.WARNING),
        (165, AccountStatus.OK),
        (-1, AccountStatus.OK),
    ],
)
def test_a_limit_well_before_the_reset_warns_at_any_usage(
    minutes: int, expected: AccountStatus
) -> None:
    state = make_popup_state("pace")
    limit_at = state.context.now + timedelta(minutes=minutes)
    pace = Pace(1, 1, 100, limit_at)

    assert classify(state.change_account(pace=pace)) is expected


def test_a_forecast_states_its_margin() -> None:
    limit_at = START + timedelta(hours=3, minutes=1)
    forecast = Forecast(
        ForecastMethod.LINE,
        71,
        140,
        to_epoch_ms(limit_at),
        round(11.6 * 60_000),
    )
    pace = Pace(1, 1, 140, limit_at, forecast=forecast)
    state = make_popup_state("fast")

    assert get_sentence(state.change_account(pace=pace)) == (
        "You'll hit the limit at 13:01 (±12 min), 1h 59m before it resets."
    )


def test_without_a_projection_the_usage_is_described() -> None:
    for pace in (None, Pace(963, 4.25)):
        state = make_popup_state("pace").change_account(pace=pace)

        assert get_sentence(state) == "38% of the 5-hour limit used."


def test_without_earlier_windows_the_status_line_is_suggested() -> None:
    state = make_popup_state("unknown").change_account(pace=Pace(0, None))

    assert get_sentence(state) == (
        "Connect the status line to see how much of your limit is left."
    )


@pytest.mark.parametrize(
    ("name", "pace", "expected"),
    [
        ("pace", Pace(963, 4.25), "963 tokens/min in and out · $4.25/h"),
        ("pace", Pace(0, None), "0 tokens/min in and out"),
        ("pace", None, ""),
        ("limit", Pace(963, 4.25), ""),
        ("idle", Pace(963, 4.25), ""),
    ],
)
def test_pace_is_shown_while_a_window_is_in_use(
    name: str, pace: Pace | None, expected: str
) -> None:
    state = make_popup_state(name).change_account(pace=pace)

    assert format_pace(state.context) == expected


RULE = InferredRule(WindowRule.EXACT, 14, timedelta(minutes=2))


def change_source(
    source: ValueSource, inferred_rule: InferredRule | None
) -> PopupState:
    state = make_popup_state("pace")
    assert state.context.window is not None
    window = state.context.window._replace(
        source=source, rule=WindowRule.EXACT
    )
    return state.change_account(window=window, inferred_rule=inferred_rule)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("pace", ("2h 47m", "until 15:00")),
        ("almost", ("38m", "until 15:00")),
        ("limit", ("1h 08m", "until 15:00")),
        ("week", ("1d 20h", "until Thu 09:00")),
        ("idle", ("5h 00m", "available")),
        ("unknown", ("2h 47m", "until about 15:00")),
        ("reading", ("42%", "")),
    ],
)
def test_each_state_has_a_countdown(
    name: str, expected: tuple[str, str]
) -> None:
    state = make_popup_state(name)

    assert build_countdown(state.data.snapshot, state.context) == expected


def test_a_problem_without_a_window_has_no_countdown() -> None:
    state = make_popup_state("empty").change_snapshot(
        problem="The database is corrupt."
    )

    assert build_countdown(state.data.snapshot, state.context).left == DASH


def test_minutes_are_rounded_up() -> None:
    context = make_popup_state("pace").context
    later = context._replace(now=context.now + timedelta(seconds=1))

    assert compute_minutes_left(context) == 167
    assert compute_minutes_left(later) == 167
    assert compute_time_left(later) == timedelta(
        hours=2, minutes=46, seconds=59
    )


def test_without_a_window_nothing_is_left() -> None:
    context = make_popup_state("idle").context

    assert compute_minutes_left(context) is None


def test_views_change_with_the_minute() -> None:
    now = at("12:13")

    assert truncate_to_minute(now + timedelta(seconds=59)) == now


@pytest.mark.parametrize(
    ("source", "rule", "until", "text"),
    [
        (ValueSource.OFFICIAL, None, "until 15:00", ""),
        (
            ValueSource.INFERRED,
            RULE,
            "until 15:00 ± 2m",
            "Inferred from 14 resets, ±2m",
        ),
        (
            ValueSource.INFERRED,
            None,
            "until about 15:00",
            "Estimated reset time",
        ),
        (
            ValueSource.ESTIMATED,
            None,
            "until about 15:00",
            "Estimated reset time",
        ),
    ],
)
def test_the_source_of_a_reset_is_shown(
    source: ValueSource, rule: InferredRule | None, until: str, text: str
) -> None:
    state = change_source(source, rule)

    countdown = build_countdown(state.data.snapshot, state.context)

    assert countdown.until == until
    assert format_reset_source(state.context) == text


def test_without_a_window_a_reset_has_no_source() -> None:
    assert format_reset_source(make_popup_state("idle").context) == ""


def build(state: PopupState) -> Headline:
    return build_headline(state.data.snapshot, state.context)


def test_the_headline_is_one_sentence_for_screen_readers() -> None:
    state = make_popup_state("pace")

    assert format_summary_sentence(build(state), state.context) == (
        "Claude Code: 2h 47m until 15:00, 38%. On pace."
        " On track to use 66% by the reset."
    )


def test_unknown_usage_is_left_out_of_the_sentence() -> None:
    state = make_popup_state("idle")

    assert format_summary_sentence(build(state), state.context) == (
        "Claude Code: 5h 00m available. Ready."
        " Your next message starts a new 5-hour window."
    )


def test_a_limit_that_outlasts_the_window_is_the_weekly_one() -> None:
    state = make_popup_state("week").change_account(window=None, used=None)

    assert build(state).title == "Weekly limit"


def test_a_demo_is_labeled() -> None:
    state = make_popup_state("pace").change_snapshot(is_demo=True)

    assert build(state).corner == "Sample data"


def test_without_a_plan_the_age_of_the_usage_is_shown() -> None:
    corners = [
        build(make_popup_state(name).change_context(plan="")).corner
        for name in ("pace", "unknown")
    ]

    assert corners == ["Limits updated 12:12", ""]
