"""Level differences between WSGI servers: URL prefixes and chunked bodies."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


def adapt_application(
    application: WSGIApplication, *, url_prefix: str, max_body_bytes: int
) -> WSGIApplication:
    """
    Return an application that works the same on every WSGI server.

    Args:
        application: The WSGI application.
        url_prefix: Path below which it is served, such as "/usage"; proxies
            may remove or keep it.
        max_body_bytes: Chunked bodies are read up to one byte more.
    """

    def adapted(
        environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        if url_prefix:
            _split_prefix(environ, url_prefix)
        if _has_chunked_body(environ):
            _read_chunked_body(environ, max_body_bytes)
        return application(environ, start_response)

    return adapted


def _split_prefix(environ: WSGIEnvironment, url_prefix: str) -> None:
    environ["SCRIPT_NAME"] = url_prefix
    path = environ.get("PATH_INFO", "")
    if path == url_prefix or path.startswith(f"{url_prefix}/"):
        environ["PATH_INFO"] = path[len(url_prefix) :]


def _has_chunked_body(environ: WSGIEnvironment) -> bool:
    encoding = environ.get("HTTP_TRANSFER_ENCODING", "").lower()
    return encoding == "chunked" and not environ.get("CONTENT_LENGTH")


def _read_chunked_body(environ: WSGIEnvironment, max_bytes: int) -> None:
    """
    Replace the input by one of known length, which Django requires.

    The server has decoded the chunks and ends its input after them.
    """
    source, body = environ["wsgi.input"], io.BytesIO()
    while (missing := max_bytes + 1 - body.tell()) > 0:
        part = source.read(missing)
        if not part:
            break
        body.write(part)
    environ["CONTENT_LENGTH"] = str(body.tell())
    body.seek(0)
    environ["wsgi.input"] = body
