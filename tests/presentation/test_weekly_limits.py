from __future__ import annotations

from dataclasses import replace

import pytest

from claude_tray.core.status import AccountStatus
from claude_tray.presentation.weekly_limits import (
    build_weekly_limits,
    format_weekly_limit_name,
)
from tests.support.popup_states import make_popup_state


def test_each_weekly_limit_is_a_meter() -> None:
    limits = build_weekly_limits(make_popup_state("week").context)

    assert [limit.status for limit in limits] == [
        AccountStatus.CRITICAL,
        AccountStatus.WARNING,
    ]
    assert [limit.name for limit in limits] == [
        "Week · all models",
        "Week · Opus",
    ]
    assert limits[0].reset_text == "resets Thu 09:00"
    assert limits[0].remaining_text == "in 1d 20h"
    assert limits[0].elapsed_fraction == pytest.approx(
        1 - 44.783 / 168, abs=1e-3
    )


def test_remaining_usage_is_shown_on_request() -> None:
    state = make_popup_state("pace", shows_remaining=True)

    values = [limit.value for limit in build_weekly_limits(state.context)]

    assert values == ["79% left", "66% left"]


def test_a_limit_without_a_reset_time_has_no_tick() -> None:
    state = make_popup_state("pace")
    assert state.context.account is not None
    weekly = tuple(
        replace(limit, resets_at=None)
        for limit in state.context.account.weekly
    )

    limit = build_weekly_limits(state.change_account(weekly=weekly).context)[0]

    assert limit.elapsed_fraction is None
    assert (limit.reset_text, limit.remaining_text) == ("", "")


def test_a_limit_that_was_reset_since_is_left_out() -> None:
    state = make_popup_state("pace")
    assert state.context.account is not None
    first, second = state.context.account.weekly
    weekly = (replace(first, resets_at=state.context.now), second)

    limits = build_weekly_limits(state.change_account(weekly=weekly).context)

    assert [limit.name for limit in limits] == ["Week · Opus"]


def test_names_of_limits_are_readable() -> None:
    context = make_popup_state("pace").context

    assert format_weekly_limit_name("seven_day_opus", context) == "Week · Opus"


def test_without_an_account_there_are_no_limits() -> None:
    assert build_weekly_limits(make_popup_state("empty").context) == ()
