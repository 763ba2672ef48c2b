from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.conf import settings

from claude_tray.protocol import server_api, usage_api
from tests.support.request_json import make_request, make_row
from tests.support.server_api import (
    ApiClient,
    create_access_token,
    create_device_token,
    make_user,
)

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.server.accounts.models import User


NOW = datetime.now(UTC)
SONNET = "claude-sonnet-4-20250514"


@pytest.fixture
def api_with_data(ana: User) -> ApiClient:
    """Ana's API client, after two machines have synced."""
    for machine, project, session in [
        ("m1", "shop", "s1"),
        ("m1", "shop", "s2"),
        ("m2", "site", "s3"),
    ]:
        rows = [
            make_row(
                NOW - timedelta(minutes=n),
                f"msg_{session}_{n}",
                SONNET,
                input_tokens=100,
                output_tokens=50,
                cache_creation_input_tokens=30,
                cache_read_input_tokens=20,
            )
            for n in range(4)
        ]
        ApiClient(create_device_token(ana)).post(
            "agent-sync/",
            make_request(
                *rows,
                project=project,
                session=session,
                machine_id=machine,
                account="a",
                as_of=NOW.isoformat(),
            ),
        )
    return ApiClient(create_access_token(ana))


def list_key_paths(kind: type) -> set[str]:
    return set(kind.__annotations__)


def test_stats_has_exactly_the_documented_keys(
    api_with_data: ApiClient,
) -> None:
    body = api_with_data.get("stats/").body

    assert set(body) == list_key_paths(usage_api.Stats)
    assert body["total_tokens"] == 12 * 150
    assert body["total_input_tokens"] == 1200
    assert body["total_output_tokens"] == 600
    assert body["total_cache_creation_tokens"] == 360
    assert body["total_cache_read_tokens"] == 240
    assert (body["total_sessions"], body["projects"]) == (3, 2)
    assert body["total_messages"] == 12
    assert body["current_window_tokens"] == 1800
    assert body["is_within_active_window"] is True
    assert body["current_window_start"].endswith("Z")
    minutes = body["time_until_reset_seconds"] // 60
    assert 0 < minutes < 300
    assert body["time_until_reset_human"] == (
        f"{minutes // 60}h {minutes % 60:02d}m remaining"
    )
    assert body["window_details"] == {
        "input_tokens": 1200,
        "output_tokens": 600,
        "cache_creation_tokens": 360,
        "cache_read_tokens": 240,
    }
    assert (body["window_source"], body["window_rule"]) == (
        "estimated",
        "exact",
    )
    assert body["window_state"] == "complete"
    # 1,200 at $3, 600 at $15, 360 at $3.75, 240 at $0.30 a million.
    assert body["total_cost_usd"] == "0.014022"


def test_stats_without_usage_are_zero(api: ApiClient) -> None:
    body = api.get("stats/").body

    assert body["current_window_tokens"] == 0
    assert body["current_window_start"] is None
    assert body["time_until_reset_seconds"] is None
    assert body["time_until_reset_human"] == "Limits have reset"
    assert body["is_within_active_window"] is False
    assert set(body["window_details"].values()) == {0}


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("projects/", usage_api.ProjectList),
        ("projects/shop/", usage_api.ProjectDetail),
        ("projects/shop/sessions/", usage_api.SessionList),
        ("sessions/s1/", usage_api.SessionDetail),
        ("timeseries/", server_api.Timeseries),
        ("machines/", server_api.MachineList),
        ("dashboard/", server_api.DashboardSummary),
    ],
)
def test_every_response_has_the_keys_of_its_type(
    api_with_data: ApiClient,
    path: str,
    kind: type,
) -> None:
    response = api_with_data.get(path)

    assert response.status == 200
    assert set(response.body) == list_key_paths(kind)


@pytest.mark.parametrize(
    ("query", "messages"),
    [
        ({"machine": "m1"}, 8),
        ({"machine": "m3"}, 0),
        ({"account": "a"}, 12),
        ({"model": SONNET}, 12),
        ({"since": (NOW - timedelta(minutes=1)).isoformat()}, 6),
        ({"until": (NOW - timedelta(minutes=1)).isoformat()}, 6),
        ({"machine": "m2", "since": "2026-01-01"}, 4),
    ],
    # Not the times: every worker must collect the same names.
    ids=lambda value: "-".join(value) if isinstance(value, dict) else None,
)
def test_filters_apply_to_every_listing(
    api_with_data: ApiClient,
    query: dict[str, str],
    messages: int,
) -> None:
    listed = api_with_data.get("projects/", **query).body["projects"]
    unfiltered = api_with_data.get("dashboard/", **query).body

    assert (
        api_with_data.get("stats/", **query).body["total_messages"] == messages
    )
    assert sum(row["total_messages"] for row in listed) == messages
    assert sum(row["messages"] for row in unfiltered["models"]) == messages
    assert sum(row["messages"] for row in unfiltered["accounts"]) == messages


