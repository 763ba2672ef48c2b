"""
Decide which requests the local page answers.

Only the user's own browser may read it. Other users of the machine can reach
the port, and so can any web page that the browser shows, so a request needs:

* a Host header of this address, as a rebound DNS name has another;
* the cookie of a session, which a one-time token in the opened address starts;
* a random prefix of the path, to which the cookie is bound: browsers send the
  cookies of an address to all its ports, so also to other users' servers;
* for changes, an Origin of this address and the session's form token.
"""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from claude_tray.app.page_files import PageProcess


TOKEN_SECONDS: Final = 60.0
FORM_FIELD: Final = "form_token"
FORM_HEADER: Final = "X-Form-Token"
_MAX_TOKENS: Final = 100
_PREFIX_BYTES: Final = 24
_SAFE_METHODS: Final = frozenset({"GET", "HEAD"})
_NO_ORIGINS: Final = frozenset({None, "null"})

HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self';"
        " img-src 'self'; font-src 'self'; connect-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class BrowserSession(NamedTuple):
    """A browser that opened the page with a token."""

    session_id: str
    form_token: str


class Gate:
    """
    Hold the secrets of one process; all methods are safe in threads.

    Args:
        process: Address and key of the process.

    Attributes:
        cookie_name: Name of the cookie.
        prefix: Start of the path of every page, as "/Jx2…". It must stay out
            of the opened address, which the browser's command line shows to
            other users.
    """

    def __init__(self, process: PageProcess) -> None:
        self._process = process
        self._secret = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._tokens: dict[str, float] = {}
        self._session_ids: set[str] = set()
        self.cookie_name = f"claude_tray_page_{process.port}"
        self.prefix = f"/{secrets.token_urlsafe(_PREFIX_BYTES)}"

    def has_own_host(self, request: Request) -> bool:
        """Return whether the request names this address as its host."""
        return request.headers.get("Host") in self._process.hosts

    def find_path(self, request: Request) -> str | None:
        """Return the path below the prefix; None outside of it."""
        first, slash, rest = request.path[1:].partition("/")
        is_inside = _is_equal(f"/{first}", self.prefix) and slash
        return f"/{rest}" if is_inside else None

    def has_key(self, request: Request) -> bool:
        """Return whether the request has the key of the address file."""
        value = request.headers.get("Authorization", "")
        expected = f"Bearer {self._process.key}"
        return _is_equal(value, expected)

    def issue_token(self) -> str:
        """Return a token that starts one session, within a minute."""
        token = secrets.token_urlsafe(32)
        now = time.monotonic()
        with self._lock:
            self._tokens = {
                text: ends
                for text, ends in list(self._tokens.items())[-_MAX_TOKENS:]
                if ends > now
            }
            self._tokens[token] = now + TOKEN_SECONDS
        return token

    def use_token(self, token: str) -> bool:
        """Use up a token; False if it is unknown, used or too old."""
        with self._lock:
            return time.monotonic() < self._tokens.pop(token, 0.0)

    def start_session(self, token: str) -> BrowserSession | None:
        """Use up a token; None as with `use_token`."""
        if not self.use_token(token):
            return None
        session_id = secrets.token_urlsafe(32)
        with self._lock:
            self._session_ids.add(session_id)
        return self._build_session(session_id)

    def find_session(self, request: Request) -> BrowserSession | None:
        """Return the session of the request's cookie."""
        session_id = request.cookies.get(self.cookie_name, "")
        with self._lock:
            is_known = session_id in self._session_ids
        return self._build_session(session_id) if is_known else None

    def allows_method(self, request: Request, session: BrowserSession) -> bool:
        """
        Return whether the request may do what its method says.

        Browsers send no Origin, or "null", with the forms of a page that
        sends no Referer; no page can forge Sec-Fetch-Site.
        """
        if request.method in _SAFE_METHODS:
            return True
        origin = request.headers.get("Origin")
        is_own = origin in {f"http://{host}" for host in self._process.hosts}
        if origin in _NO_ORIGINS:
            is_own = request.headers.get("Sec-Fetch-Site") == "same-origin"
        elif request.headers.get("Sec-Fetch-Site", "same-origin") != (
            "same-origin"
        ):
            is_own = False
        token = request.headers.get(FORM_HEADER) or request.form.get(
            FORM_FIELD, ""
        )
        return is_own and _is_equal(token, session.form_token)

    def _build_session(self, session_id: str) -> BrowserSession:
        digest = hmac.digest(self._secret, session_id.encode(), "sha256")
        return BrowserSession(session_id, digest.hex())


def _is_equal(text: str, expected: str) -> bool:
    return hmac.compare_digest(text.encode(), expected.encode())
