from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from claude_tray.protocol.server_api import RecordItem
from tests.support.request_json import make_request, make_row
from tests.support.server_api import (
    ApiClient,
    create_access_token,
    create_device_token,
)

if TYPE_CHECKING:
    from claude_tray.server.accounts.models import User


NOW = datetime.now(UTC)
SONNET = "claude-sonnet-4-20250514"


def send_session(user: User) -> ApiClient:
    rows = [
        make_row(
            NOW - timedelta(minutes=minutes),
            f"msg_{minutes}",
            SONNET,
            input_tokens=100,
            cache_creation_input_tokens=30,
            cache_creation={
                "ephemeral_5m_input_tokens": 10,
                "ephemeral_1h_input_tokens": 20,
            },
            service_tier="batch",
        )
        for minutes in (3, 2, 1)
    ]
    body = make_request(*rows, account="a", machine_id="m7")
    ApiClient(create_device_token(user)).post("agent-sync/", body)
    return ApiClient(create_access_token(user))


def test_a_record_has_all_that_is_stored_and_no_empty_ids(ana: User) -> None:
    body = send_session(ana).get("sessions/s1/records/").body

    first = body["records"][0]
    assert body["count"] == 3
    assert set(first) == set(RecordItem.__annotations__)
    assert "message_id" not in first
    assert first["machine_id"] == "m7"
    assert (first["account"], first["service_tier"]) == ("a", "batch")
    assert first["tokens"] == {
        "input": 100,
        "output": 1,
        "cache_write_5m": 10,
        "cache_write_1h": 20,
        "cache_read": 0,
    }
    assert first["total_tokens"] == 101
    assert first["total_tokens_with_cache"] == 131
    assert first["is_subagent"] is False
    times = [record["timestamp"] for record in body["records"]]
    assert times == sorted(times)


def test_the_id_of_a_record_is_unique_and_stays(ana: User, bob: User) -> None:
    records = send_session(ana).get("sessions/s1/records/").body["records"]
    again = send_session(ana).get("sessions/s1/records/").body["records"]
    other = send_session(bob).get("sessions/s1/records/").body["records"]

    ids = [record["record_id"] for record in records]
    assert len(set(ids)) == 3
    assert all(len(i) == 16 for i in ids)
    assert [r["record_id"] for r in again] == ids
    assert [r["record_id"] for r in other] == ids


def test_pages_and_owners_are_respected(ana: User, bob: User) -> None:
    client = send_session(ana)

    page = client.get("sessions/s1/records/", limit=1, offset=1).body
    stranger = ApiClient(create_access_token(bob))

    assert (page["count"], len(page["records"])) == (3, 1)
    assert stranger.get("sessions/s1/records/").status == 404
    assert client.get("sessions/%00/records/").status == 404
