"""Write metrics in the text format that a scraper accepts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from claude_tray.server.metrics.families import SampleCollector
from claude_tray.server.metrics.response_counts import (
    register_response_counts,
)

if TYPE_CHECKING:
    from claude_tray.server.metrics.families import MetricSamples


class Exposition(NamedTuple):
    """A response to a scrape."""

    body: bytes
    content_type: str


def expose_samples(
    samples: MetricSamples, accept: str = "", *, has_responses: bool = False
) -> Exposition:
    """
    Format samples.

    Args:
        samples: Usage and limits.
        accept: The scraper's Accept header, which selects OpenMetrics or
            the classic format.
        has_responses: Add the counts of the server's responses, which
            concern all users.
    """
    registry = CollectorRegistry(support_collectors_without_names=True)
    registry.register(SampleCollector(samples))
    if has_responses:
        register_response_counts(registry)
    encode, content_type = choose_encoder(accept)
    return Exposition(encode(registry), content_type)
