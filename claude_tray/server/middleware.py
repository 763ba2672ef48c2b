"""Health check, hosts, addresses, counters, security policy, body limits."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import JsonResponse
from django.middleware.common import CommonMiddleware

from claude_tray.server import error_pages
from claude_tray.server.dashboard.views.base import prefers_html
from claude_tray.server.errors import (
    build_problem_response,
    describe_large_body,
)
from claude_tray.server.metrics.response_counts import count_response
from claude_tray.server.middleware_base import Middleware

if TYPE_CHECKING:
    from django.http import (
        HttpRequest,
        HttpResponse,
        HttpResponsePermanentRedirect,
    )


_HEALTH_PATH: Final = "/healthz"


class HealthzMiddleware(Middleware):
    """Respond to health checks before host names and TLS are enforced."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_read = request.method in {"GET", "HEAD"}
        if request.path_info == _HEALTH_PATH and is_read:
            return JsonResponse({"status": "ok"})
        return self._get_response(request)


# Prometheus and orchestrators ask by address or service name.
_HOST_INDEPENDENT_PATHS: Final = ("/readyz", "/metrics")


class HostMiddleware(CommonMiddleware):
    """Reject host names that are not allowed, except for probes."""

    def process_request(
        self, request: HttpRequest
    ) -> HttpResponsePermanentRedirect | None:
        if request.path_info in _HOST_INDEPENDENT_PATHS:
            return None
        try:
            return super().process_request(request)
        except DisallowedHost:
            return error_pages.reject_host(request)  # type: ignore[return-value] # any response ends the chain


# The only character that PostgreSQL cannot store.
_NUL: Final = "\0"


class AddressMiddleware(Middleware):
    """
    Reject addresses with a NUL, for pages and API alike.

    No stored name has one, but PostgreSQL refuses to look for it: 404 in the
    path, 400 in the query. Cookies with a NUL are ignored: they are not ours.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        for name, value in list(request.COOKIES.items()):
            if _NUL in name or _NUL in value:
                del request.COOKIES[name]
        if _NUL in request.path:
            return error_pages.not_found(request, ValueError(_REASON))
        # Parsed only if it may have one; a raw NUL is no part of a request.
        if _ENCODED_NUL in request.META.get("QUERY_STRING", ""):
            return self._check_query(request)
        return self._get_response(request)

    def _check_query(self, request: HttpRequest) -> HttpResponse:
        names = [
            name
            for name, values in request.GET.lists()
            if _NUL in name or any(_NUL in value for value in values)
        ]
        if not names:
            return self._get_response(request)
        if prefers_html(request):
            return error_pages.bad_request(request, ValueError(_REASON))
        return build_problem_response(
            400,
            "invalid",
            "The request is malformed.",
            dict.fromkeys(names, "at most 255 printable characters"),
        )


_ENCODED_NUL: Final = "%00"
_REASON: Final = "NUL in the address"


_IDENTITY_ENCODINGS: Final = ("", "identity")
_GZIP: Final = "gzip"
_PART_BYTES: Final = 64 * 1024
_MAX_DISCARDED_BYTES: Final = 32 * 1024 * 1024
# 15 bits of window size; 16 more expect a gzip header.
_GZIP_WINDOW_BITS: Final = 31


class BodyLimitMiddleware(Middleware):
    """Decompress gzip bodies; reject large ones and other encodings."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._check_body(request) or self._get_response(request)

    def _check_body(self, request: HttpRequest) -> HttpResponse | None:
        encoding = request.headers.get("Content-Encoding", "").lower()
        if _parse_content_length(request) > settings.WIRE_BYTES:
            _discard_body(request)
            return _build_too_large_response(settings.WIRE_BYTES)
        if encoding in _IDENTITY_ENCODINGS:
            return None
        if encoding != _GZIP:
            detail = "Content-Encoding must be gzip or absent."
            return build_problem_response(415, "unsupported_encoding", detail)
        return _inflate_body(request)


def _inflate_body(request: HttpRequest) -> HttpResponse | None:
    """Replace a gzip body by its content, or return an error response."""
    decompressor = zlib.decompressobj(_GZIP_WINDOW_BITS)
    # One byte more than allowed shows that the body is too large.
    compressed = request.read(settings.WIRE_BYTES + 1)
    if len(compressed) > settings.WIRE_BYTES:
        return _build_too_large_response(settings.WIRE_BYTES)
    try:
        inflated = decompressor.decompress(compressed, settings.BODY_BYTES + 1)
    except zlib.error:
        return build_problem_response(400, "bad_gzip", "The body is not gzip.")
    if len(inflated) > settings.BODY_BYTES:
        return _build_too_large_response(settings.BODY_BYTES)
    if not decompressor.eof:
        return build_problem_response(
            400, "bad_gzip", "The gzip body is truncated."
        )
    # Django reads `_body` instead of the stream if it is set.
    request._body = inflated  # noqa: SLF001
    request.META["CONTENT_LENGTH"] = str(len(inflated))
    del request.META["HTTP_CONTENT_ENCODING"]
    return None


def _discard_body(request: HttpRequest) -> None:
    """
    Read what the client sends, or a part of it if that is a lot.

    It would otherwise lose the response: closing a connection with unread
    data resets it.
    """
    for _ in range(0, _MAX_DISCARDED_BYTES, _PART_BYTES):
        if not request.read(_PART_BYTES):
            return


def _parse_content_length(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isdecimal() else 0


def _build_too_large_response(max_bytes: int) -> HttpResponse:
    detail = describe_large_body(max_bytes)
    return build_problem_response(413, "too_large", detail)


class RequestMetricsMiddleware(Middleware):
    """Count responses by method and status."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        count_response(request.method or "", response.status_code)
        return response


_CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self';"
    " img-src 'self' data:; font-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class ContentSecurityPolicyMiddleware(Middleware):
    """Add the content security policy to every response."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        response.headers.setdefault(
            "Content-Security-Policy", _CONTENT_SECURITY_POLICY
        )
        return response
