from __future__ import annotations

import time

import yaml

from claude_tray.server.api.schema import load_schema
from tests.support.server_api import ApiClient


def test_the_schema_is_built_once_for_a_process() -> None:
    load_schema.cache_clear()
    ApiClient().get("/api/schema/", format="json")

    began = time.process_time()
    for _ in range(5):
        ApiClient().get("/api/schema/", format="json")
        ApiClient().get("/api/schema/")
    took = time.process_time() - began

    assert load_schema.cache_info().misses == 1
    # Building it takes 175 ms or more.
    assert took / 10 < 0.05


def test_json_and_yaml_are_the_same_schema() -> None:
    as_json = ApiClient().get("/api/schema/", format="json")
    as_yaml = ApiClient().get("/api/schema/")

    assert as_yaml.headers["Content-Type"].startswith(
        "application/vnd.oai.openapi"
    )
    assert yaml.safe_load(as_yaml.body) == as_json.body


def test_an_unchanged_schema_is_not_sent_again() -> None:
    client = ApiClient()
    first = client.get("/api/schema/", format="json")
    client.client.defaults["HTTP_IF_NONE_MATCH"] = first.headers["ETag"]

    again = client.get("/api/schema/", format="json")
    other = client.get("/api/schema/")

    assert (again.status, again.body) == (304, b"")
    assert other.status == 200


def test_a_program_that_accepts_json_gets_json() -> None:
    client = ApiClient()
    client.client.defaults["HTTP_ACCEPT"] = "application/json"

    assert "json" in client.get("/api/schema/").headers["Content-Type"]


def test_below_a_path_the_schema_names_it() -> None:
    schema = yaml.safe_load(load_schema("/usage").json)

    assert schema["servers"] == [{"url": "/usage"}]
