from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema_rs import validator_for

from claude_tray.server.api.schema import load_schema
from claude_tray.server.api.schema_listing import list_schema

SCHEMA: dict[str, Any] = json.loads(load_schema("").json)
LISTING = list_schema(SCHEMA)


def validate(body: Any, type_name: str) -> None:
    validator_for(
        {
            "$ref": f"#/components/schemas/{type_name}",
            "components": SCHEMA["components"],
        }
    ).validate(body)


@pytest.mark.parametrize(
    "operation", LISTING.operations, ids=lambda operation: operation.name
)
def test_examples_are_valid_and_complete(operation: Any) -> None:
    for text, type_name in (
        (operation.request_example, operation.request_type),
        (operation.response_example, operation.response_type),
    ):
        assert bool(text) == bool(type_name)
        if text:
            body = json.loads(text)
            validate(body, type_name)
            component = SCHEMA["components"]["schemas"][type_name]
            assert set(body) == set(component["properties"])


def test_every_parameter_has_a_description_and_bounds() -> None:
    missing = [
        (operation.name, parameter.name)
        for operation in LISTING.operations
        for parameter in operation.parameters
        if parameter.location == "query"
        and not (parameter.description and parameter.bounds)
    ]

    assert missing == []


def test_paths_of_examples_have_no_braces() -> None:
    paths = [operation.example_path for operation in LISTING.operations]

    assert [path for path in paths if "{" in path] == []


def test_only_signing_in_and_readiness_are_public() -> None:
    assert {o.name for o in LISTING.operations if o.is_public} == {
        "token",
        "refresh_token",
        "ready",
    }
