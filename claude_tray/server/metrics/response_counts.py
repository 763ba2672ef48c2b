"""Count responses, also over several processes."""

from __future__ import annotations

import os
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    disable_created_metrics,
)
from prometheus_client.multiprocess import MultiProcessCollector

from claude_tray.server.metrics.shared_folder import MULTIPROCESS_VARIABLE

_METHODS: Final = frozenset(
    ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
)
# Clients may invent methods, and each would be a series.
_OTHER_METHOD: Final = "OTHER"
# A second series for each counter that only OpenMetrics needs.
disable_created_metrics()  # type: ignore[no-untyped-call]
_registry: Final = CollectorRegistry()
_responses: Final = Counter(
    "claude_tray_http_responses",
    "Responses of all of the server's processes.",
    ("method", "status"),
    registry=_registry,
)


def count_response(method: str, status: int) -> None:
    """Count one response of this process."""
    name = method if method in _METHODS else _OTHER_METHOD
    _responses.labels(name, str(status)).inc()


def register_response_counts(registry: CollectorRegistry) -> None:
    """Add the counts of this process, or of all in the shared folder."""
    folder = os.environ.get(MULTIPROCESS_VARIABLE)
    if folder:
        MultiProcessCollector(registry, path=folder)  # type: ignore[no-untyped-call]
    else:
        registry.register(_responses)
