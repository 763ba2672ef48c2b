"""Model HTTP requests, responses and failures."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class HttpResponse(NamedTuple):
    """
    A complete response.

    Attributes:
        status: HTTP status.
        headers: By lowercase name.
        body: Decoded from its transfer encoding.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


class TransportFailure(NamedTuple):
    """
    A request without a complete response.

    Attributes:
        reason: Why, for the user.
        is_connection_lost: The connection broke, perhaps during the upload.
        is_untrusted: The server's certificate is not trusted.
    """

    reason: str
    is_connection_lost: bool = False
    is_untrusted: bool = False


class Timeouts(NamedTuple):
    """
    Time limits in seconds.

    Attributes:
        total: Of the whole exchange.
        connect: Of connecting.
        read: Between two packets.
    """

    total: float = 120.0
    connect: float = 10.0
    read: float = 60.0


class HttpRequest(NamedTuple):
    """A request, without the token."""

    method: str
    url: str
    query: Mapping[str, str] | None = None
    body: bytes | None = None
    headers: Mapping[str, str] | None = None
