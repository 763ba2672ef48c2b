from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from claude_tray.core.limits import LimitMoney
from claude_tray.core.status import AccountStatus
from claude_tray.presentation.weekly_limits import (
    build_weekly_limits,
    format_weekly_limit_name,
)
from tests.support.limits import make_limit_usage
from tests.support.popup_states import make_popup_state

HOUR = timedelta(hours=1)


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


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("seven_day", "Week · all models"),
        ("seven_day_opus", "Week · Opus"),
        ("Fable", "Week · Fable"),
        ("spend_limit", "Spend limit"),
        ("extra_usage", "Extra usage"),
        ("night_shift_pool", "Night shift pool"),
    ],
)
def test_names_of_limits_are_readable(name: str, expected: str) -> None:
    context = make_popup_state("pace").context
    usage = make_limit_usage(name, 5, None, context.now)

    assert format_weekly_limit_name(usage, context) == expected


def test_a_meter_shows_pace_amount_and_age() -> None:
    state = make_popup_state("pace")
    now, resets_at = state.context.now, state.context.now + timedelta(days=4)
    money = LimitMoney(Decimal("19.25"), Decimal(25), "USD", "monthly")
    limits = (
        make_limit_usage("seven_day", 63, resets_at, now),
        make_limit_usage("seven_day_opus", 10, resets_at, now - 2 * HOUR),
        make_limit_usage("spend_limit", 77, resets_at, now, money=money),
        make_limit_usage(
            "extra_usage", None, None, now, money=LimitMoney(Decimal("106.31"))
        ),
    )

    meters = {
        meter.name: meter
        for meter in build_weekly_limits(
            state.change_account(used=None, weekly=(), limits=limits).context
        )
    }

    week = meters["Week · all models"]
    assert week.pace_text == "runs out Thu 06:30, 2d 5h early"
    assert week.status is AccountStatus.WARNING
    opus = meters["Week · Opus"]
    assert (opus.value, opus.age_text) == ("≥ 10%", "As of 10:13")
    spend = meters["Spend limit"]
    assert spend.amount_text == "$19.25 of $25.00"
    extra = meters["Extra usage"]
    assert (extra.value, extra.fraction, extra.reset_text) == (
        "$106.31",
        0.0,
        "",
    )


def test_without_an_account_there_are_no_limits() -> None:
    assert build_weekly_limits(make_popup_state("empty").context) == ()
