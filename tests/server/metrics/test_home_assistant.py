"""Evaluate the documented sensors as Home Assistant does."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from jinja2 import Environment

from claude_tray.server.accounts.models import TokenScope
from tests.support.request_json import make_request, make_row
from tests.support.server_api import (
    ApiClient,
    create_device_token,
    create_token,
)

if TYPE_CHECKING:
    from claude_tray.server.accounts.models import User


PAGE = Path(__file__).parents[3] / "docs" / "monitoring.md"


class SecretLoader(yaml.SafeLoader):
    """Reads Home Assistant's YAML, which refers to secrets by name."""


SecretLoader.add_constructor("!secret", lambda _, node: node.value)


def get_now() -> datetime:
    """Return the current time: a run of all tests takes many minutes."""
    return datetime.now(UTC)


def load_recipe() -> dict[str, Any]:
    block = re.search(
        r"```yaml\n(rest:.*?)```", PAGE.read_text("utf-8"), re.DOTALL
    )
    assert block
    (source,) = yaml.load(block[1], SecretLoader)["rest"]  # noqa: S506
    assert isinstance(source, dict)
    return source


def evaluate(source: dict[str, Any], body: Any) -> dict[str, str | None]:
    """Return the value of each sensor; None if it is unavailable."""
    environment = Environment(autoescape=False)  # noqa: S701
    values: dict[str, str | None] = {}
    for sensor in source["sensor"]:
        is_available, value = (
            environment.from_string(sensor[key]) if key in sensor else None
            for key in ("availability", "value_template")
        )
        assert is_available is not None
        assert value is not None
        values[sensor["unique_id"]] = (
            value.render(value_json=body)
            if is_available.render(value_json=body) == "True"
            else None
        )
    return values


def read(user: User, source: dict[str, Any]) -> Any:
    """Request the documented address with a token of scope `read`."""
    path, _, query = (
        source["resource"]
        .removeprefix("https://usage.example.org")
        .partition("?")
    )
    client = ApiClient(create_token(user, TokenScope.READ))
    response = client.get(path, **dict([query.split("=")]))
    assert response.status == 200, response.body
    return response.body


def test_the_sensors_have_values(ana: User) -> None:
    resets_at = get_now() + timedelta(hours=4)
    body = make_request(
        make_row(get_now() - timedelta(minutes=20), input_tokens=1000),
        account="a",
        as_of=get_now().isoformat(),
        limits=[
            {
                "name": "five_hour",
                "used_percentage": 91,
                "resets_at": resets_at.isoformat(),
                "observed_at": get_now().isoformat(),
            }
        ],
    )
    ApiClient(create_device_token(ana)).post("agent-sync/", body)
    source = load_recipe()

    answer = read(ana, source)
    values = evaluate(source, answer)

    assert values["claude_limit_used"] == "91.0"
    end = datetime.fromisoformat(values["claude_window_resets"] or "")
    assert abs(end - resets_at) < timedelta(minutes=1)
    # 1,000 at $3 and 1 at $15 a million, if they were after midnight.
    assert values["claude_cost_today"] in {"0.003015", "0.00"}
    # As docs/monitoring.md says.
    assert values["claude_status"] == "Almost out"
    (attributes,) = (
        sensor["json_attributes"]
        for sensor in source["sensor"]
        if "json_attributes" in sensor
    )
    assert set(attributes) <= set(answer["accounts"][0])


def test_without_usage_the_sensors_are_unavailable(ana: User) -> None:
    source = load_recipe()

    values = evaluate(source, read(ana, source))

    assert set(values.values()) == {None}


def test_the_header_is_the_secret(ana: User) -> None:
    assert load_recipe()["headers"]["Authorization"] == "claude_tray_token"
    assert read(ana, load_recipe())["count"] == 0
