from __future__ import annotations

from datetime import timedelta

import pytest

from claude_tray.core.windows import InferredRule, ValueSource, WindowRule
from claude_tray.i18n.formats import DASH
from claude_tray.presentation.countdown import (
    build_countdown,
    compute_minutes_left,
    compute_time_left,
    format_reset_source,
    truncate_to_minute,
)
from tests.support.builders import at
from tests.support.popup_states import PopupState, make_popup_state

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
