"""Connections that can be cut from another thread: the door to requests."""

from __future__ import annotations

from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Any, Final

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError
from urllib3.util.retry import Retry

from claude_tray.sync.responses import TransportFailure

if TYPE_CHECKING:
    import socket

    from requests import PreparedRequest

    from claude_tray.sync.open_sockets import OpenSockets


class TokenAuth(AuthBase):
    """
    The token, as an object: a header would lose against `~/.netrc`.

    Args:
        header: The whole value; empty for none.
    """

    def __init__(self, header: str) -> None:
        self._header = header

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        if self._header:
            request.headers["Authorization"] = self._header
        return request

    def __repr__(self) -> str:
        return "Authorization(***)"


def create_session(sockets: OpenSockets, user_agent: str) -> requests.Session:
    """
    Return a session whose connections can be cut.

    It keeps no cookies, tries nothing a second time and verifies TLS.

    Args:
        sockets: Where its connections stand.
        user_agent: What it calls itself.
    """
    session = requests.Session()
    adapter = _AbortableAdapter(sockets)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers["User-Agent"] = user_agent
    # A small answer that unpacks to a large one is no answer.
    session.headers["Accept-Encoding"] = "identity"
    return session


def classify_error(error: Exception) -> TransportFailure:
    """
    Return what to tell of a failure.

    Never the error's own text: it may hold what was sent.
    """
    if _is_connection_refused(error):
        return TransportFailure("the server cannot be reached")
    for error_type, failure in _FAILURES:
        if isinstance(error, error_type):
            return failure
    return TransportFailure("the answer is no HTTP")


# The first that fits: some of these are kinds of others.
_FAILURES: Final[tuple[tuple[type[Exception], TransportFailure], ...]] = (
    (
        requests.exceptions.SSLError,
        TransportFailure(
            "its certificate is not trusted; for a company's own, set"
            " REQUESTS_CA_BUNDLE",
            is_untrusted=True,
        ),
    ),
    (
        requests.exceptions.ProxyError,
        TransportFailure("the proxy cannot be used"),
    ),
    (
        requests.exceptions.Timeout,
        TransportFailure("no answer came in time"),
    ),
    (
        requests.exceptions.ChunkedEncodingError,
        TransportFailure("the answer broke off"),
    ),
    (
        requests.exceptions.ConnectionError,
        TransportFailure("the connection broke", is_connection_lost=True),
    ),
)


def _is_connection_refused(error: Exception) -> bool:
    """Tell whether there was no connection at all."""
    reason = error.args[0] if error.args else None
    cause = getattr(reason, "reason", reason)
    return isinstance(cause, NewConnectionError)


class _AbortableAdapter(HTTPAdapter):
    def __init__(self, sockets: OpenSockets) -> None:
        self._pool_classes = _build_pool_classes(sockets)
        super().__init__(
            pool_maxsize=1,
            max_retries=Retry(total=0, read=False),
        )

    def init_poolmanager(
        self,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pool_classes

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = self._pool_classes
        return manager


def _build_pool_classes(
    sockets: OpenSockets,
) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        _handle: socket.socket | None = None

        def _new_conn(self) -> socket.socket:
            sock = super()._new_conn()
            self._handle = sockets.add(sock)
            return sock

        def close(self) -> None:
            super().close()
            if self._handle is not None:
                sockets.remove(self._handle)
                self._handle = None

    class Secure(Plain, HTTPSConnection):
        """The same, for TLS."""

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
