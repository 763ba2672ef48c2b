from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.server.wsgi_adapter import adapt_application

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment


class DrippingInput(io.BytesIO):
    """A body that arrives in parts of three bytes."""

    def read(self, size: int | None = -1, /) -> bytes:
        assert size is not None
        assert size > 0
        return super().read(min(size, 3))


def call(environ: dict[str, Any], url_prefix: str = "") -> dict[str, Any]:
    """Return the environment that the application receives."""
    received: dict[str, Any] = {}

    def application(
        environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        received.update(environ)
        start_response("204 No Content", [])
        return []

    adapted = adapt_application(
        application, url_prefix=url_prefix, max_body_bytes=10
    )
    adapted(environ, lambda *_: lambda _: None)
    return received


@pytest.mark.parametrize(
    ("path", "rest"),
    [
        ("/usage/sign-in/", "/sign-in/"),
        ("/usage/", "/"),
        ("/usage", ""),
        ("/sign-in/", "/sign-in/"),
        ("/usages/", "/usages/"),
        ("/", "/"),
    ],
)
def test_proxies_may_keep_or_remove_the_prefix(path: str, rest: str) -> None:
    received = call({"PATH_INFO": path, "SCRIPT_NAME": ""}, "/usage")

    assert received["SCRIPT_NAME"] == "/usage"
    assert received["PATH_INFO"] == rest


def test_without_a_prefix_paths_stay() -> None:
    received = call({"PATH_INFO": "/usage/", "SCRIPT_NAME": "/x"})

    assert received == {"PATH_INFO": "/usage/", "SCRIPT_NAME": "/x"}


@pytest.mark.parametrize("length", [0, 1, 10, 11])
def test_a_chunked_body_gets_a_length(length: int) -> None:
    body = DrippingInput(b"x" * length)

    received = call({"wsgi.input": body, "HTTP_TRANSFER_ENCODING": "Chunked"})

    assert received["CONTENT_LENGTH"] == str(length)
    assert received["wsgi.input"].read() == b"x" * length


def test_of_a_large_chunked_body_one_byte_too_many_is_read() -> None:
    body = DrippingInput(b"x" * 99)

    received = call({"wsgi.input": body, "HTTP_TRANSFER_ENCODING": "chunked"})

    assert received["CONTENT_LENGTH"] == "11"
    assert body.tell() == 11


@pytest.mark.parametrize(
    "environ",
    [
        {"CONTENT_LENGTH": "4", "HTTP_TRANSFER_ENCODING": "chunked"},
        {"CONTENT_LENGTH": "4"},
        {},
        {"HTTP_TRANSFER_ENCODING": "gzip"},
    ],
)
def test_other_bodies_are_not_read(environ: dict[str, Any]) -> None:
    body = DrippingInput(b"body")

    assert call({**environ, "wsgi.input": body}) == {
        **environ,
        "wsgi.input": body,
    }
    assert body.tell() == 0
