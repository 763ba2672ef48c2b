"""Read what an OpenTelemetry collector would receive."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)

if TYPE_CHECKING:
    from tests.support.webhook_receiver import Posted


class ReceivedMetrics(NamedTuple):
    """
    A decoded request.

    Attributes:
        resource: Attributes of the sender.
        values: Value by name and labels.
        kinds: "gauge" or "sum" by name.
    """

    resource: dict[str, str]
    values: dict[tuple[str, frozenset[tuple[str, str]]], float]
    kinds: dict[str, str]


def decode_metrics(posted: Posted) -> ReceivedMetrics:
    """Decode a request with the classes of the protocol's definition."""
    request = ExportMetricsServiceRequest()
    request.ParseFromString(posted.body)
    (resource,) = request.resource_metrics
    (scope,) = resource.scope_metrics
    values, kinds = {}, {}
    for metric in scope.metrics:
        kind = metric.WhichOneof("data")
        assert kind is not None
        kinds[metric.name] = kind
        assert metric.unit == ""
        if kind == "sum":
            assert not metric.sum.is_monotonic
        for point in getattr(metric, kind).data_points:
            labels = frozenset(
                (item.key, item.value.string_value)
                for item in point.attributes
            )
            field = point.WhichOneof("value")
            values[metric.name, labels] = float(getattr(point, field))
    attributes = {
        item.key: item.value.string_value
        for item in resource.resource.attributes
    }
    return ReceivedMetrics(attributes, values, kinds)
