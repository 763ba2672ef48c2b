from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from claude_tray.errors import SyncDelayedError
from claude_tray.protocol.metrics import DEFINITIONS, MetricSamples
from claude_tray.telemetry.otlp import OtlpSender
from claude_tray.telemetry.state import (
    SendingState,
    load_sending_state,
    save_sending_state,
)
from claude_tray.telemetry.targets import OtlpTarget, parse_otlp_endpoint
from tests.support.otlp_receiver import decode_metrics
from tests.support.ports import find_free_port
from tests.support.webhook_receiver import run_webhook_receiver

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.webhook_receiver import WebhookReceiver


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set variables of another program, which the sender removes."""
    # Restores what the sender removes.
    monkeypatch.setattr(os, "environ", os.environ.copy())
    os.environ["OTEL_EXPORTER_OTLP_HEADERS"] = "x-other=secret"
    os.environ["OTEL_RESOURCE_ATTRIBUTES"] = "user.email=ana@example.com"
    os.environ["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"] = "http://other.example"


@pytest.fixture
def receiver() -> Iterator[WebhookReceiver]:
    with run_webhook_receiver() as server:
        server.status = 200
        yield server


def _make_sender(url: str) -> OtlpSender:
    headers = {"Authorization": "Basic abc"}
    return OtlpSender(OtlpTarget(parse_otlp_endpoint(url), headers, "laptop"))


def _make_samples() -> MetricSamples:
    samples = MetricSamples()
    for definition in DEFINITIONS:
        labels = dict.fromkeys(definition.labels, "ö")
        samples.set(definition.name, 1.5, **labels)
    samples.set("claude_messages", 2**40, model="opus")
    return samples


def test_a_receiver_gets_every_metric(receiver: WebhookReceiver) -> None:
    sender = _make_sender(receiver.url)

    sender.send(_make_samples())
    sender.close()

    (posted,) = receiver.requests
    received = decode_metrics(posted)
    assert posted.path == "/v1/metrics"
    assert received.values == {
        **{
            (d.name, frozenset((label, "ö") for label in d.labels)): 1.5
            for d in DEFINITIONS
        },
        ("claude_messages", frozenset({("model", "opus")})): 2.0**40,
    }
    assert received.kinds == {
        d.name: "sum" if d.is_sum else "gauge" for d in DEFINITIONS
    }
    assert set(received.resource) == {
        "service.name",
        "service.version",
        "service.instance.id",
    }
    assert received.resource["service.instance.id"] == "laptop"


def test_only_our_own_headers_are_sent(receiver: WebhookReceiver) -> None:
    sender = _make_sender(receiver.url)

    sender.send(_make_samples())
    sender.close()

    headers = {k.lower(): v for k, v in receiver.requests[0].headers.items()}
    assert headers["authorization"] == "Basic abc"
    assert "x-other" not in headers


def test_later_values_replace_earlier_ones(receiver: WebhookReceiver) -> None:
    sender = _make_sender(receiver.url)
    for value in (5, 3):
        samples = MetricSamples()
        samples.set("claude_messages", value, model="opus")
        sender.send(samples)
    sender.close()

    received = [decode_metrics(posted) for posted in receiver.requests]
    assert [list(r.values.values()) for r in received] == [[5.0], [3.0]]


@pytest.mark.parametrize("status", [400, 401, 404])
def test_a_refusal_names_its_status(
    receiver: WebhookReceiver, status: int
) -> None:
    receiver.status = status
    sender = _make_sender(receiver.url)

    with pytest.raises(SyncDelayedError, match=f"status {status}") as caught:
        sender.send(_make_samples())

    sender.close()
    assert "Basic abc" not in caught.value.describe()


def test_redirects_are_not_followed(receiver: WebhookReceiver) -> None:
    with run_webhook_receiver() as other:
        receiver.status, receiver.location = 307, f"{other.url}/v1/metrics"
        sender = _make_sender(receiver.url)

        with pytest.raises(SyncDelayedError):
            sender.send(_make_samples())
        sender.close()

        assert other.requests == []


def test_an_unreachable_receiver_is_one_sentence() -> None:
    sender = _make_sender(f"http://127.0.0.1:{find_free_port()}")

    with pytest.raises(SyncDelayedError, match="cannot be reached"):
        sender.send(_make_samples())
    sender.close()


def test_the_result_is_stored(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    assert load_sending_state(path) == SendingState()

    save_sending_state(path, "")
    good = load_sending_state(path)
    save_sending_state(path, "Refused.")
    bad = load_sending_state(path)

    assert 0 <= time.time() - good.sent_at < 600
    assert bad == SendingState(good.sent_at, "Refused.")
    path.write_text("[]")
    assert load_sending_state(path) == SendingState()
