"""Send single HTTP requests, from any loopback address and in any encoding."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import ssl
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


ENCODINGS: Final = ("plain", "gzip", "chunked", "chunked gzip")
_TIMEOUT_SECONDS: Final = 60
_CHUNK_BYTES: Final = 1000
_CSRF_FIELD: Final = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


class Response(NamedTuple):
    """A complete response."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Any:
        return json.loads(self.body)


class HttpClient:
    """
    A client with cookies; each request has a connection of its own.

    Args:
        url: Base of all paths.
        certificate: Trusted certificate; None without TLS.
        address: Local address to connect from.
    """

    def __init__(
        self,
        url: str,
        certificate: Path | None = None,
        address: str = "127.0.0.1",
    ) -> None:
        self._parts = urlsplit(url)
        self._certificate = certificate
        self._address = address
        self.cookies: dict[str, str] = {}

    def get(self, path: str, **headers: str) -> Response:
        return self.request("GET", path, headers=headers)

    def post_json(
        self,
        path: str,
        body: object,
        encoding: str = "plain",
        **headers: str,
    ) -> Response:
        """POST JSON in one of ENCODINGS."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers["Content-Type"] = "application/json"
        if "gzip" in encoding:
            data = gzip.compress(data)
            headers["Content-Encoding"] = "gzip"
        return self.request(
            "POST", path, data, headers, is_chunked="chunked" in encoding
        )

    def post_form(self, path: str, **fields: str) -> Response:
        """POST the form of a page, as browsers do."""
        page = self.get(path, Accept="text/html")
        token = _CSRF_FIELD.search(page.text)
        assert token, page
        origin = f"{self._parts.scheme}://{self._parts.netloc}"
        return self.request(
            "POST",
            path,
            urlencode({**fields, "csrfmiddlewaretoken": token[1]}).encode(),
            {
                "Accept": "text/html",
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": origin,
                "Referer": f"{origin}{self._parts.path}{path}",
            },
        )

    def request(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        is_chunked: bool = False,
    ) -> Response:
        """Send one request; `_` in the names of headers is a dash."""
        named = {k.replace("_", "-"): v for k, v in (headers or {}).items()}
        if self.cookies:
            named["Cookie"] = "; ".join(
                f"{name}={value}" for name, value in self.cookies.items()
            )
        connection = self._connect()
        try:
            connection.request(
                method,
                f"{self._parts.path}{path}",
                _split(body or b"") if is_chunked else body,
                named,
                encode_chunked=is_chunked,
            )
            return self._read(connection.getresponse())
        finally:
            connection.close()

    def _connect(self) -> http.client.HTTPConnection:
        assert self._parts.hostname
        source = (self._address, 0)
        if self._certificate is None:
            return http.client.HTTPConnection(
                self._parts.hostname,
                self._parts.port,
                timeout=_TIMEOUT_SECONDS,
                source_address=source,
            )
        return http.client.HTTPSConnection(
            self._parts.hostname,
            self._parts.port,
            timeout=_TIMEOUT_SECONDS,
            source_address=source,
            context=ssl.create_default_context(cafile=str(self._certificate)),
        )

    def _read(self, response: http.client.HTTPResponse) -> Response:
        for header in response.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(header).items():
                self.cookies[name] = morsel.value
        return Response(response.status, response.headers, response.read())


def find_stylesheets(page: str) -> list[str]:
    """Return the paths of a page's stylesheets."""
    return re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)


def _split(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), _CHUNK_BYTES):
        yield body[start : start + _CHUNK_BYTES]
