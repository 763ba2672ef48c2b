"""Find out which address a request comes from, and whether it is local."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, Final

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from ipaddress import IPv4Address

    from django.http import HttpRequest
    from rest_framework.request import Request

    from claude_tray.server.config import IpNetwork


# The longest IPv6 address with an IPv4 address in it.
_MAX_ADDRESS_LENGTH: Final = 45
# What one customer of a provider gets: each address in it is free to use.
_IPV6_PREFIX_LENGTH: Final = 64
# Headers by which proxies and tunnels name the client.
_PROXY_HEADERS: Final = (
    "Forwarded",
    "Via",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Forwarded-Port",
    "X-Forwarded-Server",
    "X-Real-Ip",
    "X-Client-Ip",
    "True-Client-Ip",
    "Cf-Connecting-Ip",
    "Cf-Ray",
    "Tailscale-User-Login",
)


def get_peer_address(request: Request | HttpRequest) -> str:
    """Return the address of the other end of the connection."""
    return str(request.META.get("REMOTE_ADDR", ""))


def get_client_address(
    request: Request | HttpRequest, *, trusts_proxy: bool
) -> str:
    """
    Return the client's address.

    Behind a trusted proxy it is the last of X-Forwarded-For: the client may
    have forged the others.
    """
    if trusts_proxy:
        forwarded = request.headers.get("X-Forwarded-For", "")
        last_hop = forwarded.rpartition(",")[2].strip()
        if last_hop:
            return last_hop
    return get_peer_address(request)


def get_request_address(request: Request | HttpRequest) -> str:
    """Return the client's address by the server's settings."""
    trusts_proxy = settings.ENVIRONMENT.trusts_proxy
    address = get_client_address(request, trusts_proxy=trusts_proxy)
    return address[:_MAX_ADDRESS_LENGTH]


def get_request_network(request: Request | HttpRequest) -> str:
    """Return what limits count a client by: its address, or its IPv6 /64."""
    address = get_request_address(request)
    parsed = _parse_address(address)
    if not isinstance(parsed, IPv6Address):
        return str(parsed or address)
    network = (int(parsed), _IPV6_PREFIX_LENGTH)
    return str(ip_network(network, strict=False))


def is_in_networks(address: str, networks: Iterable[IpNetwork]) -> bool:
    """Return whether an address belongs to one of the networks."""
    parsed = _parse_address(address)
    return parsed is not None and any(
        parsed in network for network in networks
    )


def is_local_request(request: Request | HttpRequest) -> bool:
    """
    Return whether only a program of this machine can have sent a request.

    The server listens on loopback and has no public name, the connection is
    local, and no proxy or tunnel passed the request on.
    """
    peer = _parse_address(get_peer_address(request))
    return bool(
        settings.ENVIRONMENT.is_loopback
        and not _has_public_host()
        and peer is not None
        and peer.is_loopback
        and not any(name in request.headers for name in _PROXY_HEADERS)
    )


def _has_public_host() -> bool:
    return not all(map(_is_loopback_host, settings.ENVIRONMENT.allowed_hosts))


def _is_loopback_host(host: str) -> bool:
    address = _parse_address(host.strip("[]"))
    if address is not None:
        return address.is_loopback
    name = host.lower().rstrip(".")
    return name == "localhost" or name.endswith(".localhost")


def _parse_address(text: str) -> IPv4Address | IPv6Address | None:
    """Parse an address; one of IPv4 in IPv6 is the former."""
    try:
        parsed = ip_address(text)
    except ValueError:
        return None
    if isinstance(parsed, IPv6Address):
        return parsed.ipv4_mapped or parsed
    return parsed
