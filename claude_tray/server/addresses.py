"""Who a request comes from, and whether they may send."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest

    from claude_tray.server.environment import Network


def client_of(request: HttpRequest, *, trusts_proxy: bool) -> str:
    """
    Return the address a request came from.

    The last one that a trusted proxy added holds: what stands before it, the
    client may have written.
    """
    if trusts_proxy:
        told = request.headers.get("X-Forwarded-For", "")
        last = told.rpartition(",")[2].strip()
        if last:
            return last
    return str(request.META.get("REMOTE_ADDR", ""))


def is_within(address: str, networks: Iterable[Network]) -> bool:
    """Tell whether an address lies in one of the networks."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return any((mapped or found) in network for network in networks)