def test_lists_are_paginated(api_with_data: ApiClient) -> None:
    first = api_with_data.get("projects/", limit=1).body
    second = api_with_data.get("projects/", limit=1, offset=1).body
    past = api_with_data.get("projects/", offset=9).body
    messages = api_with_data.get("sessions/s1/", limit=3, offset=1).body

    assert first["count"] == second["count"] == past["count"] == 2
    names = [row["projects"][0]["name"] for row in (first, second)]
    assert sorted(names) == ["shop", "site"]
    assert past["projects"] == []
    assert messages["count"] == 4
    assert [row["timestamp"] for row in messages["messages"]] == sorted(
        row["timestamp"] for row in messages["messages"]
    )
    assert len(messages["messages"]) == 3


def test_steps_of_a_timeseries_add_up(api_with_data: ApiClient) -> None:
    for step, seconds in (("quarter", 900), ("hour", 3600), ("day", 86400)):
        body = api_with_data.get("timeseries/", step=step).body
        assert body["step_seconds"] == seconds
        assert sum(point["messages"] for point in body["points"]) == 12


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("projects/", {"limit": "x"}),
        ("projects/", {"limit": "1001"}),
        ("projects/", {"offset": "-1"}),
        ("sessions/s1/", {"limit": "٣"}),
        ("stats/", {"since": "yesterday"}),
        ("stats/", {"until": "2026-13-01"}),
        ("stats/", {"machine": "a\0b"}),
        ("stats/", {"model": "x" * 256}),
        ("timeseries/", {"step": "year"}),
        ("agent-sync/", {"machine_id": "\0"}),
    ],
    ids=str,
)
def test_errors_name_the_invalid_parameter(
    api_with_data: ApiClient,
    path: str,
    query: dict[str, str],
) -> None:
    response = api_with_data.get(path, **query)

    assert response.status == 400
    assert set(response.body["errors"]) <= set(query)


@pytest.mark.parametrize(
    "path",
    ["projects/none/", "projects/a%00b/", "sessions/none/", "nothing/"],
)
def test_missing_objects_are_problems(api: ApiClient, path: str) -> None:
    response = api.get(path)

    assert (response.status, response.body["code"]) == (404, "not_found")


def test_an_unsupported_method_is_a_problem(api: ApiClient) -> None:
    response = api.request("PUT", "stats/")

    assert (response.status, response.body["code"]) == (
        405,
        "method_not_allowed",
    )
    assert "GET" in response.headers["Allow"]


def test_names_may_contain_anything_but_a_slash(ana: User) -> None:
    agent, api = (
        ApiClient(create_device_token(ana)),
        ApiClient(create_access_token(ana)),
    )

    response = agent.post(
        "agent-sync/",
        make_request(make_row(NOW), project="Käse · ☃ 100%"),
    )
    refused = agent.post(
        "agent-sync/", make_request(make_row(NOW), project="a/b")
    )

    assert response.body["snapshots_created"] == 1
    path = "projects/K%C3%A4se%20%C2%B7%20%E2%98%83%20100%25/"
    assert api.get(path).body["name"] == "Käse · ☃ 100%"
    assert refused.body["rejected"][0]["code"] == "project_name"


def test_batches_beyond_the_limit_of_the_handshake_are_rejected(
    ana: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settings, "BATCH_MESSAGES", 2)
    rows = [make_row(NOW, f"msg_{n}") for n in range(3)]

    response = ApiClient(create_device_token(ana)).post(
        "agent-sync/", make_request(*rows)
    )

    assert (response.status, response.body["code"]) == (413, "too_large")


def test_refresh_requires_staff_on_a_public_server(
    ana: User,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("CLAUDE_PATH", str(tmp_path))
    staff = ApiClient(create_access_token(make_user("staff", is_staff=True)))

    refused = ApiClient(create_access_token(ana)).post("refresh/")
    missing = staff.post("refresh/")
    (tmp_path / "projects").mkdir()
    empty = staff.post("refresh/")
    near = settings.ENVIRONMENT._replace(is_loopback=True)
    monkeypatch.setattr(settings, "ENVIRONMENT", near)
    alone = ApiClient(create_access_token(ana)).post("refresh/")

    assert (refused.status, refused.body["code"]) == (403, "not_staff")
    assert (missing.status, missing.body["code"]) == (409, "no_folder")
    assert str(tmp_path / "projects") in missing.body["detail"]
    assert empty.status == alone.status == 200
    assert set(alone.body) == list_key_paths(server_api.RefreshResult)


def test_healthz_accepts_any_host_and_readyz_checks_migrations() -> None:
    alive = ApiClient(host="10.0.0.7").get("/healthz")

    assert alive.body == {"status": "ok"}
    assert ApiClient().get("/readyz").body == {"status": "ready"}
