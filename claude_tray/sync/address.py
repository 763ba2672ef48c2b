"""Where usage may be sent."""

from __future__ import annotations

import ipaddress
from typing import Final, NamedTuple, NoReturn
from urllib.parse import urlsplit

from claude_tray.errors import SyncMisconfiguredError
from claude_tray.wire.agent_sync import PATH

_LOCAL: Final = "localhost"


class Address(NamedTuple):
    """
    A server's address.

    Attributes:
        url: Without what comes after it in requests.
        is_loopback: It is this machine.
    """

    url: str
    is_loopback: bool

    @property
    def agent_sync(self) -> str:
        return self.url + PATH


def address_of(text: str) -> Address:
    """
    Return an address that a token may be sent to.

    The address of agent-sync itself may be given, too.

    Raises:
        SyncMisconfiguredError: It is none.
    """
    try:
        parts = urlsplit(text.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        _refuse("is no address")
    if parts.scheme not in ("http", "https") or not host:
        _refuse("must begin with https:// and name a server")
    if parts.username is not None or parts.password is not None:
        _refuse("must not hold a user name or password")
    if parts.query or parts.fragment:
        _refuse("must not hold ? or #")
    is_loopback = _is_loopback(host)
    if parts.scheme == "http" and not is_loopback:
        _refuse("must begin with https://: http:// shows the token to others")
    path = parts.path.rstrip("/") + "/"
    for known in (PATH, PATH.removesuffix("agent-sync/")):
        path = path.removesuffix(known.lstrip("/"))
    place = parts.netloc.lower()
    url = f"{parts.scheme}://{place}{path.rstrip('/')}"
    return Address(url, is_loopback)


def _is_loopback(host: str) -> bool:
    if host == _LOCAL or host.endswith(f".{_LOCAL}"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _refuse(why: str) -> NoReturn:
    # Never the text itself: it may hold a password.
    summary = f"The address to sync with {why}."
    hint = "Set sync.url in settings.toml or CLAUDE_USAGE_API_URL."
    raise SyncMisconfiguredError(summary, hint=hint)
