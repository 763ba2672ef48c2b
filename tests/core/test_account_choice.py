from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from claude_tray.core.account_choice import (
    choose_account,
    find_worse_account,
    find_worst_account,
)
from claude_tray.core.snapshot import AccountSnapshot, Pace, Snapshot
from claude_tray.core.windows import ValueSource, Window
from tests.support.builders import at
from tests.support.limits import make_limit_usage

NOW = at("12:13")
WINDOW = Window(at("10:00"), at("15:00"), ValueSource.OFFICIAL, None)


def make_account(
    name: str, percent: float, minutes_ago: int = 1, pace: Pace | None = None
) -> AccountSnapshot:
    used = make_limit_usage("five_hour", percent, at("15:00"), at("12:12"))
    return AccountSnapshot(
        name,
        f"/home/ada/{name}",
        WINDOW,
        (used,),
        pace,
        last_record_at=NOW - timedelta(minutes=minutes_ago),
    )


def make_snapshot(*accounts: AccountSnapshot) -> Snapshot:
    return Snapshot(NOW, accounts=accounts)


FAST = Pace(1, 1, 150, at("12:30"))
SLOW = Pace(1, 1, 150, at("12:40"))


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (make_account("a", 38), make_account("b", 88), "b"),
        (make_account("a", 88), make_account("b", 38), "a"),
        (make_account("a", 38), make_account("b", 38), "a"),
        (make_account("a", 38), make_account("b", 40), "b"),
        (make_account("a", 92), make_account("b", 100), "b"),
        # Used longer than an hour ago.
        (make_account("a", 38), make_account("b", 100, 61), "a"),
        (make_account("a", 38, 200), make_account("b", 100, 300), "a"),
        (make_account("a", 38, 200), make_account("b", 20, 59), "b"),
        # The one that runs out first.
        (make_account("a", 92, 1, SLOW), make_account("b", 91, 1, FAST), "b"),
    ],
)
def test_the_worst_account_of_the_last_hour_is_shown(
    first: AccountSnapshot, second: AccountSnapshot, expected: str
) -> None:
    snapshot = make_snapshot(first, second)

    chosen = choose_account(snapshot, NOW)

    assert chosen is not None
    assert chosen.name == expected


def test_an_account_that_is_worse_off_is_found() -> None:
    calm = make_account("a", 38)
    blocked = make_account("b", 100, 120)
    snapshot = make_snapshot(calm, blocked)

    assert find_worse_account(snapshot, calm, NOW) is blocked
    assert find_worse_account(snapshot, blocked, NOW) is None
    assert find_worst_account(snapshot, NOW) is blocked


def test_a_higher_share_alone_is_not_worse() -> None:
    calm, calmer = make_account("a", 38), make_account("b", 12)

    assert find_worse_account(make_snapshot(calm, calmer), calmer, NOW) is None


def test_a_blocked_model_is_no_blocked_account() -> None:
    model = make_limit_usage("seven_day_opus", 100, None, at("12:12"))
    calm = make_account("a", 38)
    scoped = replace(calm, name="b", limits=(*calm.limits, model))
    blocked = make_account("c", 100)

    chosen = choose_account(make_snapshot(scoped, blocked), NOW)

    assert chosen is blocked


def test_without_accounts_there_is_none() -> None:
    assert choose_account(make_snapshot(), NOW) is None
    assert find_worst_account(make_snapshot(), NOW) is None
    assert find_worse_account(make_snapshot(), None, NOW) is None
