"""Send HTTP requests to a server, bounded in time and size, and abortable."""

from __future__ import annotations

import gzip
import threading
import time
from typing import TYPE_CHECKING, Final

from claude_tray import __version__
from claude_tray.errors import ContractError, gettext_noop
from claude_tray.protocol.agent_sync import (
    TOKEN_REFRESH_PATH,
    TokenRefreshRequest,
    TokenRefreshResponse,
)
from claude_tray.protocol.codec import from_json, to_json
from claude_tray.sync.config import (
    SyncEndpoint,
    build_auth_header,
    fingerprint_token,
    is_expiring,
    is_refresh_token,
)
from claude_tray.sync.http_types import (
    HttpRequest,
    HttpResponse,
    Timeouts,
    TransportFailure,
)
from claude_tray.sync.open_sockets import OpenSockets

if TYPE_CHECKING:
    from collections.abc import Mapping

    import requests

    from claude_tray.sync.redaction import RedactingFilter


_OK: Final = 200
_UNAUTHORIZED: Final = 401
_MAX_RESPONSE_BYTES: Final = 1 << 20
_CHUNK_BYTES: Final = 1 << 16
_MIN_GZIP_BYTES: Final = 1024
_JSON: Final = "application/json"


_ABORTED: Final = TransportFailure(
    gettext_noop("claude-tray is shutting down")
)


class TokenAuth:
    """
    Set the Authorization header of a request.

    Passed to requests as `auth`: a plain header would lose against `~/.netrc`.

    Args:
        header: Value of the header; empty for none.
    """

    def __init__(self, header: str) -> None:
        self._header = header

    def __call__(
        self, request: requests.PreparedRequest
    ) -> requests.PreparedRequest:
        if self._header:
            request.headers["Authorization"] = self._header
        return request

    def __repr__(self) -> str:
        return "Authorization(***)"


_NO_AUTH: Final = TokenAuth("")


class HttpClient:
    """
    Send requests to one server, one at a time.

    Args:
        endpoint: Address of the server.
        token: Token of the user; a refresh token is exchanged for an access
            token.
        redactor: Receives every secret, to remove it from the log.
        timeouts: Time limits of each request.

    Raises:
        SyncMisconfiguredError: The token has characters that no token has.
    """

    def __init__(
        self,
        endpoint: SyncEndpoint,
        token: str,
        redactor: RedactingFilter,
        timeouts: Timeouts = Timeouts(),  # noqa: B008 - an immutable value
    ) -> None:
        token = str(token)  # a Secret cannot be encoded as JSON
        self._endpoint = endpoint
        self._token = token
        self._refresh_token = token if is_refresh_token(token) else ""
        self._access_token = "" if self._refresh_token else token
        self._url = endpoint.agent_sync_url
        self._auth = TokenAuth(build_auth_header(token))
        self._redactor = redactor
        self._timeouts = timeouts
        self._session: requests.Session | None = None
        self._sockets = OpenSockets()
        self._is_timed_out = False
        self._aborted = threading.Event()
        redactor.register_secret(build_auth_header(token))

    @property
    def is_aborted(self) -> bool:
        """All requests fail from now on."""
        return self._aborted.is_set()

    @property
    def token_fingerprint(self) -> str:
        """Identify the token without revealing it."""
        return fingerprint_token(self._token)

    def get(self, query: Mapping[str, str]) -> HttpResponse | TransportFailure:
        """Send a GET request to agent-sync."""
        return self._send_authorized(HttpRequest("GET", self._url, query))

    def post(
        self, body: bytes, *, compress: bool
    ) -> HttpResponse | TransportFailure:
        """
        Send a POST request to agent-sync.

        Args:
            body: JSON.
            compress: Compress the body, unless it is small.
        """
        headers = {"Content-Type": _JSON}
        if compress and len(body) >= _MIN_GZIP_BYTES:
            body = gzip.compress(body, 6, mtime=0)
            headers["Content-Encoding"] = "gzip"
        request = HttpRequest("POST", self._url, body=body, headers=headers)
        return self._send_authorized(request)

    def abort(self) -> None:
        """Abort the current request and all later ones; from any thread."""
        self._aborted.set()
        self._sockets.shutdown_all()

    def close(self) -> None:
        """Close the connections; the next request opens new ones."""
        session, self._session = self._session, None
        if session is not None:
            session.close()

    def _send_authorized(
        self, request: HttpRequest
    ) -> HttpResponse | TransportFailure:
        """Send a request; refresh the access token before or after it."""
        if self._refresh_token and is_expiring(
            self._access_token, time.time()
        ):
            failure = self._refresh_access_token()
            if failure is not None:
                return failure
        response = self._send(request, self._auth)
        is_unauthorized = getattr(response, "status", 0) == _UNAUTHORIZED
        if not is_unauthorized or not self._refresh_token:
            return response
        return self._refresh_access_token() or self._send(request, self._auth)

    def _refresh_access_token(self) -> HttpResponse | TransportFailure | None:
        """Request an access token; return the response if that failed."""
        request = HttpRequest(
            "POST",
            self._endpoint.url + TOKEN_REFRESH_PATH,
            body=to_json(TokenRefreshRequest(self._refresh_token)),
            headers={"Content-Type": _JSON},
        )
        response = self._send(request, _NO_AUTH)
        if isinstance(response, TransportFailure) or response.status != _OK:
            return response
        try:
            renewed = from_json(response.body, TokenRefreshResponse)
        except ContractError:
            return TransportFailure(
                gettext_noop("the server sent no access token")
            )
        self._access_token = renewed.access
        self._auth = TokenAuth(build_auth_header(renewed.access))
        self._refresh_token = renewed.refresh or self._refresh_token
        self._redactor.register_secret(self._access_token)
        self._redactor.register_secret(self._refresh_token)
        return None

    def _send(
        self,
        request: HttpRequest,
        auth: TokenAuth,
    ) -> HttpResponse | TransportFailure:
        # Late: 19 MiB and a quarter of a second, only for users who sync.
        from requests.exceptions import RequestException
        from urllib3.exceptions import HTTPError

        from claude_tray.sync.http_transport import classify_error

        if self._aborted.is_set():
            return _ABORTED
        session = self._get_session()
        self._is_timed_out = False
        # requests limits each read only; this limits the whole exchange.
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
                auth=auth,
                timeout=(self._timeouts.connect, self._timeouts.read),
                allow_redirects=False,
                stream=True,
                # A proxy cannot reach a server on this machine.
                proxies=(
                    {"no_proxy": "*"} if self._endpoint.is_loopback else None
                ),
            ) as response:
                result = _read_response(response)
        except (RequestException, HTTPError, OSError, ValueError) as error:
            self.close()
            result = classify_error(error)
        finally:
            timer.cancel()
            timer.join()
        # An aborted connection may look like the end of a response.
        if self._is_timed_out:
            return TransportFailure(gettext_noop("the response took too long"))
        if self._aborted.is_set():
            return _ABORTED
        return result

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
            return TransportFailure(
                gettext_noop("the response is larger than 1 MiB")
            )
    headers = {name.lower(): text for name, text in response.headers.items()}
    return HttpResponse(response.status_code, headers, bytes(body))
