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

from claude_tray.sync.answer import NoAnswer

if TYPE_CHECKING:
    import socket

    from requests import PreparedRequest

    from claude_tray.sync.sockets import Sockets


class Authorization(AuthBase):
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


def new_session(sockets: Sockets, agent: str) -> requests.Session:
    """
    Return a session whose connections can be cut.

    It keeps no cookies, tries nothing a second time and verifies TLS.

    Args:
        sockets: Where its connections stand.
        agent: What it calls itself.
    """
    session = requests.Session()
    adapter = _Adapter(sockets)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers["User-Agent"] = agent
    # A small answer that unpacks to a large one is no answer.
    session.headers["Accept-Encoding"] = "identity"
    return session


def reason_of(error: Exception) -> NoAnswer:
    """
    Return what to tell of a failure.

    Never the error's own text: it may hold what was sent.
    """
    if _is_refusal(error):
        return NoAnswer("the server cannot be reached")
    for kind, answer in _REASONS:
        if isinstance(error, kind):
            return answer
    return NoAnswer("the answer is no HTTP")


# The first that fits: some of these are kinds of others.
_REASONS: Final[tuple[tuple[type[Exception], NoAnswer], ...]] = (
    (
        requests.exceptions.SSLError,
        NoAnswer(
            "its certificate is not trusted; for a company's own, set"
            " REQUESTS_CA_BUNDLE",
            is_untrusted=True,
        ),
    ),
    (
        requests.exceptions.ProxyError,
        NoAnswer("the proxy cannot be used"),
    ),
    (
        requests.exceptions.Timeout,
        NoAnswer("no answer came in time"),
    ),
    (
        requests.exceptions.ChunkedEncodingError,
        NoAnswer("the answer broke off"),
    ),
    (
        requests.exceptions.ConnectionError,
        NoAnswer("the connection broke", is_cut=True),
    ),
)


def _is_refusal(error: Exception) -> bool:
    """Tell whether there was no connection at all."""
    reason = error.args[0] if error.args else None
    cause = getattr(reason, "reason", reason)
    return isinstance(cause, NewConnectionError)


class _Adapter(HTTPAdapter):
    def __init__(self, sockets: Sockets) -> None:
        self._pools = _pools(sockets)
        super().__init__(
            pool_maxsize=1,
            max_retries=Retry(total=0, read=False),
        )

    def init_poolmanager(
        self,
        *args: Any,  # noqa: ANN401 - the library's
        **more: Any,  # noqa: ANN401 - likewise
    ) -> None:
        super().init_poolmanager(*args, **more)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **more: Any) -> Any:  # noqa: ANN401 - the library's
        manager = super().proxy_manager_for(proxy, **more)
        manager.pool_classes_by_scheme = self._pools
        return manager


def _pools(sockets: Sockets) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        _handle: socket.socket | None = None

        def _new_conn(self) -> socket.socket:
            line = super()._new_conn()
            self._handle = sockets.add(line)
            return line

        def close(self) -> None:
            super().close()
            if self._handle is not None:
                sockets.drop(self._handle)
                self._handle = None

    class Secure(Plain, HTTPSConnection):
        """The same, for TLS."""

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
