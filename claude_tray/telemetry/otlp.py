"""
Send the metrics to an OpenTelemetry collector, by OTLP over HTTP.

The library takes 40 MiB, so only commands import this module: the tray starts
one of them as a process of its own while sending is turned on.
"""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any, Final

from opentelemetry.exporter.otlp.proto.http.metric_exporter import (
    OTLPMetricExporter,
)
from opentelemetry.metrics import CallbackOptions, Observation
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import (
    InMemoryMetricReader,
    MetricExportResult,
    MetricsData,
)
from opentelemetry.sdk.resources import Resource

from claude_tray import __version__
from claude_tray.errors import SyncDelayedError, gettext_noop
from claude_tray.sync import http_transport, open_sockets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from claude_tray.protocol.metrics import MetricSamples, MetricSeries
    from claude_tray.telemetry.targets import OtlpTarget


_NAME: Final = "claude-tray"
_TIMEOUT_SECONDS: Final = 10.0
# The library's own variables: other programs have set them for their server,
# and their secret headers would be sent to this one.
_FOREIGN_PREFIX: Final = "OTEL_"


class OtlpSender:
    """
    Sends samples to one receiver.

    Args:
        target: Where to send them.
    """

    def __init__(self, target: OtlpTarget) -> None:
        for name in [n for n in os.environ if n.startswith(_FOREIGN_PREFIX)]:
            del os.environ[name]
        # Its messages may contain the request; we say what went wrong.
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
        self._statuses: list[int] = []
        session = http_transport.create_session(
            open_sockets.OpenSockets(), f"{_NAME}/{__version__}"
        )
        # Another host must not get the headers.
        session.max_redirects = 0
        session.hooks["response"].append(self._on_response)
        self._exporter = OTLPMetricExporter(
            endpoint=target.url,
            headers=dict(target.headers),
            timeout=_TIMEOUT_SECONDS,
            session=session,
        )
        self._resource = Resource(
            {
                "service.name": _NAME,
                "service.version": __version__,
                "service.instance.id": target.instance,
            }
        )

    def send(self, samples: MetricSamples) -> None:
        """
        Send all samples.

        Raises:
            SyncDelayedError: They were not accepted.
        """
        self._statuses.clear()
        data = build_metrics_data(samples, self._resource)
        if self._export(data):
            return
        if self._statuses:
            raise SyncDelayedError(
                gettext_noop(
                    "The OpenTelemetry receiver answered with status {status}."
                ),
                hint=gettext_noop(
                    "Check telemetry.otlp_endpoint and"
                    " CLAUDE_TRAY_OTLP_HEADERS."
                ),
                status=self._statuses[-1],
            )
        raise SyncDelayedError(
            gettext_noop("The OpenTelemetry receiver cannot be reached."),
            hint=gettext_noop("Check telemetry.otlp_endpoint."),
        )

    def _export(self, data: MetricsData) -> bool:
        try:
            result = self._exporter.export(data)
        except Exception:  # noqa: BLE001 - of earlier versions of the library
            return False
        return result is MetricExportResult.SUCCESS

    def close(self) -> None:
        """Close the connections."""
        self._exporter.shutdown()

    def _on_response(self, response: Any, *_: object, **__: object) -> None:
        self._statuses.append(response.status_code)


def build_metrics_data(
    samples: MetricSamples, resource: Resource
) -> MetricsData:
    """
    Return the library's form of samples.

    Sums are sums that may fall, the others gauges.
    """
    reader = InMemoryMetricReader()
    provider = MeterProvider([reader], resource, shutdown_on_exit=False)
    meter = provider.get_meter(_NAME, __version__)
    for metric in samples.list_metrics():
        definition = metric.definition
        create: Callable[..., object] = (
            meter.create_observable_up_down_counter
            if definition.is_sum
            else meter.create_observable_gauge
        )
        # Without a unit: names have it, and receivers would add it again.
        create(
            definition.name,
            callbacks=[_build_callback(metric)],
            description=definition.help_text,
        )
    data: MetricsData | None = reader.get_metrics_data()
    provider.shutdown()
    # There are always samples.
    return data or MetricsData([])


def _build_callback(
    metric: MetricSeries,
) -> Callable[[CallbackOptions], Iterable[Observation]]:
    observations = [
        Observation(value, dict(zip(metric.labels, key, strict=True)))
        for key, value in metric.values
    ]

    def observe(_: CallbackOptions) -> Iterable[Observation]:
        return observations

    return observe
