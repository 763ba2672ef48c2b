"""Check the files in packaging/monitoring, also with a real Prometheus."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import subprocess
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
import yaml

from claude_tray.protocol.metrics import DEFINITIONS
from tests.support.ports import find_free_port
from tests.support.request_json import make_request, make_row
from tests.support.server_process import run_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.server_process import RunningServer


FOLDER = Path(__file__).parents[3] / "packaging" / "monitoring"
DASHBOARD = json.loads((FOLDER / "grafana-dashboard.json").read_text("utf-8"))
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
EXPRESSIONS = [
    (panel["title"], target["expr"])
    for panel in PANELS
    for target in panel["targets"]
]
GRID_COLUMNS = 24
TIMEOUT_SECONDS = 60


def get_now() -> datetime:
    """Return the current time: a run of all tests takes many minutes."""
    return datetime.now(UTC)


def find_metrics(text: str) -> set[str]:
    return set(re.findall(r"\bclaude_(?:tray_)?[a-z_]+[a-z]", text))


def test_the_dashboard_and_the_alerts_use_existing_metrics() -> None:
    known = {d.name for d in DEFINITIONS}
    known |= {"claude_tray_http_responses_total"}

    used = find_metrics(" ".join(expression for _, expression in EXPRESSIONS))
    alerts = yaml.safe_load((FOLDER / "alerts.yml").read_text("utf-8"))
    rules = [rule["expr"] for rule in alerts["groups"][0]["rules"]]

    assert used <= known
    assert find_metrics(" ".join(rules)) <= known
    # A value of every kind is on the dashboard.
    assert len(used) >= 12


def test_panels_have_their_own_place_number_and_data_source() -> None:
    numbers = [panel["id"] for panel in DASHBOARD["panels"]]
    places = [panel["gridPos"] for panel in DASHBOARD["panels"]]

    assert len(set(numbers)) == len(numbers)
    for place in places:
        assert 0 <= place["x"] <= place["x"] + place["w"] <= GRID_COLUMNS
    for one, other in itertools.combinations(places, 2):
        is_beside = (
            one["x"] + one["w"] <= other["x"]
            or other["x"] + other["w"] <= one["x"]
            or one["y"] + one["h"] <= other["y"]
            or other["y"] + other["h"] <= one["y"]
        )
        assert is_beside, (one, other)
    for panel in PANELS:
        letters = [target["refId"] for target in panel["targets"]]
        assert len(set(letters)) == len(letters)
        for part in (panel, *panel["targets"]):
            assert part["datasource"] == {
                "type": "prometheus",
                "uid": "${datasource}",
            }


def test_every_variable_of_the_dashboard_is_defined() -> None:
    defined = {v["name"] for v in DASHBOARD["templating"]["list"]}

    used = set(re.findall(r"\$\{?(\w+)", json.dumps(PANELS)))

    # Grafana defines those with two underscores itself.
    assert {name for name in used if not name.startswith("__")} == defined
    assert DASHBOARD["schemaVersion"] >= 36
    assert DASHBOARD["uid"]
    # It is imported, so it must not have the number of another Grafana.
    assert "id" not in DASHBOARD


@pytest.mark.skipif(shutil.which("promtool") is None, reason="needs promtool")
def test_promtool_accepts_config_and_alerts(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    (tmp_path / "claude-tray-token").write_text("secret")

    result = subprocess.run(
        ["promtool", "check", "config", "prometheus.yml"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stdout + result.stderr


def send_usage(server: RunningServer, name: str) -> None:
    """Send an hour of work that uses up the 5-hour limit before its reset."""
    rows = [
        make_row(
            get_now() - timedelta(minutes=n), f"m{n}", model, input_tokens=900
        )
        for n, model in ((2, "claude-sonnet-4-20250514"), (58, "acme-1"))
    ]
    limits = [
        {
            "name": limit,
            "used_percentage": percent,
            "resets_at": (get_now() + timedelta(hours=hours)).isoformat(),
            "observed_at": get_now().isoformat(),
        }
        for limit, percent, hours in (
            ("five_hour", 92, 4),
            ("seven_day", 60, 100),
        )
    ]
    body = make_request(
        *rows,
        account="a",
        machine_name="laptop",
        as_of=get_now().isoformat(),
        sent_at=datetime.now(UTC).isoformat(),
        limits=limits,
    )
    answer = requests.post(
        f"{server.url}/app/claude-usage/agent-sync/",
        json=body,
        headers={
            "Authorization": f"Bearer {server.create_device_token(name)}"
        },
        timeout=TIMEOUT_SECONDS,
    )
    assert answer.json()["status"] == "success", answer.text


@contextmanager
def run_prometheus(
    folder: Path, url: str, token: str, port: int
) -> Iterator[str]:
    """Run Prometheus with the packaged files, adapted to a test's server."""
    shutil.copytree(FOLDER, folder, dirs_exist_ok=True)
    (folder / "claude-tray-token").write_text(token)
    config = yaml.safe_load((folder / "prometheus.yml").read_text("utf-8"))
    config["global"]["scrape_interval"] = "1s"
    config["global"]["evaluation_interval"] = "1s"
    own, server = config["scrape_configs"]
    own["scheme"] = "http"
    own["static_configs"] = [{"targets": [url.removeprefix("http://")]}]
    server["static_configs"] = [{"targets": [f"127.0.0.1:{port}"]}]
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
    address = f"127.0.0.1:{find_free_port()}"
    process = subprocess.Popen(
        [
            "prometheus",
            "--config.file=prometheus.yml",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address={address}",
            "--log.level=error",
        ],
        cwd=folder,
    )
    try:
        yield f"http://{address}/api/v1"
    finally:
        process.terminate()
        process.wait(TIMEOUT_SECONDS)


