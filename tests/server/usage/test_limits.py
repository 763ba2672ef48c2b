from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from claude_tray.server.usage.ingest import store_request
from claude_tray.server.usage.queries.account_states import (
    get_account_state,
    load_assessed_account,
)
from tests.support.request_json import make_request, make_row
from tests.support.server_api import make_user
from tests.support.server_records import decode_request

if TYPE_CHECKING:
    from claude_tray.core.snapshot import AccountSnapshot
    from claude_tray.server.accounts.models import User


NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
RESET = NOW + timedelta(hours=2)
WEEK_RESET = NOW + timedelta(days=2)


def make_limit(
    name: str,
    percent: float,
    resets_at: datetime,
    minutes_ago: float = 1,
) -> dict[str, Any]:
    observed_at = NOW - timedelta(minutes=minutes_ago)
    return {
        "name": name,
        "used_percentage": percent,
        "resets_at": resets_at.isoformat(),
        "observed_at": observed_at.isoformat(),
    }


def send(
    user: User,
    *limits: dict[str, Any],
    machine: str = "m1",
    absent: tuple[dict[str, Any], ...] = (),
) -> None:
    body = make_request(
        make_row(NOW - timedelta(minutes=30)),
        machine_id=machine,
        account="a",
        limits=list(limits),
        absent_limits=list(absent),
    )
    store_request(user, decode_request(body), NOW)


def load(user: User) -> AccountSnapshot:
    state = get_account_state(user.pk, NOW, "a")
    assert state is not None
    return load_assessed_account(state, NOW)


def list_percents(user: User) -> dict[str, float | None]:
    return {usage.name: usage.percent for usage in load(user).limits}


def test_the_newest_report_wins_down_as_well_as_up() -> None:
    user = make_user("ana")
    send(user, make_limit("seven_day", 60, WEEK_RESET, 30))
    send(user, make_limit("seven_day", 2, WEEK_RESET, 1), machine="m2")
    send(user, make_limit("seven_day", 60, WEEK_RESET, 30))

    assert list_percents(user) == {"seven_day": 2}


def test_every_limit_is_kept() -> None:
    user = make_user("ana")
    send(
        user,
        make_limit("five_hour", 38.5, RESET),
        make_limit("seven_day", 21, WEEK_RESET),
        make_limit("seven_day_opus", 84, WEEK_RESET),
        make_limit("lunar_cycle", 12, WEEK_RESET),
    )

    assert set(list_percents(user).values()) == {38.5, 21, 84, 12}


def test_an_absent_5_hour_limit_opens_no_window_until_it_returns() -> None:
    user = make_user("ana")
    send(user, make_limit("seven_day", 21, WEEK_RESET, 20))
    assert load(user).window is not None

    observed_at = NOW - timedelta(minutes=10)
    five_hour = {"name": "five_hour", "observed_at": observed_at.isoformat()}
    send(user, absent=(five_hour,))
    without = load(user)
    send(user, make_limit("five_hour", 5, RESET))

    assert (without.has_window, without.window, without.pace) == (
        False,
        None,
        None,
    )
    assert load(user).has_window
    assert load(user).window is not None
