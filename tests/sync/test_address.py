from __future__ import annotations

import pytest

from claude_tray.errors import SyncMisconfiguredError
from claude_tray.sync.address import Address, address_of


@pytest.mark.parametrize(
    ("text", "url", "is_loopback"),
    [
        ("https://usage.example", "https://usage.example", False),
        (" https://Usage.example/ ", "https://usage.example", False),
        ("https://usage.example/team", "https://usage.example/team", False),
        ("http://localhost:8000", "http://localhost:8000", True),
        ("http://ada.localhost", "http://ada.localhost", True),
        ("http://127.0.0.5:8000/", "http://127.0.0.5:8000", True),
        ("http://[::1]:8000", "http://[::1]:8000", True),
        (
            "https://usage.example/app/claude-usage/agent-sync/",
            "https://usage.example",
            False,
        ),
        (
            "https://usage.example/app/claude-usage",
            "https://usage.example",
            False,
        ),
    ],
)
def test_addresses_that_a_token_may_go_to(
    text: str,
    url: str,
    is_loopback: bool,  # noqa: FBT001 - a column of the table
) -> None:
    address = address_of(text)

    assert address == Address(url, is_loopback)
    assert address.agent_sync == f"{url}/app/claude-usage/agent-sync/"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "must begin with https://"),
        ("usage.example", "must begin with https://"),
        ("ftp://usage.example", "must begin with https://"),
        ("https://", "must begin with https://"),
        ("https://[::1", "is no address"),
        ("https://usage.example:port", "is no address"),
        ("https://ada:secret@usage.example", "user name or password"),
        ("https://usage.example/?a=b", "must not hold"),
        ("https://usage.example/#a", "must not hold"),
        ("http://usage.example", "shows the token"),
        ("http://10.0.0.1", "shows the token"),
        ("http://localhost.example", "shows the token"),
    ],
)
def test_addresses_that_it_may_not_go_to(text: str, why: str) -> None:
    with pytest.raises(SyncMisconfiguredError, match=why) as caught:
        address_of(text)

    assert "secret" not in str(caught.value)
