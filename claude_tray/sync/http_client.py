"""Exchanges with a server, each of them bounded in time and size."""

from __future__ import annotations

import gzip
import threading
import time
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray import __version__
from claude_tray.errors import ContractError
from claude_tray.protocol.agent_sync import TOKEN_REFRESH_PATH
from claude_tray.protocol.agent_sync_responses import (
    TokenRefreshRequest,
    TokenRefreshResponse,
)
from claude_tray.protocol.codec import from_json, to_json
from claude_tray.sync.credentials import (
    build_auth_header,
    fingerprint_token,
    is_expiring,
    is_refresh_token,
)
from claude_tray.sync.open_sockets import OpenSockets
from claude_tray.sync.responses import HttpResponse, TransportFailure

if TYPE_CHECKING:
    from collections.abc import Mapping

    import requests

    from claude_tray.sync.config import SyncEndpoint
    from claude_tray.sync.redaction import RedactingFilter


_OK: Final = 200
_UNAUTHORIZED: Final = 401
_MAX_RESPONSE_BYTES: Final = 1 << 20
_CHUNK_BYTES: Final = 1 << 16
_MIN_GZIP_BYTES: Final = 1024
_ABORTED: Final = TransportFailure("the program ends")
_JSON: Final = "application/json"


class Timeouts(NamedTuple):
    """Seconds: of a whole exchange, of connecting, of one silence."""

    total: float = 120.0
    connect: float = 10.0
    read: float = 60.0


class HttpRequest(NamedTuple):
    """What is asked."""

    method: str
    url: str
    query: Mapping[str, str] | None = None
    body: bytes | None = None
    headers: Mapping[str, str] | None = None


class HttpClient:
    """
    Asks one server, one question at a time.

    Args:
        endpoint: The server's.
        token: The person's; a refresh token is exchanged for another.
        redactor: Told of every secret that turns up.
        timeouts: How long it may take.

    Raises:
        SyncMisconfiguredError: No token looks like this.
    """

    def __init__(
        self,
        endpoint: SyncEndpoint,
        token: str,
        redactor: RedactingFilter,
        timeouts: Timeouts = Timeouts(),  # noqa: B008 - an immutable value
    ) -> None:
        token = str(token)  # of a Secret, which JSON would not take
        self._endpoint = endpoint
        self._token = token
        self._refresh_token = token if is_refresh_token(token) else ""
        self._access_token = "" if self._refresh_token else token
        self._redactor = redactor
        self._timeouts = timeouts
        self._session: requests.Session | None = None
        self._sockets = OpenSockets()
        self._is_timed_out = False
        self._aborted = threading.Event()
        redactor.register_secret(build_auth_header(token))

    @property
    def is_aborted(self) -> bool:
        """It was told to ask no more."""
        return self._aborted.is_set()

    @property
    def token_fingerprint(self) -> str:
        """Tells the token from others."""
        return fingerprint_token(self._token)

    def get(self, query: Mapping[str, str]) -> HttpResponse | TransportFailure:
        """Ask agent-sync how far it has come."""
        url = self._endpoint.agent_sync_url
        return self._send_authorized(HttpRequest("GET", url, query))

    def post(
        self, body: bytes, *, compress: bool
    ) -> HttpResponse | TransportFailure:
        """
        Post a request to agent-sync.

        Args:
            body: Its JSON.
            compress: Whether it may be compressed.
        """
        headers = {"Content-Type": _JSON}
        if compress and len(body) >= _MIN_GZIP_BYTES:
            body = gzip.compress(body, 6, mtime=0)
            headers["Content-Encoding"] = "gzip"
        url = self._endpoint.agent_sync_url
        request = HttpRequest("POST", url, body=body, headers=headers)
        return self._send_authorized(request)

    def abort(self) -> None:
        """End the exchange at hand and let there be no other."""
        self._aborted.set()
        self._sockets.shutdown_all()

    def close(self) -> None:
        """Close the connections; the next exchange opens others."""
        session, self._session = self._session, None
        if session is not None:
            session.close()

    def _send_authorized(
        self, request: HttpRequest
    ) -> HttpResponse | TransportFailure:
        """Ask with a token that is had anew if need be."""
        if self._refresh_token and is_expiring(
            self._access_token, time.time()
        ):
            failure = self._refresh_access_token()
            if failure is not None:
                return failure
        response = self._send(request, self._access_token)
        is_unauthorized = getattr(response, "status", 0) == _UNAUTHORIZED
        if not is_unauthorized or not self._refresh_token:
            return response
        return self._refresh_access_token() or self._send(
            request, self._access_token
        )

    def _refresh_access_token(self) -> HttpResponse | TransportFailure | None:
        """Have an access token; return what came back if that failed."""
        request = HttpRequest(
            "POST",
            self._endpoint.url + TOKEN_REFRESH_PATH,
            body=to_json(TokenRefreshRequest(self._refresh_token)),
            headers={"Content-Type": _JSON},
        )
        response = self._send(request, "")
        if isinstance(response, TransportFailure) or response.status != _OK:
            return response
        try:
            renewed = from_json(response.body, TokenRefreshResponse)
        except ContractError:
            return TransportFailure("no token came for the refresh token")
        self._access_token = renewed.access
        self._refresh_token = renewed.refresh or self._refresh_token
        self._redactor.register_secret(self._access_token)
        self._redactor.register_secret(self._refresh_token)
        return None

    def _send(
        self,
        request: HttpRequest,
        token: str,
    ) -> HttpResponse | TransportFailure:
        # Late: 19 MiB and a quarter of a second, for who forwards.
        from requests.exceptions import RequestException
        from urllib3.exceptions import HTTPError

        from claude_tray.sync.http_transport import TokenAuth, classify_error

        if self._aborted.is_set():
            return _ABORTED
        session = self._get_session()
        self._is_timed_out = False
        timer = threading.Timer(self._timeouts.total, self._abort_on_timeout)
        timer.name = "sync-deadline"
        timer.start()
        try:
            with session.request(
                request.method,
                request.url,
                params=request.query,
                data=request.body,
                headers=request.headers,
                auth=TokenAuth(build_auth_header(token) if token else ""),
                timeout=(self._timeouts.connect, self._timeouts.read),
                allow_redirects=False,
                stream=True,
                # Proxies are for other machines than this one.
                proxies={"no_proxy": "*"} if self._is_loopback else None,
            ) as response:
                result = _read_response(response)
        except (RequestException, HTTPError, OSError, ValueError) as error:
            self.close()
            result = classify_error(error)
        finally:
            timer.cancel()
            timer.join()
        # A line that was cut may look like the end of an answer.
        if self._is_timed_out:
            return TransportFailure("no whole answer came in time")
        if self._aborted.is_set():
            return _ABORTED
        return result

    @property
    def _is_loopback(self) -> bool:
        return self._endpoint.is_loopback

    def _get_session(self) -> requests.Session:
        if self._session is None:
            from claude_tray.sync.http_transport import create_session

            user_agent = f"claude-tray/{__version__}"
            self._session = create_session(self._sockets, user_agent)
        return self._session

    def _abort_on_timeout(self) -> None:
        self._is_timed_out = True
        self._sockets.shutdown_all()


def _read_response(
    response: requests.Response,
) -> HttpResponse | TransportFailure:
    body = bytearray()
    for chunk in response.iter_content(_CHUNK_BYTES):
        body += chunk
        if len(body) > _MAX_RESPONSE_BYTES:
            response.close()
            return TransportFailure("the answer is longer than 1 MiB")
    headers = {name.lower(): text for name, text in response.headers.items()}
    return HttpResponse(response.status_code, headers, bytes(body))
