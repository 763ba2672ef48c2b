from __future__ import annotations

from datetime import timedelta

from claude_tray.domain.snapshot import ProfileState
from claude_tray.server.dashboard.accounts import (
    name_of,
    profile_of,
    rows_of,
)
from claude_tray.server.usage.queries.windows import AccountState
from tests.server.dashboard.made import NOW, a_pace, a_state, at, totals, used

KEY = "6f1d0c9ab27e4d55"


def test_an_account_is_called_by_the_beginning_of_its_hash() -> None:
    assert name_of(KEY) == "account 6f1d0c"
    assert name_of("") == "unknown account"


def test_a_single_account_needs_no_name() -> None:
    state = AccountState(1, KEY, a_state())

    assert profile_of(state, None, is_alone=True).name == ""
    assert profile_of(state, None, is_alone=False).name == "account 6f1d0c"


def test_the_pace_is_added() -> None:
    state = AccountState(1, KEY, a_state())

    assert profile_of(state, a_pace(12), is_alone=True).pace == a_pace(12)


def test_a_used_up_limit_stops_until_its_reset() -> None:
    week = at("09:00", day=26)
    over = a_state(100, weekly=(used(100, "seven_day", week),))

    profile = profile_of(AccountState(1, KEY, over), None, is_alone=True)

    assert profile.limit_reached_until == week
    free = profile_of(AccountState(1, KEY, a_state()), None, is_alone=True)
    assert free.limit_reached_until is None


def test_rows_tell_what_is_left_and_what_was_used() -> None:
    states = [
        AccountState(1, KEY, a_state()),
        AccountState(2, "", ProfileState("", "")),
    ]

    rows = rows_of(states, {KEY: totals(3)}, NOW)

    assert rows[0].left == timedelta(hours=2, minutes=47)
    assert rows[0].percent == 38
    assert rows[0].totals == totals(3)
    assert rows[0].link == KEY
    assert (rows[1].left, rows[1].percent) == (None, None)
    assert rows[1].link == "-"
