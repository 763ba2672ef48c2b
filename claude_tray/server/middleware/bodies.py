"""Bodies of requests: bounded before and after inflation."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

from django.conf import settings

from claude_tray.server.problems import answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

_PLAIN: Final = ("", "identity")
_GZIP: Final = "gzip"
_GZIP_BITS: Final = 31


class BodiesMiddleware:
    """Inflates gzip, and refuses what is too large or of another encoding."""

    def __init__(
        self,
        get_response: Callable[[HttpRequest], HttpResponse],
    ) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._refusal(request) or self._next(request)

    def _refusal(self, request: HttpRequest) -> HttpResponse | None:
        encoding = request.headers.get("Content-Encoding", "").lower()
        if _length(request) > settings.WIRE_BYTES:
            return _too_large(settings.WIRE_BYTES)
        if encoding in _PLAIN:
            return None
        if encoding != _GZIP:
            detail = "Content-Encoding must be gzip or left out."
            return answer(415, "unsupported_encoding", detail)
        return _inflate(request)


def _inflate(request: HttpRequest) -> HttpResponse | None:
    """Put the plain body in the gzipped one's place; or tell what is wrong."""
    stream = zlib.decompressobj(_GZIP_BITS)
    packed = request.read(settings.WIRE_BYTES + 1)
    if len(packed) > settings.WIRE_BYTES:
        return _too_large(settings.WIRE_BYTES)
    try:
        plain = stream.decompress(packed, settings.BODY_BYTES + 1)
    except zlib.error:
        return answer(400, "bad_gzip", "The body is not gzip.")
    if len(plain) > settings.BODY_BYTES:
        return _too_large(settings.BODY_BYTES)
    if not stream.eof:
        return answer(400, "bad_gzip", "The gzip body ends too early.")
    request._body = plain  # noqa: SLF001
    request.META["CONTENT_LENGTH"] = str(len(plain))
    del request.META["HTTP_CONTENT_ENCODING"]
    return None


def _length(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isdecimal() else 0


def _too_large(most: int) -> HttpResponse:
    detail = f"A body may have {most} bytes; send less at a time."
    return answer(413, "too_large", detail)
