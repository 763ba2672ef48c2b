from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.protocol.account_api import AccountState
from tests.support.request_json import make_request, make_row
from tests.support.server_api import (
    ApiClient,
    create_access_token,
    create_device_token,
)

if TYPE_CHECKING:
    from claude_tray.server.accounts.models import User


SONNET = "claude-sonnet-4-20250514"


def get_now() -> datetime:
    """Return the current time: a run of all tests takes many minutes."""
    return datetime.now(UTC)


def send(user: User, *rows: dict[str, Any], **agent: Any) -> None:
    body = make_request(*rows, **agent)
    response = ApiClient(create_device_token(user)).post("agent-sync/", body)
    assert response.status == 200, response.body


def read(user: User, **query: str) -> Any:
    response = ApiClient(create_access_token(user)).get("accounts/", **query)
    assert response.status == 200, response.body
    return response.body


def make_limit(name: str, percent: float, hours: float) -> dict[str, Any]:
    return {
        "name": name,
        "used_percentage": percent,
        "resets_at": (get_now() + timedelta(hours=hours)).isoformat(),
        "observed_at": get_now().isoformat(),
    }


def send_busy_window(user: User, *limits: dict[str, Any]) -> None:
    """Send an hour of work, 600 tokens in its last 30 minutes."""
    rows = [
        make_row(
            get_now() - timedelta(minutes=minutes),
            f"m{minutes}",
            SONNET,
            input_tokens=100,
            output_tokens=50,
            cache_read_input_tokens=20,
        )
        for minutes in (2, 10, 20, 28, 40, 59)
    ]
    send(
        user,
        *rows,
        account="a",
        as_of=get_now().isoformat(),
        limits=list(limits),
    )


def test_an_account_has_window_pace_and_all_limits(ana: User) -> None:
    send_busy_window(
        ana,
        make_limit("five_hour", 40, 4),
        make_limit("seven_day", 95, 30),
        make_limit("seven_day_opus", 10, 30),
    )

    (account,) = read(ana)["accounts"]

    assert set(account) == set(AccountState.__annotations__)
    assert account["account"] == "a"
    assert {limit["name"] for limit in account["limits"]} == {
        "five_hour",
        "seven_day",
        "seven_day_opus",
    }
    # 95 % of the week comes before 40 % of the window.
    assert account["binding_limit"]["name"] == "seven_day"
    assert account["status"] == account["severity"] == "critical"
    assert "week" in account["label"].lower()
    window = account["window"]
    assert (window["total_tokens"], window["total_tokens_with_cache"]) == (
        6 * 150,
        6 * 170,
    )
    assert 3.9 * 3600 < window["seconds_left"] <= 4 * 3600
    # Four responses within 30 minutes.
    assert account["pace"]["tokens_per_minute"] == pytest.approx(
        4 * 150 / 30, rel=0.01
    )
    assert account["pace"]["percent_at_reset"] > 40
    assert account["today"]["messages"] <= 6


def test_the_sentence_is_in_the_reader_s_language_and_zone(ana: User) -> None:
    send_busy_window(ana, make_limit("five_hour", 75, 4))

    client = ApiClient(create_access_token(ana))
    english = client.get("accounts/").body["accounts"][0]["sentence"]
    client.client.defaults["HTTP_ACCEPT_LANGUAGE"] = "de"
    german = client.get("accounts/", zone="Asia/Tokyo").body
    tokyo = german["accounts"][0]["sentence"]

    assert english != tokyo
    assert "Limit" in tokyo


def test_one_account_can_be_selected(ana: User) -> None:
    for key in ("a", "b"):
        send(
            ana,
            make_row(get_now() - timedelta(minutes=9), f"m{key}", SONNET),
            account=key,
        )

    assert {a["account"] for a in read(ana)["accounts"]} == {"a", "b"}
    assert [a["account"] for a in read(ana, account="b")["accounts"]] == ["b"]
    assert read(ana, account="none")["count"] == 0


def test_users_see_only_their_own_accounts(ana: User, bob: User) -> None:
    send(ana, make_row(get_now(), "m1", SONNET), account="secret")

    assert read(bob)["accounts"] == []


def test_an_unknown_zone_is_utc(api: ApiClient) -> None:
    known = api.get("accounts/", zone="Europe/Berlin").body
    unknown = api.get("accounts/", zone="Mars/Olympus").body

    assert (known["zone"], unknown["zone"]) == ("Europe/Berlin", "UTC")
