"""Check the dashboard of a computer's metrics, also with a real Prometheus."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests

from claude_tray.protocol.metrics import DEFINITIONS, MetricSamples
from claude_tray.telemetry.prometheus_file import encode_samples
from tests.support.ports import find_free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parents[2] / "packaging" / "monitoring"
DASHBOARD = json.loads(
    (FOLDER / "grafana-computer-dashboard.json").read_text("utf-8")
)
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
EXPRESSIONS = [
    (panel["title"], target["expr"])
    for panel in PANELS
    for target in panel["targets"]
]
_SECONDS = 60
# Of a server.
_ELSEWHERE = "claude_machine_"


def test_the_dashboard_uses_existing_metrics() -> None:
    text = " ".join(expression for _, expression in EXPRESSIONS)
    used = set(re.findall(r"\bclaude_[a-z_]+[a-z]", text))
    known = {d.name for d in DEFINITIONS if not d.name.startswith(_ELSEWHERE)}

    assert used <= known
    assert len(used) >= 18


def test_labels_of_the_expressions_exist() -> None:
    labels = {d.name: {*d.labels, "instance"} for d in DEFINITIONS}
    for _, expression in EXPRESSIONS:
        for name, selector in re.findall(
            r"\b(claude_[a-z_]+)\{([^}]*)\}", expression
        ):
            assert set(re.findall(r"(\w+)=", selector)) <= labels[name]


def test_panels_have_their_own_place_and_number() -> None:
    numbers = [panel["id"] for panel in DASHBOARD["panels"]]
    places = [panel["gridPos"] for panel in DASHBOARD["panels"]]

    assert len(set(numbers)) == len(numbers)
    for one, other in itertools.combinations(places, 2):
        assert (
            one["x"] + one["w"] <= other["x"]
            or other["x"] + other["w"] <= one["x"]
            or one["y"] + one["h"] <= other["y"]
            or other["y"] + other["h"] <= one["y"]
        ), (one, other)
    assert all(p["x"] + p["w"] <= 24 for p in places)
    defined = {v["name"] for v in DASHBOARD["templating"]["list"]}
    used = set(re.findall(r"\$\{?(\w+)", json.dumps(PANELS)))
    assert {name for name in used if not name.startswith("__")} == defined
    assert "id" not in DASHBOARD


class _Exporter(BaseHTTPRequestHandler):
    """Serves growing values, as node_exporter serves the file."""

    value = itertools.count(1)

    def do_GET(self) -> None:
        samples, value = MetricSamples(), next(self.value)
        for definition in DEFINITIONS:
            labels = dict.fromkeys(definition.labels, "waiting")
            is_time = definition.name.endswith("timestamp_seconds")
            samples.set(
                definition.name,
                time.time() + 600 if is_time else 1.0,
                **labels,
            )
        samples.set("claude_tokens", value, model="opus", kind="input")
        samples.set("claude_cost_usd", value, model="opus")
        self.send_response(200)
        self.end_headers()
        self.wfile.write(encode_samples(samples))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        del format, args


@pytest.fixture
def prometheus(tmp_path: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Exporter) as exporter:
        thread = threading.Thread(target=exporter.serve_forever, daemon=True)
        thread.start()
        config = {
            "global": {"scrape_interval": "1s"},
            "scrape_configs": [
                {
                    "job_name": "node",
                    "static_configs": [
                        {"targets": [f"127.0.0.1:{exporter.server_port}"]}
                    ],
                }
            ],
        }
        # JSON is YAML.
        (tmp_path / "prometheus.yml").write_text(json.dumps(config))
        address = f"127.0.0.1:{find_free_port()}"
        process = subprocess.Popen(
            [
                "prometheus",
                "--config.file=prometheus.yml",
                f"--storage.tsdb.path={tmp_path / 'data'}",
                f"--web.listen-address={address}",
                "--log.level=error",
            ],
            cwd=tmp_path,
        )
        try:
            yield f"http://{address}/api/v1"
        finally:
            process.terminate()
            process.wait(_SECONDS)
            exporter.shutdown()
            thread.join()


def _query(api: str, expression: str) -> list[Any]:
    for name in ("instance", "account"):
        expression = expression.replace(f"${name}", ".*")
    try:
        answer = requests.get(
            f"{api}/query", {"query": expression}, timeout=_SECONDS
        ).json()
    except requests.ConnectionError:
        return []
    assert answer["status"] == "success", answer
    found: list[Any] = answer["data"]["result"]
    return found


@pytest.mark.skipif(
    shutil.which("prometheus") is None, reason="needs Prometheus"
)
def test_every_panel_has_data_in_a_real_prometheus(prometheus: str) -> None:
    deadline = time.monotonic() + _SECONDS
    # Changes need two scrapes.
    while not _query(prometheus, "count_over_time(claude_tokens[1m]) > 3"):
        assert time.monotonic() < deadline
        time.sleep(0.5)

    empty = [pair for pair in EXPRESSIONS if not _query(prometheus, pair[1])]

    assert empty == []
