"""Answers `/healthz` before anything else is asked of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.http import JsonResponse

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

_PATH: Final = "/healthz"


class AliveMiddleware:
    """A probe comes under any host name, and without TLS."""

    def __init__(
        self,
        get_response: Callable[[HttpRequest], HttpResponse],
    ) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == _PATH and request.method in {"GET", "HEAD"}:
            return JsonResponse({"status": "ok"})
        return self._next(request)
