"""Open connections that another thread can abort; imports requests."""

from __future__ import annotations

from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Any, Final

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError
from urllib3.util.retry import Retry

from claude_tray.errors import gettext_noop
from claude_tray.sync.config import is_loopback_host
from claude_tray.sync.http_types import TransportFailure

if TYPE_CHECKING:
    import socket

    from claude_tray.sync.open_sockets import OpenSockets

_HTTP_PORT: Final = 80


def create_session(sockets: OpenSockets, user_agent: str) -> requests.Session:
    """
    Create a session whose connections can be aborted.

    It keeps no cookies, retries nothing and verifies TLS.

    Args:
        sockets: Collects the open connections.
        user_agent: Value of the header User-Agent.
    """
    session = requests.Session()
    adapter = _AbortableAdapter(sockets)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers["User-Agent"] = user_agent
    # No compressed responses: a small one could unpack to a huge one.
    session.headers["Accept-Encoding"] = "identity"
    return session


def classify_error(error: Exception) -> TransportFailure:
    """
    Describe an error of requests.

    Never include the text of the error: it may contain the request.
    """
    if _is_connection_refused(error):
        return TransportFailure(gettext_noop("the server cannot be reached"))
    for error_type, failure in _FAILURES:
        if isinstance(error, error_type):
            return failure
    return TransportFailure(gettext_noop("the response is not valid HTTP"))


# The first match wins: some are subclasses of others.
_FAILURES: Final[tuple[tuple[type[Exception], TransportFailure], ...]] = (
    (
        requests.exceptions.SSLError,
        TransportFailure(
            gettext_noop(
                "the server's certificate is not trusted; for a private"
                " authority, set REQUESTS_CA_BUNDLE"
            ),
            is_untrusted=True,
        ),
    ),
    (
        requests.exceptions.ProxyError,
        TransportFailure(gettext_noop("the proxy does not work")),
    ),
    (
        requests.exceptions.Timeout,
        TransportFailure(gettext_noop("the server did not respond in time")),
    ),
    (
        requests.exceptions.ChunkedEncodingError,
        TransportFailure(gettext_noop("the response is incomplete")),
    ),
    (
        requests.exceptions.ConnectionError,
        TransportFailure(
            gettext_noop("the connection was lost"), is_connection_lost=True
        ),
    ),
)


def _is_connection_refused(error: Exception) -> bool:
    """Check whether no connection was established."""
    reason = error.args[0] if error.args else None
    cause = getattr(reason, "reason", reason)
    return isinstance(cause, NewConnectionError)


def _require_loopback(sock: socket.socket) -> None:
    """
    Refuse an unencrypted connection that leaves this computer.

    The address was checked as text; this checks what it was resolved to.
    """
    host = str(sock.getpeername()[0])
    if not is_loopback_host(host):
        sock.close()
        reason = "unencrypted connection to another computer"
        raise ConnectionRefusedError(reason)


class _AbortableAdapter(HTTPAdapter):
    def __init__(self, sockets: OpenSockets) -> None:
        self._pool_classes = _build_pool_classes(sockets)
        # Retries are decided by `retry.py`, across restarts.
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
            if self.default_port == _HTTP_PORT:
                _require_loopback(sock)
            self._handle = sockets.add(sock, lambda: self.sock)
            return sock

        def close(self) -> None:
            super().close()
            if self._handle is not None:
                sockets.remove(self._handle)
                self._handle = None

    class Secure(Plain, HTTPSConnection):
        """TLS connection."""

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
