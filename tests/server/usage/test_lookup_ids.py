"""Names are created in bulk, and up to a maximum."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claude_tray.core.bounds import MAX_MODELS, OTHER_MODELS
from claude_tray.server.usage import lookup_ids
from claude_tray.server.usage.limits import MAX_LIMIT_NAMES
from claude_tray.server.usage.lookup_ids import MAX_ACCOUNTS, MAX_PROJECTS
from claude_tray.server.usage.machines import MAX_MACHINES
from claude_tray.server.usage.models import (
    ClaudeAccount,
    LimitTold,
    Machine,
    Project,
    Session,
    UsageCell,
)
from tests.support.request_json import make_request, make_row
from tests.support.server_api import ApiClient, create_access_token
from tests.support.server_records import assert_aggregates_match_snapshots

if TYPE_CHECKING:
    from claude_tray.server.accounts.models import User


NOW = datetime.now(UTC)
MANY = 3000


def _make_many(amount: int, **places: str) -> dict[str, Any]:
    """Return a request of rows that differ in the given places."""
    projects = []
    for number in range(amount):

        def fill(place: str, usual: str, number: int = number) -> str:
            return f"{places[place]}-{number}" if place in places else usual

        row = make_row(NOW, f"msg_{fill('row', str(number))}")
        row["message"]["model"] = fill("model", "claude-sonnet-4-20250514")
        session = {
            "session_id": fill("session", "s"),
            "account": fill("account", ""),
            "messages": [row],
        }
        projects.append({"name": fill("project", "p"), "sessions": [session]})
    return {"projects": projects, "agent": {"machine_id": "m"}}


@pytest.mark.parametrize("place", ["model", "project", "session"])
def test_many_names_take_few_queries(api: ApiClient, place: str) -> None:
    api.post("agent-sync/", make_request(make_row(NOW, "msg_first")))
    body = _make_many(MANY, **{place: f"{place}-many"})
    if place != "session":
        body = _make_many(MANY, **{place: f"{place}-many", "session": "s"})

    with CaptureQueriesContext(connection) as queries:
        response = api.post("agent-sync/", body)

    assert response.body["snapshots_created"] == MANY
    # SQLite inserts in portions of 999 values.
    assert len(queries) < 120


def test_further_models_without_a_price_count_as_one(
    ana: User, api: ApiClient
) -> None:
    response = api.post("agent-sync/", _make_many(MANY, model="unheard"))
    known = make_row(NOW, "msg_k", "claude-opus-4-1-20250805")
    api.post("agent-sync/", make_request(known))
    again = api.post("agent-sync/", _make_many(MANY, model="unheard"))

    assert response.body["status"] == "success"
    assert again.body["snapshots_unchanged"] == MANY
    cells = UsageCell.objects.filter(user=ana)
    names = set(cells.values_list("model__name", flat=True))
    assert len(names) == MAX_MODELS + 2
    assert {OTHER_MODELS, "claude-opus-4-1-20250805"} <= names
    (other,) = cells.filter(model__name=OTHER_MODELS)
    assert other.messages == MANY - MAX_MODELS
    assert_aggregates_match_snapshots(ana)


def test_rows_of_further_accounts_are_rejected(
    ana: User, api: ApiClient
) -> None:
    response = api.post("agent-sync/", _make_many(150, account="a"))

    rejected = response.body["rejected"]
    assert response.body["status"] == "partial"
    assert response.body["snapshots_received"] == 150
    assert response.body["snapshots_created"] == MAX_ACCOUNTS
    assert len(rejected) == 150 - MAX_ACCOUNTS
    assert {r["code"] for r in rejected} == {"too_many_accounts"}
    assert rejected[0]["detail"] == "a user may have 100 accounts"
    assert ClaudeAccount.objects.filter(user=ana).count() == MAX_ACCOUNTS
    known = api.post("agent-sync/", _make_many(1, account="a", row="new"))
    assert known.body["snapshots_created"] == 1
    assert api.get("stats/").status == 200
    assert_aggregates_match_snapshots(ana)


def test_limits_of_further_accounts_are_ignored(api: ApiClient) -> None:
    limits = [_make_limit("five_hour", account=f"a{n}") for n in range(90)]
    for start in (0, 60):
        body = make_request(
            make_row(NOW),
            limits=[
                limit | {"account": f"{start}{limit['account']}"}
                for limit in limits
            ],
        )
        response = api.post("agent-sync/", body)

    assert response.body["status"] == "partial"
    assert response.body["snapshots_unchanged"] == 1
    assert response.body["ignored"] == [
        {
            "field": "agent.limits",
            "code": "too_many_accounts",
            "detail": "a user may have 100 accounts",
        }
    ]


def _make_limit(name: str, **changes: Any) -> dict[str, Any]:
    return {
        "name": name,
        "used_percentage": 5,
        "resets_at": (NOW + timedelta(hours=1)).isoformat(),
        "observed_at": NOW.isoformat(),
    } | changes


def test_further_limits_of_an_account_are_ignored(
    ana: User, api: ApiClient
) -> None:
    limits = [_make_limit(f"limit {n}") for n in range(60)]
    row = make_row(NOW)

    response = api.post("agent-sync/", make_request(row, limits=limits))
    known = api.post("agent-sync/", make_request(row, limits=limits[:1]))

    codes = [value["code"] for value in response.body["ignored"]]
    assert codes == ["too_many"] * (60 - MAX_LIMIT_NAMES)
    assert "ignored" not in known.body or known.body["ignored"] == []
    assert LimitTold.objects.filter(user=ana).count() == MAX_LIMIT_NAMES


def test_rows_of_further_projects_are_rejected(
    ana: User, api: ApiClient
) -> None:
    Project.objects.bulk_create(
        Project(user=ana, name=f"old {n}") for n in range(MAX_PROJECTS - 2)
    )

    response = api.post("agent-sync/", _make_many(4, project="x", session="x"))

    codes = [rejected["code"] for rejected in response.body["rejected"]]
    assert codes == ["too_many_projects"] * 2
    assert response.body["snapshots_created"] == 2
    assert Project.objects.filter(user=ana).count() == MAX_PROJECTS
    assert Session.objects.filter(user=ana).count() == 2


def test_rows_of_further_sessions_are_rejected(
    ana: User, api: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup_ids, "MAX_SESSIONS", 3)

    response = api.post("agent-sync/", _make_many(5, session="x"))
    other = api.post("agent-sync/", _make_many(1, session="y", row="other"))

    codes = [rejected["code"] for rejected in response.body["rejected"]]
    assert codes == ["too_many_sessions"] * 2
    assert other.body["snapshots_created"] == 0
    assert Session.objects.filter(user=ana).count() == 3


def test_a_further_machine_is_refused_and_known_ones_are_not(
    ana: User, api: ApiClient
) -> None:
    Machine.objects.bulk_create(
        Machine(user=ana, machine_id=f"m{n}") for n in range(MAX_MACHINES)
    )

    refused = api.post(
        "agent-sync/", make_request(make_row(NOW), machine_id="new")
    )
    known = api.post(
        "agent-sync/", make_request(make_row(NOW), machine_id="m7")
    )

    assert (refused.status, refused.body["code"]) == (409, "too_many_machines")
    assert known.body["snapshots_created"] == 1


def test_a_request_has_a_bounded_number_of_sessions_and_projects(
    api: ApiClient,
) -> None:
    session = {"session_id": "s", "messages": []}
    for project in (
        [{"name": "p", "sessions": [session] * 10_001}],
        [{"name": "p", "sessions": []}] * 10_001,
    ):
        assert api.post("agent-sync/", {"projects": project}).status == 413


def test_idle_accounts_cost_no_windows(ana: User) -> None:
    api = ApiClient(create_access_token(ana))
    old = NOW - timedelta(days=60)
    counts = []
    for amount in (1, 40):
        rows = _make_many(amount, account="idle")
        for project in rows["projects"]:
            project["sessions"][0]["messages"][0]["timestamp"] = (
                old.isoformat()
            )
        api.post("agent-sync/", rows)
        used = make_request(make_row(NOW, "msg_used"), account="used")
        api.post("agent-sync/", used)
        # The process remembers the names of models.
        api.get("/metrics")
        with CaptureQueriesContext(connection) as queries:
            assert api.get("/metrics").status == 200
        counts.append(len(queries))

    assert counts[0] == counts[1]