def query(api: str, expression: str) -> list[Any]:
    for name, value in (
        ("user", ".*"),
        ("account", ".*"),
        ("__rate_interval", "10s"),
    ):
        expression = expression.replace(f"${name}", value)
    try:
        answer = requests.get(
            f"{api}/query", {"query": expression}, timeout=TIMEOUT_SECONDS
        ).json()
    except requests.ConnectionError:
        return []
    assert answer["status"] == "success", answer
    found: list[Any] = answer["data"]["result"]
    return found


def wait_for(api: str, expression: str, count: int) -> None:
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while len(query(api, expression)) < count:
        assert time.monotonic() < deadline, expression
        time.sleep(0.5)


@pytest.mark.skipif(
    shutil.which("prometheus") is None, reason="needs Prometheus"
)
def test_every_panel_has_data_in_a_real_prometheus(tmp_path: Path) -> None:
    port = find_free_port()
    with run_server(
        tmp_path / "home", arguments=("--metrics-port", str(port))
    ) as server:
        server.create_user("ana")
        send_usage(server, "ana")
        token = server.run_command(
            *("create-token", "ana", "--scope", "metrics", "--name", "scrape")
        )
        with run_prometheus(
            tmp_path / "prometheus", server.url, token, port
        ) as api:
            wait_for(api, "up == 1", 2)
            # Changes need two scrapes.
            wait_for(api, "count_over_time(claude_tokens[1m]) > 3", 2)
            empty = [pair for pair in EXPRESSIONS if not query(api, pair[1])]
            wait_for(api, 'ALERTS{alertname="ClaudeLimitAlmostReached"}', 1)
            users = query(api, "count by (user) (claude_account_severity)")
            rules = requests.get(
                f"{api}/rules", timeout=TIMEOUT_SECONDS
            ).json()

    assert empty == []
    # By token without the label, by port with it.
    assert {result["metric"].get("user") for result in users} == {None, "ana"}
    health = {r["health"] for r in rules["data"]["groups"][0]["rules"]}
    assert health == {"ok"}
