from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.conf import settings

from claude_tray.wire import server_api, usage_api
from tests.support.sending import a_request, a_row
from tests.support.server import Api, a_user, access_of, device_of

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.server.accounts.models import User

NOW = datetime.now(UTC)
SONNET = "claude-sonnet-4-20250514"


@pytest.fixture
def sent(ana: User) -> Api:
    """Ana's access, after two machines have sent."""
    for machine, project, session in [
        ("m1", "shop", "s1"),
        ("m1", "shop", "s2"),
        ("m2", "site", "s3"),
    ]:
        rows = [
            a_row(
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
        Api(device_of(ana)).post(
            "agent-sync/",
            a_request(
                *rows,
                project=project,
                session=session,
                machine_id=machine,
                account="a",
                as_of=NOW.isoformat(),
            ),
        )
    return Api(access_of(ana))


def keys(kind: type) -> set[str]:
    return set(kind.__annotations__)


def test_stats_is_the_object_that_was_promised_to_the_key(sent: Api) -> None:
    body = sent.get("stats/").body

    assert set(body) == keys(usage_api.Stats)
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
    assert body["time_until_reset_human"].startswith("4h 5")
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


def test_stats_without_usage_say_so(api: Api) -> None:
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
        ("dashboard/", server_api.Dashboard),
    ],
)
def test_every_answer_has_the_keys_of_its_type(
    sent: Api,
    path: str,
    kind: type,
) -> None:
    answer = sent.get(path)

    assert answer.status == 200
    assert set(answer.body) == keys(kind)


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
    ids=str,
)
def test_filters_limit_every_listing_alike(
    sent: Api,
    query: dict[str, str],
    messages: int,
) -> None:
    listed = sent.get("projects/", **query).body["projects"]
    whole = sent.get("dashboard/", **query).body

    assert sent.get("stats/", **query).body["total_messages"] == messages
    assert sum(row["total_messages"] for row in listed) == messages
    assert sum(row["messages"] for row in whole["models"]) == messages
    assert sum(row["messages"] for row in whole["accounts"]) == messages


def test_lists_are_given_out_in_pages(sent: Api) -> None:
    first = sent.get("projects/", limit=1).body
    second = sent.get("projects/", limit=1, offset=1).body
    past = sent.get("projects/", offset=9).body
    messages = sent.get("sessions/s1/", limit=3, offset=1).body

    assert first["count"] == second["count"] == past["count"] == 2
    names = [row["projects"][0]["name"] for row in (first, second)]
    assert sorted(names) == ["shop", "site"]
    assert past["projects"] == []
    assert messages["count"] == 4
    assert [row["timestamp"] for row in messages["messages"]] == sorted(
        row["timestamp"] for row in messages["messages"]
    )
    assert len(messages["messages"]) == 3


def test_steps_of_a_timeseries_add_up(sent: Api) -> None:
    for step, seconds in (("quarter", 900), ("hour", 3600), ("day", 86400)):
        body = sent.get("timeseries/", step=step).body
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
        ("timeseries/", {"step": "quarter", "since": "2001-01-01"}),
        ("agent-sync/", {"machine_id": "\0"}),
    ],
    ids=str,
)
def test_a_query_that_is_not_understood_names_its_parameter(
    sent: Api,
    path: str,
    query: dict[str, str],
) -> None:
    answer = sent.get(path, **query)

    assert answer.status == 400
    assert set(answer.body["errors"]) <= set(query)


@pytest.mark.parametrize(
    "path",
    ["projects/none/", "projects/a%00b/", "sessions/none/", "nothing/"],
)
def test_what_is_not_there_is_a_problem(api: Api, path: str) -> None:
    answer = api.get(path)

    assert (answer.status, answer.body["code"]) == (404, "not_found")


def test_a_method_that_is_not_known_is_a_problem(api: Api) -> None:
    answer = api.ask("PUT", "stats/")

    assert (answer.status, answer.body["code"]) == (405, "method_not_allowed")
    assert "GET" in answer.headers["Allow"]


def test_names_may_hold_anything_but_a_slash(ana: User) -> None:
    agent, api = Api(device_of(ana)), Api(access_of(ana))

    kept = agent.post(
        "agent-sync/",
        a_request(a_row(NOW), project="Käse · ☃ 100%"),
    )
    refused = agent.post("agent-sync/", a_request(a_row(NOW), project="a/b"))

    assert kept.body["snapshots_created"] == 1
    path = "projects/K%C3%A4se%20%C2%B7%20%E2%98%83%20100%25/"
    assert api.get(path).body["name"] == "Käse · ☃ 100%"
    assert refused.body["rejected"][0]["code"] == "project_name"


def test_more_messages_than_the_greeting_tells_are_too_many(
    ana: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settings, "BATCH_MESSAGES", 2)
    rows = [a_row(NOW, f"msg_{n}") for n in range(3)]

    answer = Api(device_of(ana)).post("agent-sync/", a_request(*rows))

    assert (answer.status, answer.body["code"]) == (413, "too_large")


def test_refresh_is_for_staff_where_others_reach_the_server(
    ana: User,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("CLAUDE_PATH", str(tmp_path))
    staff = Api(access_of(a_user("staff", is_staff=True)))

    refused = Api(access_of(ana)).post("refresh/")
    missing = staff.post("refresh/")
    (tmp_path / "projects").mkdir()
    empty = staff.post("refresh/")
    near = settings.ENVIRONMENT._replace(is_loopback=True)
    monkeypatch.setattr(settings, "ENVIRONMENT", near)
    alone = Api(access_of(ana)).post("refresh/")

    assert (refused.status, refused.body["code"]) == (403, "not_staff")
    assert (missing.status, missing.body["code"]) == (409, "no_folder")
    assert str(tmp_path / "projects") in missing.body["detail"]
    assert empty.status == alone.status == 200
    assert set(alone.body) == keys(server_api.Refreshed)


def test_metrics_tell_prometheus_of_limits_and_cost(sent: Api) -> None:
    text = sent.get("/metrics").body.decode()

    assert f'claude_tokens_total{{model="{SONNET}",kind="input"}} 1200' in text
    assert f'claude_cost_usd_total{{model="{SONNET}"}} 0.014022' in text
    assert 'claude_window_seconds_left{account="a"} 17' in text
    assert "# TYPE claude_machine_last_sync_seconds gauge" in text


def test_it_is_alive_under_any_name_and_ready_with_its_schema() -> None:
    alive = Api(host="10.0.0.7").get("/healthz")

    assert alive.body == {"status": "ok"}
    assert Api().get("/readyz").body == {"status": "ready"}
