"""Format the metrics of usage and limits for scrapes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from claude_tray.server.metrics.response_counts import (
    register_response_counts,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client.core import Metric

    from claude_tray.protocol.metrics import MetricSamples


class _SampleCollector(Collector):
    """Give the library samples that were collected before."""

    def __init__(self, samples: MetricSamples) -> None:
        self._samples = samples

    def collect(self) -> Iterator[Metric]:
        for metric in self._samples.list_metrics():
            definition = metric.definition
            family = GaugeMetricFamily(
                definition.name, definition.help_text, labels=metric.labels
            )
            for key, value in metric.values:
                family.add_metric(key, value)
            yield family


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
    registry.register(_SampleCollector(samples))
    if has_responses:
        register_response_counts(registry)
    encode, content_type = choose_encoder(accept)
    return Exposition(encode(registry), content_type)
