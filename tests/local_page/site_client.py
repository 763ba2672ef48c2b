"""Run the local page's process and send it requests over its socket."""

from __future__ import annotations

import http.client
import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode, urlsplit

from claude_tray.app.page_files import PageFiles, PageProcess
from tests.support.http_client import Response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.sandbox import ProgramSandbox


_TIMEOUT_SECONDS = 30
# As long as a key of 128 bits in base64, and its slash.
_MIN_PREFIX_LENGTH = 22
_FORM_TOKEN = re.compile(r'name="form_token" value="(\w+)"')


class LocalSite(NamedTuple):
    """A sandbox whose `open` command has started the page's process."""

    sandbox: ProgramSandbox

    @property
    def files(self) -> PageFiles:
        return PageFiles(self.sandbox.app_home / "state")

    @property
    def process(self) -> PageProcess:
        process = self.files.read()
        assert process is not None
        return process

    def open(self, path: str = "/") -> str:
        """Run `claude-tray open --print`; return the address."""
        done = self.sandbox.run("open", "--print", path)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def request(
        self,
        path: str,
        method: str = "GET",
        headers: Mapping[str, str | None] | None = None,
        body: str | None = None,
        body_type: str = "application/x-www-form-urlencoded",
    ) -> Response:
        """Send one request; a header that is None is left out."""
        process = self.process
        values = {"Host": f"127.0.0.1:{process.port}", **(headers or {})}
        connection = http.client.HTTPConnection(
            "127.0.0.1", process.port, timeout=_TIMEOUT_SECONDS
        )
        connection.putrequest(
            method, path, skip_host=True, skip_accept_encoding=True
        )
        for name, value in values.items():
            if value is not None:
                connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body.encode())))
            connection.putheader("Content-Type", body_type)
        connection.endheaders(body.encode() if body is not None else None)
        response = connection.getresponse()
        found = Response(response.status, response.headers, response.read())
        connection.close()
        return found

    def issue_token(self) -> str:
        """Ask for a one-time token, as a program of the user does."""
        key = {"Authorization": f"Bearer {self.process.key}"}
        return self.request("/-/token", "POST", key).text

    def sign_in(self) -> SignedIn:
        """Use a token; return a client with the cookie."""
        return self.follow(f"/open?token={self.issue_token()}")

    def follow(self, address: str) -> SignedIn:
        """Open an address once; return a client with the cookie."""
        parts = urlsplit(address)
        response = self.request(f"{parts.path}?{parts.query}")
        assert response.status == http.HTTPStatus.SEE_OTHER, response.text
        response = self.request(response.headers["Location"])
        assert response.status == http.HTTPStatus.SEE_OTHER, response.text
        cookie, *attributes = response.headers["Set-Cookie"].split("; ")
        (prefix,) = (
            text.removeprefix("Path=")
            for text in attributes
            if text.startswith("Path=")
        )
        assert len(prefix) > _MIN_PREFIX_LENGTH
        return SignedIn(self, cookie, prefix)


class SignedIn(NamedTuple):
    """
    A browser session without a browser.

    Attributes:
        cookie: Name and value.
        prefix: Start of the path of every page.
    """

    site: LocalSite
    cookie: str
    prefix: str

    def get(self, path: str, **headers: str) -> Response:
        return self.site.request(
            self.place(path), headers={"Cookie": self.cookie} | headers
        )

    def place(self, path: str) -> str:
        """Return a path below the prefix, where a link of a page is."""
        is_placed = path.startswith(f"{self.prefix}/")
        return path if is_placed else f"{self.prefix}{path}"

    def find_form_token(self, path: str) -> str:
        """Return the token of the forms of a page."""
        found = _FORM_TOKEN.search(self.get(path).text)
        assert found, f"{path} has no form"
        return found[1]

    def post(
        self,
        path: str,
        fields: Mapping[str, str],
        headers: Mapping[str, str | None] | None = None,
    ) -> Response:
        """Send a form as a browser does; `headers` replace its own."""
        return self.site.request(
            self.place(path),
            "POST",
            self._form_headers | dict(headers or {}),
            urlencode(fields),
        )

    def post_body(self, path: str, body: str, body_type: str) -> Response:
        """Send a form in another encoding."""
        return self.site.request(
            self.place(path), "POST", self._form_headers, body, body_type
        )

    @property
    def _form_headers(self) -> dict[str, str | None]:
        return {
            "Cookie": self.cookie,
            "Origin": self.site.process.origin,
            "Sec-Fetch-Site": "same-origin",
        }


def find_root(address: str) -> str:
    """Return the start of all pages' addresses, by one of them."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}/{parts.path.split('/')[1]}"
