from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from claude_tray.core.current_limits import (
    find_blocking_limit,
    find_extra_usage,
    get_weekly_usage,
    is_beyond_limit,
    is_limit_of,
    is_stale,
    list_blocking_limits,
    list_current_limits,
)
from claude_tray.core.limits import LimitKind, LimitMoney, LimitSource
from claude_tray.core.snapshot import BlockingLimit
from tests.support.assessment_states import (
    NOW,
    RESET,
    WEEK_RESET,
    five_hour,
    make_account,
    money,
    week,
)
from tests.support.builders import at
from tests.support.limits import make_limit_usage

OPUS = BlockingLimit(WEEK_RESET, LimitKind.MODEL, "Opus")
SESSION = BlockingLimit(RESET, LimitKind.FIVE_HOUR)
WEEK = BlockingLimit(WEEK_RESET, LimitKind.SEVEN_DAY)
ENDLESS = BlockingLimit(None, LimitKind.UNKNOWN)


def test_a_limit_of_everything_blocks_before_one_of_a_model() -> None:
    account = make_account(blocking_limits=(OPUS, SESSION))

    assert find_blocking_limit(account, NOW) == SESSION
    assert list_blocking_limits(account, NOW) == [OPUS, SESSION]


def test_of_several_blocks_the_last_to_end_counts() -> None:
    for blocks, expected in (
        ((SESSION, WEEK), WEEK),
        ((WEEK, ENDLESS, SESSION), ENDLESS),
    ):
        account = make_account(blocking_limits=blocks)

        assert find_blocking_limit(account, NOW) == expected


def test_without_an_account_nothing_blocks() -> None:
    assert find_blocking_limit(None, NOW) is None
    assert list_current_limits(None, NOW) == []
    assert find_extra_usage(None, NOW) is None
    assert not is_beyond_limit(None, NOW)


def test_a_limit_that_has_reset_is_not_current() -> None:
    account = make_account(
        five_hour(88, "09:50", at("10:00")), week(96, resets_at=NOW)
    )

    assert list_current_limits(account, NOW) == []
    assert get_weekly_usage(account, NOW) is None


def test_a_five_hour_limit_needs_its_window() -> None:
    account = make_account(five_hour(88), week(21), window=None)

    names = [usage.name for usage in list_current_limits(account, NOW)]

    assert names == ["seven_day"]


@pytest.mark.parametrize(
    ("name", "block", "expected"),
    [
        ("Opus", OPUS, True),
        ("Fable", BlockingLimit(None, LimitKind.MODEL, "Fable 5"), True),
        ("Fable", OPUS, False),
        ("five_hour", SESSION, True),
        ("five_hour", WEEK, False),
        ("seven_day", WEEK, True),
        (
            "extra_usage",
            BlockingLimit(None, LimitKind.SPEND, "Spend limit"),
            False,
        ),
    ],
)
def test_a_message_names_a_limit(
    name: str,
    block: BlockingLimit,
    expected: bool,  # noqa: FBT001 - what the test expects
) -> None:
    usage = make_limit_usage(name, 5, WEEK_RESET, NOW)

    assert is_limit_of(usage, block) is expected


def test_work_goes_on_with_extra_usage_until_it_is_spent() -> None:
    full = five_hour(100)
    for extra_usage, is_going_on in (
        (money("106.31"), True),
        (money("12.40", "25"), True),
        (money("25", "25"), False),
        (money("30", "25"), False),
        (money("25", None, 100), False),
    ):
        account = make_account(full, extra_usage)

        assert is_beyond_limit(account, NOW) is is_going_on, extra_usage
        assert (find_blocking_limit(account, NOW) is None) is is_going_on


def test_extra_usage_does_not_lift_a_message() -> None:
    account = make_account(
        five_hour(100), money("106.31"), blocking_limits=(SESSION,)
    )

    assert find_blocking_limit(account, NOW) == SESSION


def test_what_only_a_message_reported_is_forgotten_when_work_goes_on() -> None:
    message = replace(five_hour(100), source=LimitSource.MESSAGE)
    lifted = make_account(message, lifted_limits=(SESSION,))

    assert list_current_limits(lifted, NOW) == []
    assert not is_beyond_limit(lifted, NOW)
    assert list_current_limits(make_account(message), NOW) == [message]


def test_a_lifted_limit_of_unknown_kind_lifts_all() -> None:
    account = make_account(five_hour(100), lifted_limits=(ENDLESS,))

    assert find_blocking_limit(account, NOW) is None


def test_a_full_window_blocks_until_it_resets() -> None:
    full = replace(five_hour(100), resets_at=None)

    assert find_blocking_limit(make_account(full), NOW) == SESSION


def test_a_lifted_model_does_not_lift_the_week() -> None:
    account = make_account(five_hour(10), week(100), lifted_limits=(OPUS,))

    assert find_blocking_limit(account, NOW) == WEEK


def test_a_spend_limit_blocks_but_extra_usage_alone_does_not() -> None:
    for usage, is_blocked in (
        (money("25", "25", 100, "spend_limit"), True),
        (money("25", "25", 100, "extra_usage"), False),
        (money("25", "25", 100, "credits"), False),
    ):
        account = make_account(five_hour(38), usage)

        block = find_blocking_limit(account, NOW)

        assert (block is not None) is is_blocked, usage


def test_a_percentage_is_stale_if_usage_went_on_long_after_it() -> None:
    minutes = timedelta(minutes=1)
    for age, last_use_ago, expected in (
        (11, 1, True),
        (11, 11, False),
        (11, 10.1, False),
        (10, 1, False),
        (120, 119.5, False),
        (120, 118, True),
    ):
        usage = replace(week(41), as_of=NOW - age * minutes)
        account = make_account(last_record_at=NOW - last_use_ago * minutes)

        assert is_stale(account, usage, NOW) is expected, (age, last_use_ago)
    assert not is_stale(
        make_account(last_record_at=None), week(41, as_of="08:00"), NOW
    )


def test_money_of_another_currency_is_extra_usage_too() -> None:
    usage = make_limit_usage(
        "extra_usage",
        None,
        None,
        NOW,
        money=LimitMoney(Decimal(3), None, "EUR"),
    )

    assert find_extra_usage(make_account(usage), NOW) == usage
