"""Counts answers by status, for `/metrics`."""

from __future__ import annotations

from collections import Counter
from threading import Lock
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

_counts: Final[Counter[tuple[str, int]]] = Counter()
_lock: Final = Lock()


class CountingMiddleware:
    """Counts for this process; a collector adds them up."""

    def __init__(
        self,
        get_response: Callable[[HttpRequest], HttpResponse],
    ) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._next(request)
        with _lock:
            _counts[(request.method or "", response.status_code)] += 1
        return response


def counted() -> dict[tuple[str, int], int]:
    """Return the number of answers by method and status."""
    with _lock:
        return dict(_counts)
