from __future__ import annotations

from ipaddress import ip_network

import pytest
from django.conf import settings
from django.test import RequestFactory

from claude_tray.server.accounts.addresses import (
    get_client_address,
    get_request_network,
    is_in_networks,
    is_local_request,
)
from claude_tray.server.config import load_server_config

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


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unix:", "unix:"),
        ("", ""),
    ],
)
def test_clients_are_counted_by_ipv6_network(
    address: str, expected: str
) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR=address)

    assert get_request_network(request) == expected


@pytest.mark.parametrize(
    ("is_loopback", "hosts", "peer", "header", "expected"),
    [
        (True, "", "127.0.0.1", "", True),
        (True, "", "::1", "", True),
        (True, "", "::ffff:127.0.0.1", "", True),
        (True, "localhost,127.0.0.2,[::1],a.localhost", "::1", "", True),
        (False, "", "127.0.0.1", "", False),
        (True, "", "192.0.2.1", "", False),
        (True, "", "", "", False),
        (True, "usage.example.org", "127.0.0.1", "", False),
        (True, "localhost,.example.org", "127.0.0.1", "", False),
        (True, "*", "127.0.0.1", "", False),
        (True, "192.0.2.1", "127.0.0.1", "", False),
        (True, "", "127.0.0.1", "X-Forwarded-For", False),
        (True, "", "127.0.0.1", "X-Forwarded-Proto", False),
        (True, "", "127.0.0.1", "X-Real-IP", False),
        (True, "", "127.0.0.1", "Forwarded", False),
        (True, "", "127.0.0.1", "Via", False),
        (True, "", "127.0.0.1", "CF-Connecting-IP", False),
    ],
)
def test_a_request_is_local_only_if_nothing_else_can_have_sent_it(
    monkeypatch: pytest.MonkeyPatch,
    hosts: str,
    peer: str,
    header: str,
    *,
    is_loopback: bool,
    expected: bool,
) -> None:
    config = load_server_config({"CLAUDE_TRAY_ALLOWED_HOSTS": hosts})
    monkeypatch.setattr(
        settings, "ENVIRONMENT", config._replace(is_loopback=is_loopback)
    )
    headers = {header: "127.0.0.1"} if header else {}
    request = RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers)

    assert is_local_request(request) is expected
