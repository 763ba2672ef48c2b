"""
Post alerts to a web address, without reaching what only this server can.

A team's admin chooses the address, so it must not lead into the server's own
network: only https to public addresses is allowed, plain http only to this
computer and only if `CLAUDE_TRAY_WEBHOOK_HOSTS` lists it or nobody but this
computer reaches the server. Listed hosts may have private addresses; if any
host is listed, no other one is allowed. The connection goes to the very
address that was checked, and redirects are not followed.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import socket
import ssl
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from claude_tray.errors import gettext_noop
from claude_tray.server.teams.memberships import TeamRuleError

if TYPE_CHECKING:
    from claude_tray.server.config import ServerConfig


_TIMEOUT_SECONDS: Final = 5
_MAX_URL_LENGTH: Final = 2048
_LOOPBACK_HOSTS: Final = ("localhost", "127.0.0.1", "::1")
_DEFAULT_PORTS: Final = {"https": 443, "http": 80}
# Addresses of IPv4 hosts in an IPv6 network (RFC 6052).
_NAT64: Final = ip_network("64:ff9b::/96")
_IPV4_MASK: Final = 2**32 - 1
_OK_STATUSES: Final = range(200, 300)


class WebhookError(Exception):
    """A post failed; the text is short and has no secret."""


class WebhookTarget(NamedTuple):
    """Parts of an allowed address."""

    scheme: str
    host: str
    port: int
    path: str
    is_listed: bool


def parse_webhook_url(url: str, config: ServerConfig) -> WebhookTarget:
    """
    Return the parts of an address that webhooks may be sent to.

    Raises:
        TeamRuleError: It is no such address.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _build_error(url) from None
    listed = config.webhook_hosts
    is_listed = host in listed
    is_loopback = host in _LOOPBACK_HOSTS and (is_listed or config.is_loopback)
    is_allowed = (
        parts.scheme == "https"
        and (host not in _LOOPBACK_HOSTS or is_loopback)
    ) or (parts.scheme == "http" and is_loopback)
    if (
        not host
        or not url.isprintable()
        or not url.isascii()
        or " " in url
        or len(url) > _MAX_URL_LENGTH
        or parts.username is not None
        or not is_allowed
        or (listed and not is_listed)
    ):
        raise _build_error(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return WebhookTarget(
        parts.scheme,
        host,
        port or _DEFAULT_PORTS[parts.scheme],
        path,
        is_listed or is_loopback,
    )


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Return the signature of a post: HMAC-SHA256 of "timestamp.body"."""
    message = timestamp.encode() + b"." + body
    digest = hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
    return f"sha256={digest}"


def post_webhook(
    target: WebhookTarget, body: bytes, secret: str, timestamp: str
) -> None:
    """
    Post a body of JSON.

    Args:
        target: Where to.
        body: JSON.
        secret: Key of the signature.
        timestamp: Seconds since 1970, part of the signature.

    Raises:
        WebhookError: It failed, or the answer is no success.
    """
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "claude-tray",
        "X-Claude-Tray-Timestamp": timestamp,
        "X-Claude-Tray-Signature": sign(secret, timestamp, body),
    }
    connection = _PinnedConnection(target)
    try:
        connection.request("POST", target.path, body, headers)
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        # Texts of the libraries may repeat the address.
        detail = type(error).__name__
        raise WebhookError(detail) from error
    finally:
        connection.close()
    if status not in _OK_STATUSES:
        detail = f"HTTP {status}"
        raise WebhookError(detail)


class _PinnedConnection(http.client.HTTPConnection):
    """Connects to the address that was checked; another look-up may differ."""

    def __init__(self, target: WebhookTarget) -> None:
        super().__init__(target.host, target.port, timeout=_TIMEOUT_SECONDS)
        self._target = target
        if target.port == _DEFAULT_PORTS[target.scheme]:
            # Otherwise the Host header would name the port of http.
            self.default_port = target.port

    def connect(self) -> None:
        target = self._target
        address = _resolve(target)
        self.sock = socket.create_connection(
            (address, target.port), timeout=_TIMEOUT_SECONDS
        )
        if target.scheme == "https":
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(
                self.sock, server_hostname=target.host
            )


def _resolve(target: WebhookTarget) -> str:
    """Return an address of the host that may be reached."""
    found = socket.getaddrinfo(
        target.host, target.port, type=socket.SOCK_STREAM
    )
    addresses = [str(sockaddr[0]) for *_, sockaddr in found]
    for address in addresses:
        if not target.is_listed and not _is_public(address):
            detail = "private address"
            raise WebhookError(detail)
    return addresses[0]


def _is_public(address: str) -> bool:
    """Return whether an address, and any IPv4 address in it, is public."""
    parsed = ip_address(address.partition("%")[0])
    embedded = [
        getattr(parsed, "ipv4_mapped", None),
        getattr(parsed, "sixtofour", None),
    ]
    if parsed in _NAT64:
        embedded.append(ip_address(int(parsed) & _IPV4_MASK))
    return all(
        found.is_global and not found.is_multicast
        for found in (parsed, *embedded)
        if found is not None
    )


def _build_error(url: str) -> TeamRuleError:
    return TeamRuleError(
        gettext_noop("Webhooks cannot be sent to {url}."),
        hint=gettext_noop("Use https and a host that the server allows."),
        url=url,
    )
