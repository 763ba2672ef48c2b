from __future__ import annotations

from ipaddress import ip_network

import pytest
from django.test import RequestFactory

from claude_tray.server.accounts.permissions import (
    get_client_address,
    is_in_networks,
)

NETWORKS = (ip_network("10.0.0.0/8"), ip_network("2001:db8::/32"))


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("10.1.2.3", True),
        ("11.1.2.3", False),
        ("2001:db8::7", True),
        ("2001:db9::7", False),
        ("::ffff:10.1.2.3", True),
        ("", False),
        ("nonsense", False),
    ],
)
def test_addresses_are_matched_against_networks(
    address: str,
    *,
    expected: bool,
) -> None:
    assert is_in_networks(address, NETWORKS) is expected


@pytest.mark.parametrize(
    ("address", "trusts", "expected"),
    [
        ("", True, "192.0.2.1"),
        ("10.0.0.1", False, "192.0.2.1"),
        ("10.0.0.1", True, "10.0.0.1"),
        ("made up, 10.0.0.2", True, "10.0.0.2"),
    ],
)
def test_only_the_address_added_by_a_trusted_proxy_is_used(
    address: str,
    *,
    trusts: bool,
    expected: str,
) -> None:
    request = RequestFactory().get(
        "/",
        REMOTE_ADDR="192.0.2.1",
        headers={"X-Forwarded-For": address} if address else {},
    )

    assert get_client_address(request, trusts_proxy=trusts) == expected
