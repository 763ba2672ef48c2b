from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from claude_tray.core.limits import LimitMoney
from claude_tray.core.status import AccountStatus
from claude_tray.presentation.limit_meters import build_limit_meters
from tests.support.limits import make_limit_usage
from tests.support.popup_states import make_popup_state


def test_each_limit_is_a_meter_the_worst_first() -> None:
    meters = build_limit_meters(make_popup_state("week").context)

    assert [(m.name, m.status) for m in meters] == [
        ("Week", AccountStatus.CRITICAL),
        ("Opus", AccountStatus.WARNING),
        ("5 hours", AccountStatus.OK),
    ]
    assert meters[0].end_text == "resets Thu 09:00"
    assert meters[1].end_text == "runs out Wed 11:40, 21h 20m early"
    assert meters[2].end_text == "lasts until the reset 15:00"
    assert meters[0].elapsed_fraction == pytest.approx(
        1 - 44.783 / 168, abs=1e-3
    )
    assert meters[2].elapsed_fraction == pytest.approx(133 / 300)


def test_remaining_usage_is_shown_on_request() -> None:
    state = make_popup_state("pace", shows_remaining=True)

    values = [meter.value for meter in build_limit_meters(state.context)]

    assert values == ["62% left", "79% left", "66% left"]


def test_a_limit_without_a_reset_time_has_no_tick() -> None:
    state = make_popup_state("ultra")
    assert state.context.account is not None
    limits = tuple(
        replace(limit, resets_at=None)
        for limit in state.context.account.limits
    )

    meter = build_limit_meters(state.change_account(limits=limits).context)[0]

    assert meter.elapsed_fraction is None
    assert meter.end_text == ""


def test_a_limit_that_was_reset_since_is_left_out() -> None:
    state = make_popup_state("ultra")
    assert state.context.account is not None
    first, second = state.context.account.limits
    limits = (replace(first, resets_at=state.context.now), second)

    meters = build_limit_meters(state.change_account(limits=limits).context)

    assert [meter.name for meter in meters] == ["Opus"]


def test_credits_have_their_amount() -> None:
    meters = build_limit_meters(make_popup_state("credits").context)

    assert [(m.name, m.value, m.end_text) for m in meters][2] == (
        "Extra usage",
        "39%",
        "$19.25 of $50.00",
    )


def test_an_amount_without_a_limit_has_no_bar() -> None:
    state = make_popup_state("ultra")
    spent = make_limit_usage(
        "spend",
        None,
        None,
        state.context.now,
        money=LimitMoney(Decimal("106.31"), None, "USD"),
    )

    (meter,) = build_limit_meters(
        state.change_account(limits=(spent,)).context
    )

    assert (meter.value, meter.fraction) == ("$106.31", None)


def test_a_stale_share_is_a_minimum() -> None:
    meters = build_limit_meters(make_popup_state("stale").context)

    values = {meter.name: meter.value for meter in meters}
    assert values["5 hours"] == "\N{GREATER-THAN OR EQUAL TO} 38%"


def test_without_an_account_there_are_no_limits() -> None:
    assert build_limit_meters(make_popup_state("empty").context) == ()


def test_many_limits_are_bounded() -> None:
    state = make_popup_state("ultra")
    limits = tuple(
        make_limit_usage(f"seven_day_m{n}", 10, None, state.context.now)
        for n in range(500)
    )

    meters = build_limit_meters(state.change_account(limits=limits).context)

    assert len(meters) == 12
