"""Exchanges with a server, each of them bounded in time and size."""

from __future__ import annotations

import gzip
import threading
import time
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray import __version__
from claude_tray.errors import ContractError
from claude_tray.sync import token as tokens
from claude_tray.sync.answer import Answer, NoAnswer
from claude_tray.sync.sockets import Sockets
from claude_tray.wire.agent_sync import REFRESH_PATH
from claude_tray.wire.answers import Access, Renewal
from claude_tray.wire.codec import decode, encode

if TYPE_CHECKING:
    from collections.abc import Mapping

    import requests

    from claude_tray.sync.address import Address
    from claude_tray.sync.veil import Veil

_OK: Final = 200
_UNAUTHORIZED: Final = 401
_MOST_BYTES: Final = 1 << 20
_CHUNK: Final = 1 << 16
_WORTH_PACKING: Final = 1024
_ENDED: Final = NoAnswer("the program ends")
_JSON: Final = "application/json"


class Times(NamedTuple):
    """Seconds: of a whole exchange, of connecting, of one silence."""

    whole: float = 120.0
    connect: float = 10.0
    silence: float = 60.0


class Question(NamedTuple):
    """What is asked."""

    method: str
    url: str
    query: Mapping[str, str] | None = None
    body: bytes | None = None
    headers: Mapping[str, str] | None = None


class Exchange:
    """
    Asks one server, one question at a time.

    Args:
        address: The server's.
        token: The person's; a refresh token is exchanged for another.
        veil: Told of every secret that turns up.
        times: How long it may take.

    Raises:
        SyncMisconfiguredError: No token looks like this.
    """

    def __init__(
        self,
        address: Address,
        token: str,
        veil: Veil,
        times: Times = Times(),  # noqa: B008 - an immutable value
    ) -> None:
        token = str(token)  # of a Secret, which JSON would not take
        self._address = address
        self._token = token
        self._refresh = token if tokens.is_refresh(token) else ""
        self._access = "" if self._refresh else token
        self._veil = veil
        self._times = times
        self._session: requests.Session | None = None
        self._sockets = Sockets()
        self._is_late = False
        self._ended = threading.Event()
        veil.add(tokens.header_of(token))

    @property
    def has_ended(self) -> bool:
        """It was told to ask no more."""
        return self._ended.is_set()

    @property
    def fingerprint(self) -> str:
        """Tells the token from others."""
        return tokens.fingerprint(self._token)

    def get(self, query: Mapping[str, str]) -> Answer | NoAnswer:
        """Ask agent-sync how far it has come."""
        url = self._address.agent_sync
        return self._with_access(Question("GET", url, query))

    def post(self, body: bytes, *, packed: bool) -> Answer | NoAnswer:
        """
        Post a request to agent-sync.

        Args:
            body: Its JSON.
            packed: Whether it may be compressed.
        """
        headers = {"Content-Type": _JSON}
        if packed and len(body) >= _WORTH_PACKING:
            body = gzip.compress(body, 6, mtime=0)
            headers["Content-Encoding"] = "gzip"
        url = self._address.agent_sync
        question = Question("POST", url, body=body, headers=headers)
        return self._with_access(question)

    def cut(self) -> None:
        """End the exchange at hand and let there be no other."""
        self._ended.set()
        self._sockets.cut()

    def close(self) -> None:
        """Close the connections; the next exchange opens others."""
        session, self._session = self._session, None
        if session is not None:
            session.close()

    def _with_access(self, question: Question) -> Answer | NoAnswer:
        """Ask with a token that is had anew if need be."""
        if self._refresh and tokens.ends_soon(self._access, time.time()):
            refused = self._renew()
            if refused is not None:
                return refused
        answer = self._ask(question, self._access)
        is_refused = getattr(answer, "status", 0) == _UNAUTHORIZED
        if not is_refused or not self._refresh:
            return answer
        return self._renew() or self._ask(question, self._access)

    def _renew(self) -> Answer | NoAnswer | None:
        """Have an access token; return what came back if that failed."""
        question = Question(
            "POST",
            self._address.url + REFRESH_PATH,
            body=encode(Renewal(self._refresh)),
            headers={"Content-Type": _JSON},
        )
        answer = self._ask(question, "")
        if isinstance(answer, NoAnswer) or answer.status != _OK:
            return answer
        try:
            access = decode(answer.body, Access)
        except ContractError:
            return NoAnswer("no token came for the refresh token")
        self._access = access.access
        self._refresh = access.refresh or self._refresh
        self._veil.add(self._access)
        self._veil.add(self._refresh)
        return None

    def _ask(
        self,
        question: Question,
        token: str,
    ) -> Answer | NoAnswer:
        # Late: 19 MiB and a quarter of a second, for who forwards.
        from requests.exceptions import RequestException  # noqa: PLC0415
        from urllib3.exceptions import HTTPError  # noqa: PLC0415

        from claude_tray.sync.line import (  # noqa: PLC0415
            Authorization,
            reason_of,
        )

        if self._ended.is_set():
            return _ENDED
        session = self._opened()
        self._is_late = False
        timer = threading.Timer(self._times.whole, self._end_late)
        timer.name = "sync-deadline"
        timer.start()
        try:
            with session.request(
                question.method,
                question.url,
                params=question.query,
                data=question.body,
                headers=question.headers,
                auth=Authorization(tokens.header_of(token) if token else ""),
                timeout=(self._times.connect, self._times.silence),
                allow_redirects=False,
                stream=True,
                # Proxies are for other machines than this one.
                proxies={"no_proxy": "*"} if self._is_near else None,
            ) as response:
                answer = _whole(response)
        except (RequestException, HTTPError, OSError, ValueError) as error:
            self.close()
            answer = reason_of(error)
        finally:
            timer.cancel()
            timer.join()
        # A line that was cut may look like the end of an answer.
        if self._is_late:
            return NoAnswer("no whole answer came in time")
        if self._ended.is_set():
            return _ENDED
        return answer

    @property
    def _is_near(self) -> bool:
        return self._address.is_loopback

    def _opened(self) -> requests.Session:
        if self._session is None:
            from claude_tray.sync.line import new_session  # noqa: PLC0415

            agent = f"claude-tray/{__version__}"
            self._session = new_session(self._sockets, agent)
        return self._session

    def _end_late(self) -> None:
        self._is_late = True
        self._sockets.cut()


def _whole(response: requests.Response) -> Answer | NoAnswer:
    body = bytearray()
    for chunk in response.iter_content(_CHUNK):
        body += chunk
        if len(body) > _MOST_BYTES:
            response.close()
            return NoAnswer("the answer is longer than 1 MiB")
    headers = {name.lower(): text for name, text in response.headers.items()}
    return Answer(response.status_code, headers, bytes(body))
